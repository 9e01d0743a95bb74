"""What KDS knows of each kind: the resource table, read from the kinds' own descriptors.

Source: KDS-20 to KDS-26.
"""

from __future__ import annotations

from functools import cache

import attrs

from kumasim.domain.kinds import all_kinds
from kumasim.domain.sync.core import GROUP, Shape


@attrs.frozen
class Traits:
    """How one kind travels.

    Args:
        type: the kind.
        up: zones send it to the global (Z2G).
        down: the global sends it to all zones (G2A).
        across: the global sends it to all zones but the one it comes from (G2O).
        hashed_down: whether it gets a hashed name on its way to a zone (KDS-52).
        shape: how it is kept on Kubernetes.
    """

    type: str
    up: bool
    down: bool
    across: bool
    hashed_down: bool
    shape: Shape


@cache
def table() -> dict[str, Traits]:
    """Every type that KDS carries, by its name; how Kubernetes keeps each is said in `storage`."""
    found: dict[str, Traits] = {}
    for kind in all_kinds():
        sync = kind.sync
        if sync is None or sync.disabled or kind.group != GROUP:
            continue
        shape = Shape(sync.scope, kind.namespaced, sync.scope == "mesh" and not sync.plugin_originated)
        found[kind.kind] = Traits(kind.kind, sync.z2g, sync.g2a, sync.g2o, sync.hashed_down, shape)
    return dict(sorted(found.items()))


def sent_up() -> tuple[str, ...]:
    """The kinds that zones send to the global (KDS-21)."""
    return tuple(name for name, traits in table().items() if traits.up)


def sent_down() -> tuple[str, ...]:
    """The kinds that the global sends to zones (KDS-21)."""
    return tuple(name for name, traits in table().items() if traits.down or traits.across)
