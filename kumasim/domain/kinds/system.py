"""Kuma's own Secrets and settings as universal stores hold them; on Kubernetes they are core Secrets and ConfigMaps.

Source: KDS-27, KDS-28, KDS-52, KDS-57.
"""

from __future__ import annotations

from kumasim.domain.kinds.core import SECRET_SYNC
from kumasim.domain.kinds.kind import Kind, SyncTraits
from kumasim.domain.kinds.schema import Anything, Obj, Text

GLOBAL_SECRET_SYNC = SyncTraits("global", g2a=True)
"""Only keys that sign zone tokens travel (KDS-28)."""

CONFIG_SYNC = SyncTraits("global", g2a=True, read_only=True)
"""Only `kuma-cluster-id` travels (KDS-27)."""


def _universal(kind: str, sync: SyncTraits) -> Kind:
    return Kind(
        group="kuma.io",
        kind=kind,
        plural=f"{kind.lower()}s",
        versions=("v1alpha1",),
        namespaced=False,
        schema=Obj({"mesh": Text(), "data": Anything(), "spec": Anything(), "config": Text()}),
        sync=sync,
        universal=True,
        source="KDS section B",
    )


KINDS = (
    _universal("Secret", SECRET_SYNC),
    _universal("GlobalSecret", GLOBAL_SECRET_SYNC),
    _universal("Config", CONFIG_SYNC),
)
