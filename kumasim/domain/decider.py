"""What every actor role is: three pure functions, and the effects they may ask for.

    decide(state, delivery) -> events      the rules: what happens because this arrived
    evolve(state, event)    -> state       no rule in it, cannot fail: the fold that replay and rewind call alone
    react(state, event)     -> effects     what the actor wants done because that happened

Events are recorded; effects are carried out by the kernel. Because `react` sees only a recorded event and the state
folded from recorded events, an effect can always be explained by the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

import attrs

from kumasim.domain.vocabulary import value

S = TypeVar("S")


@attrs.frozen
class Delivery:
    """One message as it reaches an actor.

    Args:
        at_ns: virtual time of arrival.
        sender: the actor who sent it; the actor itself for timers.
        body: the message.
    """

    at_ns: int
    sender: str
    body: Any


@attrs.frozen
class Send:
    """Effect: send a message to another actor over the link between them.

    Args:
        to: name of the receiver.
        body: a value of the vocabulary.
        topic: what the message is about; latency is drawn per topic, so that unrelated messages never shift it.
        idle: nobody waits for it (a keepalive): it does not keep the world from being settled.
    """

    to: str
    body: Any
    topic: str = ""
    idle: bool = False


@attrs.frozen
class After:
    """Effect: deliver a message to oneself after a delay (zero: later within the same instant).

    Args:
        delay_ns: how long.
        body: a value of the vocabulary.
        idle: nobody waits for it (a retry, a keepalive).
        jitter_ns: up to this much more, drawn by the kernel.
    """

    delay_ns: int
    body: Any
    idle: bool = False
    jitter_ns: int = 0


@attrs.frozen
class Now:
    """Effect: handle a message at once, in the same turn, after the state has taken in the event."""

    body: Any


@attrs.frozen
class Spawn:
    """Effect: bring a new actor to life, with what it needs to know to begin."""

    name: str
    role: str
    arguments: Any


@attrs.frozen
class Stop:
    """Effect: end an actor for good."""

    name: str


Effect = Send | After | Now | Spawn | Stop


@value
class Start:
    """Message: the first delivery that an actor gets, at its birth and again after a crash."""


@value
class PeerGone:
    """Message: the connection to another actor is lost, or could not be made."""

    peer: str


@value
class Restarted:
    """Event: the actor lost what it only held in memory, and begins again from what it had stored."""

    @property
    def subject(self) -> str:
        return ""


class Event(Protocol):
    """A recorded fact. Its class name, in the past tense, is the record's kind."""

    @property
    def subject(self) -> str:
        """What it happened to, as `Kind/namespace/name` or an actor's name."""


class Role(Protocol[S]):
    """The behaviour of one kind of actor."""

    def initial(self, arguments: Any) -> S:
        """The state of an actor that has lived through nothing yet."""

    def decide(self, state: S, delivery: Delivery) -> Iterable[Any]:
        """The events that follow from a delivery."""

    def evolve(self, state: S, event: Any) -> S:
        """The state after an event."""

    def react(self, state: S, event: Any) -> Sequence[Effect]:
        """The effects that an event calls for; `state` has taken the event in."""
