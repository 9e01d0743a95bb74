"""One actor: a role, its state, and the turn it takes with one message."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from kumasim.domain.decider import Delivery, Now
from kumasim.kernel.envelope import Envelope

MAX_FOLLOW_UPS = 10_000
"""How many messages to itself one turn may handle at once before it counts as a livelock."""


Happened = tuple[Any, list[Any], int]
"""One event of a turn: the event, the effects it calls for, and the index of the event of the same turn that led to it
(-1 for the message itself)."""


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
        decide, evolve, react, state = self.role.decide, self.role.evolve, self.role.react, self.state
        follow_ups: deque[tuple[Any, int]] = deque()
        # An envelope is a delivery: it has the time, the sender and the body.
        delivery: Any = envelope
        because, turns_taken = -1, 0
        while True:
            # decide sees the state that the message found, whatever its first events have done to it since.
            for event in decide(state, delivery):
                state = evolve(state, event)
                effects = react(state, event)
                for effect in effects:
                    if type(effect) is Now:
                        follow_ups.append((effect.body, len(happened)))
                happened.append((event, effects, because))
            if not follow_ups:
                self.state = state
                return happened
            body, because = follow_ups.popleft()
            delivery = Delivery(envelope.at_ns, self.name, body)
            turns_taken += 1
            if turns_taken > MAX_FOLLOW_UPS:
                raise RuntimeError(f"{self.name} does not come to an end with {envelope.body!r}")


def turns(actor: Actor, envelopes: Iterable[Envelope]) -> list[list[Happened]]:
    """One turn for each envelope, in order."""
    return [actor.handle(envelope) for envelope in envelopes]
