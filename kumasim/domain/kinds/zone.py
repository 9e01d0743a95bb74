"""Zone: what the global knows of one zone.

Source: KDS-26, KDS-30, KDS-113, KDS-129, KDS-153.
"""

from __future__ import annotations

import attrs

from kumasim.domain.kinds.kind import AGE, Column, Kind, SyncTraits
from kumasim.domain.kinds.schema import Bool, Obj, Text
from kumasim.domain.resource import Resource


@attrs.frozen
class Zone:
    """A Zone as rules read it; a missing `enabled` counts as true (KDS-30)."""

    enabled: bool

    @classmethod
    def of(cls, resource: Resource) -> Zone:
        spec = resource.spec or resource.body
        return cls(enabled=spec.get("enabled") is not False)


KIND = Kind(
    group="kuma.io",
    kind="Zone",
    plural="zones",
    versions=("v1alpha1",),
    namespaced=False,
    schema=Obj({"mesh": Text(), "spec": Obj({"enabled": Bool()}, extra=True)}),
    sync=SyncTraits("global"),
    columns=(Column("Enabled", "spec.enabled"), AGE),
    source="KDS section B; CRD zones.kuma.io",
)
