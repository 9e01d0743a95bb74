"""Insights: what control planes note down about proxies, services, meshes and zones. Nobody else writes them.

Source: KDS-25, KDS-26, KDS section B.
"""

from __future__ import annotations

from kumasim.domain.kinds.kind import Kind, SyncTraits
from kumasim.domain.kinds.schema import Anything, Obj, Text


def _insight(kind: str, namespaced: bool, sync: SyncTraits) -> Kind:
    # The older kinds of Kuma's keep what they noted in `status` (insights of proxies) or in `spec` (the others).
    return Kind(
        group="kuma.io",
        kind=kind,
        plural=f"{kind.lower()}s",
        versions=("v1alpha1",),
        namespaced=namespaced,
        schema=Obj({"mesh": Text(), "spec": Anything()}),
        sync=sync,
        source="KDS section B",
    )


KINDS = (
    _insight("DataplaneInsight", True, SyncTraits("mesh", z2g=True, read_only=True)),
    _insight("ServiceInsight", False, SyncTraits("mesh", g2a=True, hashed_down=True, read_only=True)),
    _insight("MeshInsight", False, SyncTraits("global", read_only=True)),
    _insight("ZoneInsight", False, SyncTraits("global", read_only=True)),
    _insight("ZoneIngressInsight", True, SyncTraits("global", z2g=True, read_only=True)),
    _insight("ZoneEgressInsight", True, SyncTraits("global", z2g=True, read_only=True)),
)
