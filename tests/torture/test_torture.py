"""The torture suite: `pytest -m torture -s`; a short form of it runs with every `pytest`.

It prints how many trials of each kind were made and how many failed.
"""

from __future__ import annotations

import pytest
from trials import suite, table


def tortured(share: float) -> None:
    tallies = [trial() for trial in suite(share)]
    print(f"\n{table(tallies)}")
    assert all(tally.trials for tally in tallies)
    assert [f"{tally.name}: {what}" for tally in tallies for what in tally.failed] == []


def test_a_little_torture() -> None:
    tortured(0.002)


@pytest.mark.torture
def test_the_whole_torture() -> None:
    tortured(1)
