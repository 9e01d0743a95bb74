"""Every scenario of the documentation library is green when its steps run inline."""

from __future__ import annotations

from pathlib import Path

import pytest

import kumasim as ks

FOLDER = Path(__file__).parents[2] / "scenarios" / "docs"
FILES = sorted(FOLDER.rglob("*.kumasim.yaml"))


def test_the_library_has_files() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name.partition('.')[0]}")
def test_the_statement_holds(file: Path) -> None:
    for scenario in ks.load_all(file):
        run = scenario.run()

        assert run.failures == []
        assert run.ok
