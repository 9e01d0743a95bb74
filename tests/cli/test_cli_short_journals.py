"""A journal of which not one record can be read is damage, whatever it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

import kumasim as ks
from kumasim.cli import cli
from kumasim.cli.errors import guarded


@pytest.fixture(scope="module")
def stump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal that ends within its first chunk."""
    folder = tmp_path_factory.mktemp("journals")
    ks.World(zones=["zone-1"]).run.save(folder / "whole.journal")
    path = folder / "cut.journal"
    path.write_bytes((folder / "whole.journal").read_bytes()[:2000])
    return path


@pytest.mark.parametrize(
    "arguments",
    [["log"], ["replay"], ["get", "pods", "--at", "zone-1", "--in"], ["explain"], ["diff"], ["trace"]],
    ids=lambda arguments: arguments[0],
)
def test_nothing_readable_is_exit_3(
    stump: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Given a cut journal, when a command reads it, then it says where the file ends and exits with 3."""
    more = {"explain": ["zone-1/Pod/a/b"], "diff": [str(stump)], "trace": ["http://x/"]}.get(arguments[0], [])
    monkeypatch.setattr("sys.argv", ["kumasim", *arguments, str(stump), *more])
    assert guarded(cli) == 3
    assert "the file ends within the chunk" in capsys.readouterr().err
