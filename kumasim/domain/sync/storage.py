"""How each type of Kuma's is kept in a Kubernetes store, and how it is read from and written to it.

Most types are custom resources. A Secret and a GlobalSecret are Secrets of a type of their own, a Config is a ConfigMap;
all three lie in the system namespace under their plain names (KDS-57).
"""

from __future__ import annotations

from typing import Protocol

import attrs

from kumasim.domain.kinds import find
from kumasim.domain.resource import Key, Metadata, OwnerReference, Resource
from kumasim.domain.store import Store
from kumasim.domain.sync import labels
from kumasim.domain.sync.core import (
    DEFAULT_MESH,
    GROUP,
    CoreResource,
    Shape,
    from_kubernetes,
    stored_key,
    to_kubernetes,
)
from kumasim.domain.sync.traits import table
from kumasim.domain.tree import FrozenMap, dig
from kumasim.domain.writes import Write

Owners = tuple[OwnerReference, ...]

MESH_SECRET = "system.kuma.io/secret"
GLOBAL_SECRET = "system.kuma.io/global-secret"


class Keeper(Protocol):
    """How one type is kept."""

    @property
    def kind(self) -> tuple[str, str]:
        """Group and kind of the objects that hold it."""

    def holds(self, stored: Resource, namespace: str) -> bool:
        """Whether an object of that kind is one of the type's."""

    def read(self, stored: Resource) -> CoreResource:
        """The object as control planes exchange it."""

    def key(self, core: CoreResource, namespace: str) -> Key:
        """Where a synced resource is stored."""

    def made(self, core: CoreResource, namespace: str, owners: Owners) -> Resource:
        """A synced resource as the object that it becomes."""


@attrs.frozen
class CustomResources:
    """A type that is a custom resource: in the system namespace if it has namespaces at all (KDS-56)."""

    type: str
    shape: Shape

    @property
    def kind(self) -> tuple[str, str]:
        return (GROUP, self.type)

    def holds(self, stored: Resource, namespace: str) -> bool:
        return True

    def read(self, stored: Resource) -> CoreResource:
        return from_kubernetes(stored, self.shape)

    def key(self, core: CoreResource, namespace: str) -> Key:
        return stored_key(core, self.shape, namespace)

    def made(self, core: CoreResource, namespace: str, owners: Owners) -> Resource:
        return to_kubernetes(core, self.shape, namespace, owners)


@attrs.frozen
class Secrets:
    """Secrets of one type in the system namespace; two meshes' Secrets of one name collide there (KDS-57, KDS-58)."""

    type: str
    secret_type: str
    kind: tuple[str, str] = ("", "Secret")

    def holds(self, stored: Resource, namespace: str) -> bool:
        return stored.namespace == namespace and stored.body.get("type") == self.secret_type

    def read(self, stored: Resource) -> CoreResource:
        meta = stored.meta
        mesh = "" if self.type == "GlobalSecret" else meta.labels.get(labels.MESH) or DEFAULT_MESH
        content = FrozenMap({"data": dig(stored.body, "data", "value", default="")})
        return CoreResource(self.type, mesh, meta.name, _labels(stored), content)

    def key(self, core: CoreResource, namespace: str) -> Key:
        return Key("", "Secret", namespace, core.name)

    def made(self, core: CoreResource, namespace: str, owners: Owners) -> Resource:
        all_labels = {labels.MESH: core.mesh} if core.mesh else {}
        data = FrozenMap({"value": core.content.get("data", "")})
        body = FrozenMap({"type": self.secret_type, "data": data})
        return Resource("v1", "Secret", _meta(core, namespace, all_labels, owners), body)


@attrs.frozen
class Configs:
    """Settings that control planes share, as ConfigMaps of the system namespace (KDS-57)."""

    type: str = "Config"
    kind: tuple[str, str] = ("", "ConfigMap")

    def holds(self, stored: Resource, namespace: str) -> bool:
        return stored.namespace == namespace and "config" in (stored.body.get("data") or ())

    def read(self, stored: Resource) -> CoreResource:
        content = FrozenMap({"config": dig(stored.body, "data", "config", default="")})
        return CoreResource(self.type, "", stored.name, _labels(stored), content)

    def key(self, core: CoreResource, namespace: str) -> Key:
        return Key("", "ConfigMap", namespace, core.name)

    def made(self, core: CoreResource, namespace: str, owners: Owners) -> Resource:
        body = FrozenMap({"data": FrozenMap({"config": core.content.get("config", "")})})
        return Resource("v1", "ConfigMap", _meta(core, namespace, {}, owners), body)


def _labels(stored: Resource) -> FrozenMap:
    display_name = stored.meta.annotations.get(labels.DISPLAY_NAME) or stored.name
    return FrozenMap({**stored.meta.labels, labels.DISPLAY_NAME: display_name})


def _meta(core: CoreResource, namespace: str, more: dict[str, str], owners: Owners) -> Metadata:
    all_labels = {**core.labels, **more}
    display_name = all_labels.pop(labels.DISPLAY_NAME, core.name)
    return Metadata(
        core.name,
        namespace,
        labels=FrozenMap(all_labels),
        annotations=FrozenMap({labels.DISPLAY_NAME: display_name}),
        owners=owners,
    )


_SPECIAL: dict[str, Keeper] = {
    "Secret": Secrets("Secret", MESH_SECRET),
    "GlobalSecret": Secrets("GlobalSecret", GLOBAL_SECRET),
    "Config": Configs(),
}
KEEPERS: dict[str, Keeper] = {
    type_: _SPECIAL.get(type_) or CustomResources(type_, traits.shape) for type_, traits in table().items()
}
"""How each type is kept on Kubernetes, by type."""


def _by_kind() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for type_, keeper in KEEPERS.items():
        found[keeper.kind] = (*found.get(keeper.kind, ()), type_)
    return found


TYPES: dict[tuple[str, str], tuple[str, ...]] = _by_kind()
"""The types that objects of a group and kind may be."""


@attrs.frozen
class KubernetesStorage:
    """A Kubernetes store as KDS reads and writes it.

    Args:
        namespace: the system namespace.
    """

    namespace: str

    def type_of(self, stored: Resource) -> str:
        """The type of Kuma's that an object is, "" if it is none that KDS carries."""
        key = stored.key
        for type_ in TYPES.get((key.group, key.kind), ()):
            if KEEPERS[type_].holds(stored, self.namespace):
                return type_
        return ""

    def listed(self, store: Store, type_: str) -> tuple[Resource, ...]:
        """All objects of a type, sorted by key."""
        keeper = KEEPERS[type_]
        found = store.list(*keeper.kind)
        return tuple([item for item in found if keeper.holds(item, self.namespace)])

    def read(self, stored: Resource, type_: str) -> CoreResource:
        """An object of a type as control planes exchange it."""
        return KEEPERS[type_].read(stored)

    def key(self, core: CoreResource) -> Key:
        """Where a synced resource is stored."""
        return KEEPERS[core.type].key(core, self.namespace)

    def made(self, core: CoreResource, owners: Owners) -> Resource:
        """A synced resource as the object that it becomes."""
        return KEEPERS[core.type].made(core, self.namespace, owners)

    def status_writes(self, core: CoreResource) -> tuple[Write, ...]:
        """What gives the object its status, where that is a subresource; empty where it is written with the object."""
        kind = find(*KEEPERS[core.type].kind)
        if kind is None or not kind.has_status:
            return ()
        if core.status is None:
            return (Write("merge", self.key(core), patch=FrozenMap({"status": None}), subresource="status"),)
        operation = FrozenMap({"op": "add", "path": "/status", "value": core.status})
        return (Write("json", self.key(core), patch=(operation,), subresource="status"),)
