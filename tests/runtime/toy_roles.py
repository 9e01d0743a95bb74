"""Random little roles: what each does with a message is drawn from a seed, and is a function of state and message."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

import attrs

from kumasim.domain.decider import After, Delivery, Effect, Now, PeerGone, Restarted, Send, Spawn, Start, Stop
from kumasim.kernel.kernel import Row
from kumasim.kernel.link import Link, Links
from kumasim.runtime.engine import Dispatcher, Engine

NAMES = ("user", "zone-1/a", "zone-1/b", "zone-2/a", "zone-2/b", "zone-3/c")
MAX_LIFE = 60
"""After so many messages an actor falls silent, so that every story ends."""


@attrs.frozen
class Token:
    """Message: something to react to."""

    number: int


@attrs.frozen
class Happened:
    """Event: a message was taken."""

    number: int
    place: int
    born: str = ""
    ended: str = ""

    subject = ""


@attrs.frozen
class ToyState:
    """What a toy remembers: who it is, how much it got, a fold of all of it, and its children."""

    name: str
    count: int = 0
    folded: int = 0
    children: tuple[str, ...] = ()


class Toy:
    """A role whose rules come from a seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def initial(self, arguments: Any) -> ToyState:
        return ToyState(arguments)

    def decide(self, state: ToyState, delivery: Delivery) -> Iterable[Happened]:
        if state.count > MAX_LIFE:
            return []
        number = _number(delivery.body)
        act = (number + state.count) % 9
        # Only who was there from the beginning has children; their names are never used twice.
        born = f"{state.name}-{state.count}" if act == 0 and state.name in NAMES else ""
        ended = state.children[0] if act == 1 and state.children else ""
        return [Happened(number, 0, born, ended), *(Happened(number, 1) for _ in range(act % 2))]

    def evolve(self, state: ToyState, event: Any) -> ToyState:
        if isinstance(event, Restarted):
            return attrs.evolve(state, folded=0)
        folded = (state.folded * 31 + event.number * 7 + event.place) % 1_000_003
        children = tuple(child for child in (*state.children, event.born) if child and child != event.ended)
        return attrs.evolve(state, count=state.count + 1, folded=folded, children=children)

    def react(self, state: ToyState, event: Happened) -> list[Effect]:
        # A dice of its own for each event: what follows depends on the event and the state it left, on nothing else.
        dice = Random(f"{self._seed} {state.name} {state.folded} {state.count}")
        effects = [_effect(dice, state) for _ in range(dice.choice([0, 1, 1, 2]))]
        effects += [Spawn(event.born, "toy", event.born)] if event.born else []
        return effects + ([Stop(event.ended)] if event.ended else [])


def _effect(dice: Random, state: ToyState) -> Effect:
    token = Token(dice.randint(0, 999))
    choices: list[tuple[int, Effect]] = [
        (
            10,
            Send(
                dice.choice([*NAMES, *state.children]),
                token,
                topic=dice.choice(["", "x", "y"]),
                idle=dice.random() < 0.2,
            ),
        ),
        (4, After(dice.choice([0, 0, 1, 5_000_000]), token, idle=dice.random() < 0.2, jitter_ns=dice.choice([0, 9]))),
        (3, Now(token)),
    ]
    return dice.choices([effect for _, effect in choices], [weight for weight, _ in choices])[0]


def _number(body: Any) -> int:
    if isinstance(body, Token):
        return body.number
    return {Start: 1, PeerGone: 2}[type(body)]


def toy_world(dispatcher: Dispatcher, seed: int) -> tuple[Engine, list[Row]]:
    """A world of toys, and its rows as they come."""
    rows: list[Row] = []
    links = Links({("zone-1", "zone-2"): Link(3_000_000, 4_000_000), ("zone-1", "zone-3"): Link(0)})
    engine = Engine({"toy": Toy(seed)}, dispatcher, rows.append, seed, links)
    for name in NAMES:
        engine.spawn(name, "toy", name)
    return engine, rows
