"""A zone's connection as its ZoneInsight tells of it: when it began and ended, and what was said on it.

Source: KDS-131, KDS-132, KDS-136, KDS-139.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.persistent import Map
from kumasim.domain.resource import Key, Resource, timestamp
from kumasim.domain.sync.core import GROUP
from kumasim.domain.tree import FrozenMap, dig
from kumasim.domain.vocabulary import value

KEPT = 10
"""How many subscriptions a ZoneInsight keeps (KDS-139)."""


@value
class Counts:
    """How many responses of one type were sent, and how many of them were taken or refused."""

    sent: int = 0
    acknowledged: int = 0
    rejected: int = 0


@value
class Subscription:
    """One connection of a zone with this global.

    Args:
        id: unique among the zone's.
        connected_ns, disconnected_ns: when it began and ended; -1 while it lasts.
        counts: of responses of the global, by type (KDS-131: only that direction is tracked).
        version: of the zone's control plane.
        config: its settings as JSON (KDS-132).
    """

    id: str
    connected_ns: int
    disconnected_ns: int = -1
    counts: Map[str, Counts] = attrs.field(factory=Map)
    version: str = ""
    config: str = ""

    def counted(self, type_: str, **more: int) -> Subscription:
        """This subscription with more responses counted."""
        now = self.counts.get(type_, Counts())
        added = changed(now, **{name: getattr(now, name) + by for name, by in more.items()})
        return changed(self, counts=self.counts.set(type_, added))

    def tree(self, now_ns: int) -> FrozenMap:
        """It as a ZoneInsight holds it."""
        stat = {type_: _stat(counts) for type_, counts in self.counts.items()}
        total = Counts(
            sum(one.sent for one in self.counts.values()),
            sum(one.acknowledged for one in self.counts.values()),
            sum(one.rejected for one in self.counts.values()),
        )
        shown: dict[str, Any] = {
            "id": self.id,
            "globalInstanceId": "global",
            "connectTime": timestamp(self.connected_ns),
            "version": FrozenMap({"kumaCp": FrozenMap({"version": self.version})}),
            "config": self.config,
            "status": FrozenMap({"lastUpdateTime": timestamp(now_ns), "total": _stat(total), "stat": FrozenMap(stat)}),
        }
        if self.disconnected_ns >= 0:
            shown["disconnectTime"] = timestamp(self.disconnected_ns)
        return FrozenMap(shown)


def _stat(counts: Counts) -> FrozenMap:
    said = {
        "responsesSent": counts.sent,
        "responsesAcknowledged": counts.acknowledged,
        "responsesRejected": counts.rejected,
    }
    return FrozenMap({name: number for name, number in said.items() if number})


def insight_key(zone: str) -> Key:
    """The ZoneInsight of a zone."""
    return Key(GROUP, "ZoneInsight", "", zone)


def subscriptions(insight: Resource | None) -> tuple[FrozenMap, ...]:
    """The subscriptions of a ZoneInsight, the oldest first."""
    found: tuple[FrozenMap, ...] = () if insight is None else dig(insight.spec, "subscriptions", default=())
    return found


def is_open(subscription: Mapping[str, Any]) -> bool:
    """Whether a subscription has a connect time and no disconnect time (KDS-136)."""
    return bool(subscription.get("connectTime")) and not subscription.get("disconnectTime")


def is_online(insight: Resource | None) -> bool:
    """Whether any subscription is open (KDS-136)."""
    return any(is_open(one) for one in subscriptions(insight))


def merged(held: Iterable[FrozenMap], current: Subscription, now_ns: int) -> tuple[FrozenMap, ...]:
    """Subscriptions with the current one in its newest form; it ends all older ones, and the oldest are dropped."""
    older = [_ended(one, current.connected_ns) for one in held if one.get("id") != current.id]
    return (*older, current.tree(now_ns))[-KEPT:]


def ended(held: Iterable[FrozenMap], at_ns: int) -> tuple[FrozenMap, ...]:
    """Subscriptions that are all over."""
    return tuple([_ended(one, at_ns) for one in held])


def _ended(one: FrozenMap, at_ns: int) -> FrozenMap:
    return one.with_(disconnectTime=timestamp(at_ns)) if is_open(one) else one
