"""What a recorded actor message costs, against SimPy's handoffs in the same run.

Run: pytest -m bench -s tests/benchmarks
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
import trio
from toys import court, until_quiet

import kumasim as ks
from kumasim.runtime.engine import finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.trio import tasks

pytestmark = pytest.mark.bench

PAIRS, PASSES, ROUNDS = 20, 1_000, 3
STORY = Path(__file__).parents[2] / "scenarios" / "gateway-api-multizone.kumasim.yaml"


def best(measure: Callable[[], float]) -> float:
    """The best rate of several runs: what the code can do when the machine does nothing else."""
    return max(measure() for _ in range(ROUNDS))


def inline_rate() -> float:
    """Messages per second with the inline runtime, every one recorded."""
    engine, rows = court(Inline(), PAIRS, PASSES)
    began = time.perf_counter()
    finish(until_quiet(engine))
    return sent(rows) / (time.perf_counter() - began)


def trio_rate() -> float:
    """Messages per second with the trio runtime, every one recorded."""

    async def run() -> float:
        async with tasks() as dispatcher:
            engine, rows = court(dispatcher, PAIRS, PASSES)
            began = time.perf_counter()
            await until_quiet(engine)
            return sent(rows) / (time.perf_counter() - began)

    return trio.run(run)


def simpy_rate() -> float:
    """Handoffs per second through SimPy stores, nothing recorded, no delay."""
    simpy = pytest.importorskip("simpy")
    world = simpy.Environment()
    passed = 0

    def player(mine: Any, partners: Any) -> Generator[Any, Any, None]:
        nonlocal passed
        while True:
            passes = yield mine.get()
            passed += 1
            if passes >= PASSES:
                return
            yield partners.put(passes + 1)

    for _ in range(PAIRS):
        one, other = simpy.Store(world), simpy.Store(world)
        world.process(player(one, other))
        world.process(player(other, one))
        one.put(0)
        other.put(0)
    began = time.perf_counter()
    world.run()
    return passed / (time.perf_counter() - began)


def story_rate() -> float:
    """Records per second of the documentation's story, run from its file to its digest."""
    scenario = ks.load(STORY)
    began = time.perf_counter()
    run = scenario.run()
    return len(run.journal.records) / (time.perf_counter() - began)


def sent(rows: list[Any]) -> int:
    """How many messages a recorded run sent."""
    return sum(row[5] == "MessageSent" for row in rows)


def test_messages_against_simpy() -> None:
    """Prints rates and ratios. The bounds only catch what is broken; the table is for people."""
    simpy, inline, under_trio, story = best(simpy_rate), best(inline_rate), best(trio_rate), best(story_rate)
    print(f"\n{'':<34}{'per second':>12}{'/ SimPy':>9}{'goal':>8}")
    for name, rate, goal in (
        ("SimPy Store handoffs, unrecorded", simpy, ""),
        ("inline messages, recorded", inline, "1.5"),
        ("trio messages, recorded", under_trio, "0.5"),
    ):
        print(f"{name:<34}{rate:>12,.0f}{rate / simpy:>9.2f}{goal:>8}")
    print(f"{'records of the story':<34}{story:>12,.0f}{'':>9}{'50,000':>8}")
    assert inline > simpy / 20
    assert under_trio > simpy / 50
