"""A journal on the command line: log, diff, replay, get; from where the user stands to the line of their manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kumasim as ks
from kumasim.cli import cli
from kumasim.cli.errors import guarded
from kumasim.journal import Journal

NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "demo"}}


@pytest.fixture(scope="module")
def journals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("journals")
    world = ks.World(zones=["zone-1"])
    world["zone-1"].apply(NAMESPACE)
    world.settle()
    alt = world.run.at(world.run.end).fork().apply("zone-1", {**NAMESPACE, "metadata": {"name": "more"}}).run()
    records = list(world.run.journal.records)
    place = len(records) // 2
    records[place] = records[place]._replace(subject="forged")
    runs = {"one": world.run, "alt": alt, "forged": ks.Run(Journal(records))}
    for name, run in runs.items():
        run.save(folder / f"{name}.journal")
    cut = folder / "cut.journal"
    cut.write_bytes((folder / "one.journal").read_bytes()[:-40])
    return {path.stem: path for path in folder.glob("*.journal")}


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: Any) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["kumasim", *map(str, arguments)])
        code = guarded(cli)
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def test_diff_tells_the_first_record_and_then_the_meaning(call: Any, journals: dict[str, Path]) -> None:
    code, out, _ = call("diff", journals["one"], journals["alt"])
    assert code == 1
    assert out.startswith("first difference: record ")
    assert "zone-1/Namespace/more: only in the second" in out


def test_equal_journals_have_no_difference(call: Any, journals: dict[str, Path]) -> None:
    assert call("diff", journals["one"], journals["one"]) == (0, "no difference\n", "")


def test_diff_as_json(call: Any, journals: dict[str, Path]) -> None:
    code, out, _ = call("diff", journals["one"], journals["alt"], "-o", "json")
    told = json.loads(out)
    assert (code, told["same"]) == (1, False)
    assert told["first"]["b"]["kind"] == "InputGiven"
    assert [one["where"] for one in told["objects"]] == ["zone-1/Namespace/more"]


def test_a_cut_journal_is_read_as_far_as_it_goes(call: Any, journals: dict[str, Path]) -> None:
    code, _, err = call("diff", journals["cut"], journals["one"])
    assert code == 3
    assert "readable" in err


def test_replay_of_a_forged_journal_tells_what_is_behind(call: Any, journals: dict[str, Path]) -> None:
    code, out, _ = call("replay", journals["forged"])
    assert code == 5
    assert "diverged at record" in out
    assert "likely cause: " in out


def test_replay_of_an_honest_one(call: Any, journals: dict[str, Path]) -> None:
    code, out, _ = call("replay", journals["one"])
    assert (code, out.split(":")[0]) == (0, "identical")


def test_log_follows_causes_and_matches(call: Any, journals: dict[str, Path]) -> None:
    _, out, _ = call("log", journals["one"], "--kind", "RequestMade", "-o", "json")
    made = json.loads(out.splitlines()[0])
    code, out, _ = call("log", journals["one"], "--follow-cause", made["position"], "--match", "kind == 'Observed'")
    assert code == 0
    assert "Namespace/demo" in out
    _, why, _ = call("log", journals["one"], "--why", made["position"])
    assert len(why.splitlines()) == 2
    _, late, _ = call("log", journals["one"], "--since", "1s", "--match", "time_ns < `1000000000`")
    assert late == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--match", "a.["], "is not JMESPath"),
        (["--why", "1", "--follow-cause", "1"], "give one of them"),
        (["--why", "99999999"], "the journal has records 0 to"),
        (["--since", "soon"], "--since"),
    ],
)
def test_what_makes_no_sense_is_usage(call: Any, journals: dict[str, Path], arguments: list[str], message: str) -> None:
    code, _, err = call("log", journals["one"], *arguments)
    assert code == 2
    assert message in err


def test_get_at_a_time(call: Any, journals: dict[str, Path]) -> None:
    assert "demo" not in call("get", "namespaces", "--in", journals["one"], "--time", "0s")[1]
    assert "demo" in call("get", "namespaces", "--in", journals["one"])[1]
