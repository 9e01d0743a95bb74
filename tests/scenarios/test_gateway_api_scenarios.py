"""The scenarios of the Gateway API are green in both runtimes, which write the same journal."""

from __future__ import annotations

from pathlib import Path

import pytest
import trio

import kumasim as ks

FOLDER = Path(__file__).parents[2] / "scenarios" / "gateway-api"
FILES = sorted(FOLDER.glob("*.kumasim.yaml"))


def test_there_are_thirty() -> None:
    assert [file.name[:2] for file in FILES] == [f"{number:02}" for number in range(1, 31)]


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
