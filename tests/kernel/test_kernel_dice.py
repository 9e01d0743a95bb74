"""Keyed chance: even, repeatable, and untouched by draws for other purposes."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from kumasim.kernel.dice import Dice

STREAMS = st.tuples(st.sampled_from(["latency", "timer"]), st.sampled_from(["a>b", "b>a", "a>b x"]))


@given(st.integers(0, 2**63 - 1), st.lists(STREAMS, max_size=30), STREAMS)
def test_draws_elsewhere_change_nothing(seed: int, others: list[tuple[str, str]], mine: tuple[str, str]) -> None:
    alone, among = Dice(seed), Dice(seed)
    expected = [alone.draw(*mine, 1000) for _ in range(5)]
    got = []
    for number in range(5):
        for other in others[number::5]:
            if other != mine:
                among.draw(*other, 7)
        got.append(among.draw(*mine, 1000))
    assert got == expected


@given(st.integers(0, 2**63 - 1), st.integers(-3, 2**63))
def test_a_draw_lies_below_its_bound(seed: int, below: int) -> None:
    drawn = Dice(seed).draw("latency", "a>b", below)
    assert 0 <= drawn < max(below, 1)


def test_draws_are_even() -> None:
    dice, counts = Dice(7), [0] * 10
    for _ in range(5000):
        counts[dice.draw("latency", "a>b", 10)] += 1
    # Chi-squared with nine degrees of freedom: 27.9 is exceeded once in a thousand seeds.
    assert sum((count - 500) ** 2 / 500 for count in counts) < 27.9


def test_seeds_purposes_and_subjects_have_streams_of_their_own() -> None:
    keys = [(seed, purpose, who) for seed in (0, 1) for purpose in ("p", "q") for who in ("x", "y")]
    streams = set()
    for seed, purpose, who in keys:
        dice = Dice(seed)
        streams.add(tuple([dice.draw(purpose, who, 2**32) for _ in range(4)]))
    assert len(streams) == len(keys)


def test_draws_do_not_depend_on_the_hash_seed() -> None:
    script = "from kumasim.kernel.dice import Dice; d = Dice(3); print([d.draw('p', w, 10**9) for w in 'abcabc' for _ in '12'])"
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("0", "1", "2")
    }
    assert len(said) == 1


def test_draws_stay_what_they_are() -> None:
    """Journals of a semantics epoch are executed again: a change of these numbers needs a new epoch."""
    dice = Dice(42)
    assert [dice.draw("latency", "zone-1>global kds", 1_000_000) for _ in range(3)] == [142106, 253305, 818289]
