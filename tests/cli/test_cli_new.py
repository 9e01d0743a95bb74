"""`kumasim new` and `kumasim completion`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kumasim.app import examples
from kumasim.app.scenario_run import load_all
from kumasim.cli import cli
from kumasim.errors import UsageError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), standalone_mode=False)


def test_the_first_example_runs_where_it_was_written(tmp_path: Path) -> None:
    written = examples.copy(examples.FIRST, tmp_path / "mine")
    (variant,) = load_all(written[0])
    assert variant.run().ok


THEMES = {Path(name).parent: name for name in reversed(examples.names())}


@pytest.mark.parametrize("name", THEMES.values())
def test_an_example_comes_with_its_manifests(tmp_path: Path, name: str) -> None:
    assert load_all(examples.copy(name, tmp_path)[0])


def test_new_tells_what_it_wrote(tmp_path: Path) -> None:
    result = run("new", str(tmp_path), "--example", "01-installation")
    assert result.output.splitlines()[0] == f"{tmp_path}/01-installation.kumasim.yaml"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    examples.copy(examples.FIRST, tmp_path)
    with pytest.raises(UsageError, match="already there"):
        examples.copy(examples.FIRST, tmp_path)


def test_an_unknown_example_lists_the_others(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"(?s)there is no example 'x'; there are:\n.*  {examples.FIRST}"):
        examples.copy("x", tmp_path)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str) -> None:
    assert "_KUMASIM_COMPLETE=" in run("completion", shell).output
