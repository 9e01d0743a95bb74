"""Actors that do nothing but pass a ball, for measuring what a message costs."""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.decider import Delivery, Send, Start
from kumasim.kernel.kernel import Row
from kumasim.kernel.link import Links
from kumasim.runtime.engine import Dispatcher, Engine

FOREVER = 2**62


@attrs.frozen
class Ball:
    """Message: the ball, and how often it was passed."""

    passes: int


@attrs.frozen
class Caught:
    """Event: somebody caught the ball."""

    passes: int

    subject = ""


class Player:
    """Passes the ball back until it was passed often enough."""

    def __init__(self, passes: int) -> None:
        self._passes = passes

    def initial(self, partner: str) -> tuple[str, int]:
        return (partner, 0)

    def decide(self, state: Any, delivery: Delivery) -> list[Caught]:
        return [Caught(0 if isinstance(delivery.body, Start) else delivery.body.passes)]

    def evolve(self, state: Any, event: Caught) -> tuple[str, int]:
        return (state[0], event.passes)

    def react(self, state: Any, event: Caught) -> list[Send]:
        return [Send(state[0], Ball(event.passes + 1))] if event.passes < self._passes else []


def court(dispatcher: Dispatcher, pairs: int, passes: int) -> tuple[Engine, list[Row]]:
    """Pairs of players who pass two balls each; every message and every event is recorded."""
    rows: list[Row] = []
    engine = Engine({"player": Player(passes)}, dispatcher, rows.append, 0, Links())
    for number in range(pairs):
        one, other = f"zone-{number}/one", f"zone-{number}/other"
        engine.spawn(one, "player", other)
        engine.spawn(other, "player", one)
    return engine, rows


async def until_quiet(engine: Engine) -> None:
    """Run everything there is."""
    await engine.settle(FOREVER)
