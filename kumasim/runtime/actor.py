"""One actor: a role, its state, and the turn it takes with one message."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple

from kumasim.domain.decider import Delivery, Now
from kumasim.kernel.envelope import Envelope

MAX_FOLLOW_UPS = 10_000
"""How many messages to itself one turn may handle at once before it counts as a livelock."""


class Happened(NamedTuple):
    """One event of a turn."""

    event: Any
    effects: tuple[Any, ...]
    because: int
    """Index of the event of the same turn that led to it, -1 for the message itself."""


class Actor:
    """A role at work.

    Args:
        name: "zone-1/cluster".
        role: its behaviour.
        state: what it knows now; replaced, never changed.
    """

    __slots__ = ("name", "role", "state")

    def __init__(self, name: str, role: Any, state: Any) -> None:
        self.name = name
        self.role = role
        self.state = state

    def handle(self, envelope: Envelope) -> list[Happened]:
        """Take one turn: decide, evolve, react, and whatever follows from that at once.

        Returns:
            What happened, in order.
        """
        happened: list[Happened] = []
        role, state = self.role, self.state
        todo: deque[tuple[Any, str, int]] = deque(((envelope.body, envelope.sender, -1),))
        turns = 0
        while todo:
            body, sender, because = todo.popleft()
            turns += 1
            if turns > MAX_FOLLOW_UPS:
                raise RuntimeError(f"{self.name} does not come to an end with {envelope.body!r}")
            for event in list(role.decide(state, Delivery(envelope.at_ns, sender, body))):
                state = role.evolve(state, event)
                effects = tuple(role.react(state, event))
                for effect in effects:
                    if type(effect) is Now:
                        todo.append((effect.body, self.name, len(happened)))
                happened.append(Happened(event, effects, because))
        self.state = state
        return happened


def turns(actor: Actor, envelopes: Iterable[Envelope]) -> list[list[Happened]]:
    """One turn for each envelope, in order."""
    return [actor.handle(envelope) for envelope in envelopes]
