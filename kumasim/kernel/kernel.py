"""The kernel: hands out what is due, writes down what happened, carries out what is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import attrs

from kumasim.kernel.agenda import Agenda
from kumasim.kernel.dice import Dice
from kumasim.kernel.envelope import Envelope
from kumasim.kernel.fault.partition import KEEPALIVE_NS, Cut
from kumasim.kernel.link import Links
from kumasim.kernel.network import Held, Network

MAX_ROUNDS = 100_000
"""How many rounds one instant may have before it counts as a livelock."""

_envelope = tuple.__new__
"""Makes an envelope of its fields; the class's own constructor costs a call more."""

Row = tuple[int, int, int, str, int, str, str, Any]
"""A record as the kernel writes it: position, time_ns, delta, actor, cause, kind, subject, body."""


class Post(Protocol):
    """What an actor wants sent."""

    @property
    def to(self) -> str:
        """The receiver."""

    @property
    def body(self) -> Any:
        """The message."""

    @property
    def topic(self) -> str:
        """What it is about; latency is drawn per topic."""

    @property
    def idle(self) -> bool:
        """Whether nobody waits for it."""


class Livelock(Exception):
    """Actors keep sending each other messages without time passing."""


@attrs.frozen
class _Expiry:
    """A note of the kernel to itself: look whether a connection has to be given up."""

    cut: Cut | None
    since_ns: int
    pair: tuple[str, str] | None = None


def _is_life(epoch: int) -> bool:
    """Whether an epoch is a life: births and deaths both begin a new one, so that lives have the odd numbers."""
    return epoch % 2 == 1


@attrs.define
class Kernel:
    """The state of the world outside its actors: time, agenda, network, who is alive.

    Args:
        dice: where chance comes from.
        network: links, connections and cuts.
        sink: called with each record, in order.
        peer_gone: makes the message that tells an actor of the loss of a connection, from the peer's name.
        start: the message that begins an actor's life.
    """

    dice: Dice
    network: Network
    sink: Callable[[Row], None]
    peer_gone: Callable[[str], Any]
    start: Any
    now_ns: int = 0
    delta: int = 0
    position: int = 0
    agenda: Agenda = attrs.field(factory=Agenda)
    seqs: dict[str, int] = attrs.field(factory=dict)
    epochs: dict[str, int] = attrs.field(factory=dict)
    alive: set[str] = attrs.field(factory=set)

    @classmethod
    def new(
        cls, seed: int, links: Links, sink: Callable[[Row], None], peer_gone: Callable[[str], Any], start: Any
    ) -> Kernel:
        """A kernel at time zero with nobody alive."""
        return cls(Dice(seed), Network(links), sink, peer_gone, start)

    # ------------------------------------------------------------------ records

    def record(self, actor: str, cause: int, kind: str, subject: str, body: Any) -> int:
        """Write down a fact at the present instant; answers with its position."""
        position = self.position
        self.position = position + 1
        self.sink((position, self.now_ns, self.delta, actor, cause, kind, subject, body))
        return position

    # ------------------------------------------------------------------ rounds

    def take(self, until_ns: int | None = None) -> list[Envelope]:
        """The envelopes of the next round that are due by a time, in order; empty when there are none.

        Those that can no longer be delivered are written down as lost and left out, so a round may come out empty
        although more are to come.

        Raises:
            Livelock: an instant does not end.
        """
        next_ns = self.agenda.next_ns()
        if next_ns is None or (until_ns is not None and next_ns > until_ns):
            return []
        due = self.agenda.take()
        self.now_ns, self.delta = due[0].at_ns, due[0].delta
        if self.delta > MAX_ROUNDS:
            raise Livelock(f"after {MAX_ROUNDS} rounds at {self.now_ns} ns: {due[0].sender} -> {due[0].to}")
        return [envelope for envelope in due if self._deliverable(envelope)]

    def _deliverable(self, envelope: Envelope) -> bool:
        if not envelope.to:
            self._expire(envelope.body)
            return False
        if envelope.to in self.alive and self.epochs.get(envelope.to, 0) == envelope.epoch:
            return True
        if envelope.sender != envelope.to:
            self.record(envelope.to, envelope.cause, "MessageLost", envelope.sender, None)
            self._refuse(envelope)
        return False

    def _refuse(self, envelope: Envelope) -> None:
        """Tell the sender of a lost message that nobody is there, unless the receiver's end has told it already.

        What was sent to a living actor went over a connection, and that was announced as lost when the actor died. If
        the receiver lives again and has talked with the sender since, it loses that connection too: two ends must never
        disagree about whether they have one.
        """
        sender, to = envelope.sender, envelope.to
        if not _is_life(envelope.epoch) and self.network.connected(sender, to):
            self.network.disconnect(sender, to)
            self._tell_gone(sender, to, envelope.cause, self._delay(to, sender))
            self._tell_gone(to, sender, envelope.cause, self._delay(sender, to))

    def pass_time(self, to_ns: int) -> None:
        """Let time pass up to an instant by which nothing is due."""
        if to_ns > self.now_ns:
            self.now_ns, self.delta = to_ns, 0

    # ------------------------------------------------------------------ what actors want

    def send(self, sender: str, post: Post, cause: int) -> None:
        """Send a message over the link between two actors.

        Every message of a world passes here, so this does by itself what `record` and `_put` do elsewhere.
        """
        to, body, idle = post.to, post.body, post.idle
        network, now_ns = self.network, self.now_ns
        if network.partition.cuts and not network.passes(sender, to):
            self._hold(sender, post, cause)
            return
        seqs = self.seqs
        seq = seqs.get(sender, 0)
        seqs[sender] = seq + 1
        route = network.routes.get((sender, to)) or network.route(sender, to)
        at_ns = now_ns + route.link.latency_ns
        if route.link.jitter_ns:
            at_ns += self.dice.draw("latency", f"{sender}>{to} {post.topic}", route.link.jitter_ns + 1)
        if at_ns < route.last_ns:
            at_ns = route.last_ns
        route.last_ns = at_ns
        if not route.open:
            network.connect(sender, to)
        position = self.position
        self.position = position + 1
        delta = self.delta
        self.sink((position, now_ns, delta, sender, cause, "MessageSent", to, (at_ns, seq, idle, body)))
        delta = delta + 1 if at_ns == now_ns else 0
        fields = (at_ns, delta, sender, seq, to, body, position, self.epochs.get(to, 0), idle)
        self.agenda.put(_envelope(Envelope, fields))

    def _hold(self, sender: str, post: Post, cause: int) -> None:
        """Keep back a message that runs into a cut link."""
        seq, network = self._seq(sender), self.network
        expires = network.expiry_ns(sender, post.to, self.now_ns)
        cause = self.record(sender, cause, "MessageSent", post.to, (-1, seq, post.idle, post.body))
        network.held.append(Held(sender, post.to, seq, post.body, post.topic, post.idle, expires, cause))
        if not network.has_end(sender, post.to):
            self._note(expires, _Expiry(None, self.now_ns, (sender, post.to)))

    def after(self, actor: str, delay_ns: int, body: Any, idle: bool, cause: int, jitter_ns: int = 0) -> None:
        """Deliver a message to its own sender after a delay, and up to `jitter_ns` more."""
        seq = self._seq(actor)
        if jitter_ns:
            delay_ns += self.dice.draw("timer", f"{actor} {type(body).__name__}", jitter_ns + 1)
        at_ns = self.now_ns + delay_ns
        cause = self.record(actor, cause, "TimerSet", actor, (at_ns, seq, idle, body))
        self._put(at_ns, actor, seq, actor, body, cause, idle)

    def spawn(self, name: str, role: str, arguments: Any, cause: int) -> None:
        """Bring an actor to life; the first it gets is the start message."""
        cause = self.record(name, cause, "ActorStarted", role, arguments)
        self.alive.add(name)
        self.epochs[name] = self.epochs.get(name, 0) + 1
        self._put(self.now_ns, name, self._seq(name), name, self.start, cause, False)

    def stop(self, name: str, cause: int, kind: str = "ActorStopped") -> int:
        """End an actor's life; whoever is connected with it learns so. Answers with the record's position."""
        cause = self.record(name, cause, kind, "", None)
        self.alive.discard(name)
        self.epochs[name] += 1
        network = self.network
        for item in network.drop_held_of(name):
            self.record(item.to, item.cause, "MessageLost", item.sender, None)
        network.forget_orphan(name)
        for peer in network.peers_of(name):
            network.disconnect(name, peer)
            if network.partition.severed(name, peer):
                network.orphans[peer, name] = cause
            else:
                self._tell_gone(peer, name, cause, self._delay(name, peer))
        return cause

    def inject(self, to: str, body: Any, cause: int) -> None:
        """Hand an actor a message from outside the world, in the next round of this instant."""
        self._put(self.now_ns, to, self._seq(to), to, body, cause, False)

    # ------------------------------------------------------------------ what befalls them

    def crash(self, name: str, cause: int) -> int:
        """End an actor's life against its will."""
        return self.stop(name, cause, "ActorCrashed")

    def restart(self, name: str, cause: int, arguments: Any = None) -> None:
        """Begin a new life of a crashed actor, with other arguments than before if any are given."""
        cause = self.record(name, cause, "ActorRestarted", "", arguments)
        self.alive.add(name)
        self.epochs[name] += 1
        self._put(self.now_ns, name, self._seq(name), name, self.start, cause, False)

    def cut(self, start: str, end: str, cause: int) -> None:
        """Cut a link in one direction."""
        self.record("network", cause, "LinkCut", start, (start, end))
        cut = Cut(start, end)
        self.network.partition.cuts.setdefault(cut, self.now_ns)
        self._note(self.now_ns + KEEPALIVE_NS, _Expiry(cut, self.network.partition.cuts[cut]))

    def heal(self, start: str, end: str, cause: int) -> None:
        """Make a cut direction whole; what its connections still hold is sent again."""
        cut = Cut(start, end)
        if self.network.partition.cuts.pop(cut, None) is None:
            return
        cause = self.record("network", cause, "LinkHealed", start, (start, end))
        for peer, dead in self.network.whole_orphans():
            self._end_orphan(peer, dead)
        for item in self.network.release():
            self._resend(item)

    # ------------------------------------------------------------------ within

    def _resend(self, item: Held) -> None:
        at_ns = self.network.arrival_ns(item.sender, item.to, item.topic, self.now_ns, self.dice)
        cause = self.record(item.sender, item.cause, "MessageResent", item.to, (at_ns, item.seq, item.idle))
        self._put(at_ns, item.sender, item.seq, item.to, item.body, cause, item.idle)

    def _expire(self, note: _Expiry) -> None:
        network = self.network
        if note.cut is None:
            assert note.pair is not None
            waiting = any(
                (item.sender, item.to) == note.pair and item.expires_ns <= self.now_ns for item in network.held
            )
            pairs = [note.pair] if waiting else []
        elif network.partition.cuts.get(note.cut) == note.since_ns:
            pairs = network.severed_pairs(note.cut)
            for peer, dead in network.severed_orphans(note.cut):
                self._end_orphan(peer, dead)
        else:
            pairs = []
        for one, other in pairs:
            self._give_up(one, other)

    def _give_up(self, one: str, other: str) -> None:
        connected = self.network.connected(one, other)
        self.network.disconnect(one, other)
        for item in self.network.drop_held(one, other):
            self.record(item.to, item.cause, "MessageLost", item.sender, None)
        self._tell_gone(one, other, -1, 0)
        if connected:
            self._tell_gone(other, one, -1, 0)

    def _end_orphan(self, peer: str, dead: str) -> None:
        """Let an actor learn at last that the one behind a cut died; what it sent there since is lost.

        It learns so before anything that a new life has sent meanwhile can reach it.
        """
        cause = self.network.orphans.pop((peer, dead))
        for item in self.network.drop_held_from(peer, dead):
            self.record(item.to, item.cause, "MessageLost", item.sender, None)
        self._tell_gone(peer, dead, cause, 0)

    def _tell_gone(self, actor: str, peer: str, cause: int, delay_ns: int) -> None:
        if actor not in self.alive:
            return
        seq = self._seq(peer)
        at_ns = max(self.now_ns + delay_ns, self.network.last_ns(peer, actor))
        body = self.peer_gone(peer)
        cause = self.record(peer, cause, "ConnectionLost", actor, (at_ns, seq, False, body))
        self._put(at_ns, peer, seq, actor, body, cause, False)

    def _delay(self, one: str, other: str) -> int:
        return self.network.links.between(one, other).latency_ns

    def _seq(self, actor: str) -> int:
        seq = self.seqs.get(actor, 0)
        self.seqs[actor] = seq + 1
        return seq

    def _note(self, at_ns: int, note: _Expiry) -> None:
        delta = self.delta + 1 if at_ns == self.now_ns else 0
        self.agenda.put(Envelope(at_ns, delta, "", self._seq(""), "", note, -1, 0, idle=True))

    def _put(self, at_ns: int, sender: str, seq: int, to: str, body: Any, cause: int, idle: bool) -> None:
        delta = self.delta + 1 if at_ns == self.now_ns else 0
        self.agenda.put(Envelope(at_ns, delta, sender, seq, to, body, cause, self.epochs.get(to, 0), idle))

    def copy(self, sink: Callable[[Row], None]) -> Kernel:
        """A kernel of its own in the same state, which writes elsewhere."""
        return attrs.evolve(
            self,
            sink=sink,
            dice=Dice(self.dice.seed, dict(self.dice.counters)),
            network=self.network.copy(),
            agenda=self.agenda.copy(),
            seqs=dict(self.seqs),
            epochs=dict(self.epochs),
            alive=set(self.alive),
        )
