"""The scenarios of multi-zone sync are green in both runtimes, which write the same journal."""

from __future__ import annotations

from pathlib import Path

import pytest
import trio

import kumasim as ks

FOLDER = Path(__file__).parents[2] / "scenarios" / "sync"
FILES = sorted(FOLDER.glob("*.kumasim.yaml"))


def test_there_are_the_twenty_of_the_rulebook_and_two_of_the_failure_modes() -> None:
    assert [file.name[:2] for file in FILES[:20]] == [f"{number:02}" for number in range(1, 21)]
    assert {file.name for file in FILES[20:]} >= {"one-way-cut.kumasim.yaml", "restart-mid-batch.kumasim.yaml"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.partition(".")[0])
def test_it_is_green(file: Path) -> None:
    for scenario in ks.load_all(file):
        run = scenario.run()

        assert run.failures == []
        assert run.ok


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.partition(".")[0])
def test_tasks_write_the_same_journal_as_calls(file: Path) -> None:
    for scenario in ks.load_all(file):
        assert trio.run(scenario.run_async).digest == scenario.run().digest
