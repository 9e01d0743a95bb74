"""A kind: what objects of one sort look like, who may have them where, and how they travel between zones.

Each kind is data in a module of its own; `registry.py` lists them.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from kumasim.domain.kinds.names import SUBDOMAIN
from kumasim.domain.kinds.schema import Obj, Text
from kumasim.domain.tree import FrozenMap


@attrs.frozen
class SyncTraits:
    """How a type of Kuma's travels over KDS, and where users may create it.

    Args:
        scope: "mesh" or "global".
        z2g, g2a, g2o: pushed from a zone to the global; from the global to all zones; to all zones but the one it
            comes from.
        plugin_originated: its descriptor comes from a policy plugin, so the origin label is checked.
        policy: it has a target reference, so it has a policy role.
        system_namespace_only: a zone accepts it in the system namespace alone.
        hashed_down: the global appends a hash to the name of what it sends to zones.
        read_only: only control planes write it.

    Source: KDS-20 to KDS-26 and the table of types.
    """

    scope: str
    z2g: bool = False
    g2a: bool = False
    g2o: bool = False
    plugin_originated: bool = False
    policy: bool = False
    system_namespace_only: bool = False
    hashed_down: bool = False
    read_only: bool = False

    @property
    def disabled(self) -> bool:
        """Whether it stays where it is (KDS-20)."""
        return not (self.z2g or self.g2a or self.g2o)

    @property
    def down(self) -> bool:
        """Whether the global pushes it to zones (KDS-21)."""
        return self.g2a or self.g2o

    @property
    def up(self) -> bool:
        """Whether zones push it to the global (KDS-21)."""
        return self.z2g

    @property
    def on_global(self) -> bool:
        """Whether a Kubernetes global lets users create it (KDS-22)."""
        return self.disabled or self.g2a

    @property
    def on_zone(self) -> bool:
        """Whether a federated Kubernetes zone lets users create it (KDS-22)."""
        return self.disabled or self.z2g or self.g2o

    @property
    def rest_on_global(self) -> bool:
        """Whether the global's REST API lets users write it (KDS-23)."""
        return not self.read_only and (self.disabled or self.g2a)

    @property
    def rest_on_zone(self) -> bool:
        """Whether a federated zone's REST API lets users write it (KDS-23)."""
        return not self.read_only and (self.disabled or self.z2g)


@attrs.frozen
class Column:
    """A column of the table that `kumasim get` prints.

    Args:
        name: its heading.
        path: JMESPath over the whole object.
        wide: only shown with `-o wide`.
    """

    name: str
    path: str
    wide: bool = False


AGE = Column("Age", "metadata.creationTimestamp")
"""The column that every table ends with."""


@attrs.frozen
class Kind:
    """What objects of one sort have in common.

    Args:
        group: API group, "" for core kinds.
        versions: those that the API server serves, newest first.
        storage: the version that is stored; the first of `versions` unless said.
        schema: all fields of the object but apiVersion, kind, metadata and status.
        status: what a new object's status is, None for none.
        has_status: whether status is a subresource that only controllers write.
        name: the schema of `metadata.name`.
        derive: completes what depends on other fields, after the schema's defaults.
        sync: how it travels over KDS; None for kinds that are not Kuma's.
        modelled: whether the simulator acts on it at all.
        universal: it stands for itself in universal stores only; on Kubernetes another kind holds it.
        source: where this is from.
    """

    group: str
    kind: str
    plural: str
    versions: tuple[str, ...]
    schema: Obj
    namespaced: bool = True
    storage: str = attrs.field(default=attrs.Factory(lambda self: self.versions[0], takes_self=True))
    short_names: tuple[str, ...] = ()
    has_status: bool = False
    status: FrozenMap | None = None
    name: Text = SUBDOMAIN
    derive: Callable[[FrozenMap], FrozenMap] | None = None
    sync: SyncTraits | None = None
    columns: tuple[Column, ...] = (AGE,)
    modelled: bool = True
    universal: bool = False
    source: str = ""

    @property
    def api_versions(self) -> tuple[str, ...]:
        """The values of `apiVersion` that are served: "apps/v1"; "v1" for core kinds."""
        return tuple(f"{self.group}/{version}" if self.group else version for version in self.versions)
