"""Real worlds run the same under trio and inline, with and without Hypothesis, and whatever PYTHONHASHSEED is."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import trio
from random_worlds import Played, Story, played, story, tell

from kumasim.journal import Journal, first_difference
from kumasim.runtime.trio import tasks

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCENARIO = ROOT / "scenarios" / "gateway-api-multizone.kumasim.yaml"


def under_trio(told: Story) -> Played:
    async def play() -> Played:
        async with tasks() as dispatcher:
            return await tell(told, dispatcher)

    return trio.run(play)


@pytest.mark.parametrize("number", range(100, 108))
def test_trio_and_inline_write_the_same_records(number: int) -> None:
    inline, tasked = played(story(number)), under_trio(story(number))
    assert first_difference(inline.records, tasked.records) is None
    assert len(inline.records) > 500


@pytest.mark.slow
@pytest.mark.parametrize("number", range(2000, 2100))
def test_trio_and_inline_write_the_same_records_in_many_worlds(number: int) -> None:
    inline, tasked = played(story(number, length=40)), under_trio(story(number, length=40))
    assert first_difference(inline.records, tasked.records) is None


DIGESTS = """
import sys
sys.path.insert(0, {here!r})
import trio
from random_worlds import played, story, tell
from kumasim.journal import Journal
from kumasim.runtime.trio import tasks
import kumasim as ks

async def under_trio(told):
    async with tasks() as dispatcher:
        return await tell(told, dispatcher)

for number in (100, 101):
    print(Journal(played(story(number)).records).digest())
    print(Journal(trio.run(under_trio, story(number)).records).digest())
scenario = ks.load({scenario!r})
print(scenario.run().digest)
print(trio.run(scenario.run_async).digest)
assert "hypothesis" not in sys.modules, "this process must not know Hypothesis"
"""


def digests(hash_seed: str) -> list[str]:
    """What a fresh process says without Hypothesis; `-p no:...` is of no concern, it runs no pytest."""
    script = DIGESTS.format(here=str(HERE), scenario=str(SCENARIO))
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return told.stdout.split()


@cache
def expected() -> list[str]:
    """What this process says, in which Hypothesis is imported."""
    import hypothesis  # noqa: F401

    import kumasim as ks

    found = []
    for number in (100, 101):
        found += [Journal(one(story(number)).records).digest() for one in (played, under_trio)]
    scenario = ks.load(SCENARIO)
    return [*found, scenario.run().digest, trio.run(scenario.run_async).digest]


@pytest.mark.parametrize("hash_seed", ["0", "4294967295"])
def test_fresh_processes_agree(hash_seed: str) -> None:
    mine = expected()
    assert mine[0] == mine[1]
    assert mine[2] == mine[3]
    assert mine[4] == mine[5]
    assert digests(hash_seed) == mine


@pytest.mark.slow
@pytest.mark.parametrize("hash_seed", [str(seed) for seed in range(2, 22)])
def test_many_fresh_processes_agree(hash_seed: str) -> None:
    assert digests(hash_seed) == expected()


def test_the_seed_of_a_world_matters_only_where_chance_does() -> None:
    """Worlds without jitter run alike whatever their seed; only what the first record says of the seed differs."""
    import kumasim as ks

    one, other = (ks.load(SCENARIO).run(seed=seed) for seed in (1, 2))
    assert one.ok
    assert other.ok
    assert one.digest != other.digest
