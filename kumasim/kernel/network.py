"""Connections between actors: who talks with whom, in what order messages arrive, what a cut link holds back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from kumasim.kernel.dice import Dice
from kumasim.kernel.fault import Verdict
from kumasim.kernel.fault.partition import DIAL_TIMEOUT_NS, KEEPALIVE_NS, Cut, Partition
from kumasim.kernel.link import Link, Links

Pair = tuple[str, str]


@attrs.frozen
class Held:
    """A message that a cut link keeps back.

    Args:
        seq: the sender's number for it.
        expires_ns: when its connection gives up.
        cause: position of the record of its sending.
    """

    sender: str
    to: str
    seq: int
    body: Any
    topic: str
    idle: bool
    expires_ns: int
    cause: int


@attrs.define
class Route:
    """One direction of a pair of actors: what a message needs to know to be sent.

    Args:
        link: how long it takes.
        last_ns: when the last message arrives: connections keep order, so none may overtake it.
        open: whether the pair has a connection.
    """

    link: Link
    last_ns: int = 0
    open: bool = False


@attrs.define
class Network:
    """The state of all links and connections of a world."""

    links: Links
    partition: Partition = attrs.field(factory=Partition)
    peers: dict[str, set[str]] = attrs.field(factory=dict)
    """Who has an open connection with whom; symmetric."""
    routes: dict[Pair, Route] = attrs.field(factory=dict)
    held: list[Held] = attrs.field(factory=list)
    orphans: dict[Pair, int] = attrs.field(factory=dict)
    """(Survivor, dead) of connections whose one end died behind a cut, so that the other cannot know yet; with the
    position of the record of that death."""

    def route(self, sender: str, to: str) -> Route:
        """The way from one actor to another."""
        route = self.routes.get((sender, to))
        if route is None:
            route = self.routes[sender, to] = Route(self.links.between(sender, to))
        return route

    def arrival_ns(self, sender: str, to: str, topic: str, now_ns: int, dice: Dice) -> int:
        """When a message that is sent now arrives; it opens a connection and never overtakes an earlier message."""
        route = self.routes.get((sender, to)) or self.route(sender, to)
        link = route.link
        arrival = now_ns + link.latency_ns
        if link.jitter_ns:
            arrival += dice.draw("latency", f"{sender}>{to} {topic}", link.jitter_ns + 1)
        if arrival < route.last_ns:
            arrival = route.last_ns
        route.last_ns = arrival
        if not route.open:
            self.connect(sender, to)
        return arrival

    def last_ns(self, sender: str, to: str) -> int:
        """When the last message from one actor to another arrives."""
        return self.route(sender, to).last_ns

    def passes(self, sender: str, to: str) -> bool:
        """Whether a message gets through now; a connection comes about only if both directions are whole."""
        if self.partition.verdict(sender, to) is not Verdict.PASS:
            return False
        return self.connected(sender, to) or not self.partition.severed(sender, to)

    def expiry_ns(self, sender: str, to: str, now_ns: int) -> int:
        """When a message that is held from now on is given up: with its connection, or with the attempt to make one."""
        if not self.has_end(sender, to):
            return now_ns + DIAL_TIMEOUT_NS
        since = min(at for cut, at in self.partition.cuts.items() if _severs(cut, sender, to))
        return max(since + KEEPALIVE_NS, now_ns)

    def connect(self, one: str, other: str) -> None:
        """Remember that two actors have an open connection."""
        self.peers.setdefault(one, set()).add(other)
        self.peers.setdefault(other, set()).add(one)
        self.route(one, other).open = self.route(other, one).open = True

    def connected(self, one: str, other: str) -> bool:
        """Whether two actors have an open connection."""
        return other in self.peers.get(one, ())

    def disconnect(self, one: str, other: str) -> None:
        """Forget a connection."""
        self.peers.get(one, set()).discard(other)
        self.peers.get(other, set()).discard(one)
        self.route(one, other).open = self.route(other, one).open = False

    def peers_of(self, actor: str) -> list[str]:
        """Whom an actor has open connections with, sorted."""
        return sorted(self.peers.get(actor, ()))

    def severed_pairs(self, cut: Cut) -> list[Pair]:
        """The open connections that a cut runs through, each once, sorted."""
        return sorted(
            (one, other)
            for one, others in self.peers.items()
            for other in others
            if one < other and _severs(cut, one, other)
        )

    def drop_held(self, one: str, other: str) -> list[Held]:
        """Give up what is held between two actors, in both directions; answers with it."""
        return self._drop(lambda item: {item.sender, item.to} == {one, other})

    def drop_held_from(self, sender: str, to: str) -> list[Held]:
        """Give up what is held in one direction; answers with it."""
        return self._drop(lambda item: (item.sender, item.to) == (sender, to))

    def drop_held_of(self, actor: str) -> list[Held]:
        """Give up what is held from an actor, or for it on a connection; answers with it.

        An attempt to connect with it goes on: it is nothing yet that the actor could lose.
        """
        return self._drop(lambda item: item.sender == actor or (item.to == actor and self.has_end(item.sender, actor)))

    def has_end(self, one: str, other: str) -> bool:
        """Whether an actor believes that it has a connection with another one."""
        return self.connected(one, other) or (one, other) in self.orphans

    def _drop(self, concerned: Callable[[Held], bool]) -> list[Held]:
        gone = [item for item in self.held if concerned(item)]
        self.held = [item for item in self.held if not concerned(item)]
        return gone

    def forget_orphan(self, survivor: str) -> None:
        """An actor that is dead itself has nothing to learn any more."""
        self.orphans = {pair: cause for pair, cause in self.orphans.items() if pair[0] != survivor}

    def whole_orphans(self) -> list[Pair]:
        """The orphaned connections that no cut runs through any more, sorted."""
        return sorted(pair for pair in self.orphans if not self.partition.severed(*pair))

    def severed_orphans(self, cut: Cut) -> list[Pair]:
        """The orphaned connections that a cut runs through, sorted."""
        return sorted(pair for pair in self.orphans if _severs(cut, *pair))

    def release(self) -> list[Held]:
        """Take out what no cut holds back any more, in the order it was sent."""
        free = [item for item in self.held if self.passes(item.sender, item.to)]
        self.held = [item for item in self.held if not self.passes(item.sender, item.to)]
        return free

    def copy(self) -> Network:
        """A network of its own in the same state."""
        return Network(
            self.links,
            Partition(dict(self.partition.cuts)),
            {actor: set(others) for actor, others in self.peers.items()},
            {pair: attrs.evolve(route) for pair, route in self.routes.items()},
            list(self.held),
            dict(self.orphans),
        )


def _severs(cut: Cut, one: str, other: str) -> bool:
    return cut.concerns(one, other) or cut.concerns(other, one)
