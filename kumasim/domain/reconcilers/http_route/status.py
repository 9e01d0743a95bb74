"""The status of an HTTPRoute: one entry per counted parent beside those that other controllers wrote.

Kuma's entries come in random order up to 2.9.12 (GW-115); here they are sorted by group, kind, namespace, name, section
and port, as later versions do.

No other reasons than the ones here and in `parents` and `backends` ever appear (GW-109).

Source: GW-105 to GW-116.
"""

from __future__ import annotations

import attrs

from kumasim.domain.reconcilers.conditions import Condition, false, set_conditions, true
from kumasim.domain.reconcilers.gateway_api import CONTROLLER_NAME, ParentRef
from kumasim.domain.reconcilers.http_route.backends import Unresolved
from kumasim.domain.reconcilers.http_route.parents import Attachment
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig


@attrs.frozen
class ParentResult:
    """What is reported for one parent: whether it accepts the route, and the first reference that failed for it."""

    attachment: Attachment
    wrong: Unresolved | None

    @property
    def conditions(self) -> tuple[Condition, Condition]:
        """Accepted and ResolvedRefs; bad references never make Accepted False. Source: GW-105, GW-106, GW-108."""
        reason = self.attachment.reason
        accepted = true("Accepted", reason) if self.attachment.accepted else false("Accepted", reason)
        if self.wrong is None:
            return accepted, true("ResolvedRefs", "ResolvedRefs")
        return accepted, false("ResolvedRefs", self.wrong.reason, self.wrong.message)


def parents_status(route: Resource, results: tuple[ParentResult, ...], now_ns: int) -> tuple[FrozenMap, ...]:
    """The `parents` list: foreign entries as they are, then Kuma's for the parents that count now.

    An entry keeps its history only while its whole parentRef stays the same (GW-113).
    """
    held = dig(route.status, "parents", default=())
    foreign = [entry for entry in held if entry.get("controllerName") != CONTROLLER_NAME]
    kumas = {_written(entry, route): entry for entry in held if entry.get("controllerName") == CONTROLLER_NAME}

    def entry(result: ParentResult) -> FrozenMap:
        parent = result.attachment.parent
        previous = kumas.get(parent.written, EMPTY)
        conditions = dig(previous, "conditions", default=())
        return FrozenMap({
            "parentRef": parent.written,
            "controllerName": CONTROLLER_NAME,
            "conditions": set_conditions(conditions, result.conditions, route.meta.generation, now_ns),
        })  # fmt: skip

    return (*foreign, *map(entry, sorted(results, key=_order)))


def _written(entry: FrozenMap, route: Resource) -> FrozenMap:
    return ParentRef.read(dig(entry, "parentRef", default=EMPTY), route.namespace).written


def _order(result: ParentResult) -> tuple[str, str, str, str, str, int]:
    parent = result.attachment.parent
    return (parent.group, parent.kind, parent.namespace, parent.name, parent.section or "", parent.port or 0)
