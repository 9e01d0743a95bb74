"""What a store would not take: an object that belongs elsewhere, or that is refused for another reason.

Source: KDS-22, KDS-23, GW-188 to GW-190 (documented).
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain import kinds
from kumasim.domain.kinds import Kind
from kumasim.domain.reconcilers.gateway_api import GROUP
from kumasim.domain.resource import Key
from kumasim.domain.writes import Failure
from kumasim.projections.diagnostics import USER
from kumasim.projections.findings.base import Converged, Finding

WRONG_STORE = "KS0202"
REFUSED = "KS0203"


def refused_write(world: Converged) -> Iterable[Finding]:
    """Takes over every refusal of something that the user applied, at the line of the object."""
    for record in world.records:
        if record.kind != "ResourceRejected" or record.body.asked.requester != USER:
            continue
        store, key, failure = record.actor.partition("/")[0], record.body.key, record.body.failure
        written = world.written_as(store, key)
        code, remedy = _judged(world, store, key, failure)
        origin = written.place(()) if written is not None else None
        yield Finding(
            code, store, str(key), f"refused: {failure.code} {failure.reason}: {failure.message}", remedy, origin
        )


def _judged(world: Converged, store: str, key: Key, failure: Failure) -> tuple[str, str]:
    """Whether the object would be taken by a store of the other sort."""
    on_global = world.around[store].mode == "global"
    if failure.code in (403, 405) and _elsewhere(key, on_global):
        return WRONG_STORE, "apply it to a zone" if on_global else "apply it to the global"
    return REFUSED, ""


def _elsewhere(key: Key, on_global: bool) -> bool:
    if key.group == GROUP:
        return on_global
    kind: Kind | None = kinds.find(key.group, key.kind)
    if kind is None or kind.sync is None:
        return False
    here, there = (kind.sync.on_global, kind.sync.on_zone) if on_global else (kind.sync.on_zone, kind.sync.on_global)
    return there and not here
