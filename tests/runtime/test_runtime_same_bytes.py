"""Both runtimes write the same rows, whatever the actors do and in whatever order trio runs its tasks."""

from __future__ import annotations

from random import Random
from typing import Any

import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_roles import NAMES, Token, toy_world

from kumasim.domain.vocabulary import value
from kumasim.kernel.kernel import Row
from kumasim.runtime.engine import Engine, finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.inputs import CrashActor, CutLink, HealLink, Note, PassTime, RestartActor
from kumasim.runtime.trio import tasks


@value
class PokeToy:
    """Input: a token falls from the sky."""

    to: str
    number: int

    subject = ""

    def apply(self, engine: Engine, cause: int) -> None:
        if self.to in engine.kernel.alive:
            engine.kernel.inject(self.to, Token(self.number), cause)


async def story(engine: Engine, seed: int) -> None:
    """Inputs of every kind, between rounds and at rest."""
    dice = Random(seed)
    for _ in range(25):
        name, places = dice.choice(NAMES), dice.sample(["zone-1", "zone-2", "zone-3"], 2)
        put_in = dice.choice(
            [PokeToy(name, dice.randint(0, 99))] * 4
            + [CrashActor(name), RestartActor(name), CutLink(*places), HealLink(*places), Note("here", "a note")]
        )
        engine.give(put_in)
        for _ in range(dice.choice([0, 1, 3])):
            await engine.superstep()
        if dice.random() < 0.3:
            await engine.run_until(engine.now_ns + dice.choice([1, 10**6, 10**9, 40 * 10**9]))
        if dice.random() < 0.3:
            await engine.settle(engine.now_ns + 10**9)


def inline_rows(seed: int) -> tuple[list[Row], dict[str, Any]]:
    engine, rows = toy_world(Inline(), seed)
    finish(story(engine, seed))
    return rows, {name: actor.state for name, actor in engine.actors.items()}


def trio_rows(seed: int) -> tuple[list[Row], dict[str, Any]]:
    async def under_trio() -> tuple[list[Row], dict[str, Any]]:
        async with tasks() as dispatcher:
            engine, rows = toy_world(dispatcher, seed)
            await story(engine, seed)
            return rows, {name: actor.state for name, actor in engine.actors.items()}

    return trio.run(under_trio)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_trio_and_inline_write_the_same_rows(seed: int) -> None:
    assert trio_rows(seed) == inline_rows(seed)


def test_the_toys_do_all_that_actors_can_do() -> None:
    """No runtime passes the test above by having nothing to do."""
    kinds: set[str] = set()
    deltas, most = 0, 0
    for seed in range(10):
        rows, _ = inline_rows(seed)
        kinds |= {row[5] for row in rows}
        deltas = max(deltas, *(row[2] for row in rows))
        most = max(most, len(rows))
    assert kinds >= {
        "ActorStarted",
        "ActorStopped",
        "ActorCrashed",
        "ActorRestarted",
        "MessageSent",
        "MessageLost",
        "MessageResent",
        "ConnectionLost",
        "TimerSet",
        "LinkCut",
        "LinkHealed",
        "InputGiven",
        "Happened",
    }
    assert deltas > 3
    assert most > 300


def test_rows_are_a_function_of_the_seed() -> None:
    assert inline_rows(5) == inline_rows(5)
    assert inline_rows(5) != inline_rows(6)


def test_inputs_are_recorded_where_they_are_given() -> None:
    engine, rows = toy_world(Inline(), 0)
    finish(engine.run_until(10**9))
    before = len(rows)
    engine.give(Note("step", "one"))
    engine.give(PassTime(2 * 10**9))
    engine.give(PokeToy("user", 3))
    assert [(row[0], row[1], row[3], row[4], row[5]) for row in rows[before:]] == [
        (before, 10**9, "user", -1, "InputGiven"),
        (before + 1, 10**9, "user", -1, "InputGiven"),
        (before + 2, 2 * 10**9, "user", -1, "InputGiven"),
    ]
    assert engine.now_ns == 2 * 10**9
    assert [
        one.cause for one in engine.kernel.agenda.pending() if one.to == "user" and not one.at_ns > engine.now_ns
    ] == [before + 2]
