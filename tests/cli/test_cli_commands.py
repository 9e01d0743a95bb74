"""The command line as people and programs use it: exit codes, output, and journals that are not what they should be."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from kumasim.cli import cli
from kumasim.cli.errors import guarded

ROOT = Path(__file__).parents[2]
STORY = ROOT / "scenarios" / "gateway-api-multizone.kumasim.yaml"
CALL = [sys.executable, "-c", "from kumasim.cli import main; main()"]


class Said(NamedTuple):
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


def kumasim(*arguments: object) -> Said:
    """Run the command as its entry point does, within this process."""
    before, out, err = sys.argv, io.StringIO(), io.StringIO()
    sys.argv = ["kumasim", *map(str, arguments)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.chdir(ROOT):
            code = guarded(cli)
    finally:
        sys.argv = before
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story's journal, as `kumasim run` leaves it."""
    folder = tmp_path_factory.mktemp("journals")
    told = kumasim("run", STORY, "--record", folder)
    assert told.returncode == 0, told.stderr
    return folder / "gateway-api-multizone.journal"


SMALL = """\
apiVersion: kumasim/v1
kind: Scenario
metadata: {name: small}
topology: {zones: {zone-1: {}}}
steps:
- expect:
  - resource: {kind: GatewayClass, metadata: {name: EXPECTED}}
    at: zone-1
"""


def small(folder: Path, name: str, expected: str = "kuma") -> Path:
    path = folder / f"{name}.kumasim.yaml"
    path.write_text(SMALL.replace("EXPECTED", expected).replace("small", name))
    return path


GOLDEN = """\
gateway-api-multizone  kuma 2.8, documented, seed 0  scenarios/gateway-api-multizone.kumasim.yaml
  ✓ 1. backend in both zones, db only in zone-2
  ✓ 2. apply
      ✓ GatewayClass kuma at zone-1
  ✓ 3. a Gateway with a listener on 8080, routes to backend and to db
      ✓ MeshGateway edge.kuma-demo at zone-1
      ✓ MeshGatewayInstance kuma-demo/edge at zone-1
      ✓ Deployment kuma-demo/edge at zone-1
      ✓ Service kuma-demo/edge at zone-1
      ✓ Dataplane kuma-demo at zone-1
      ✓ Gateway kuma-demo/edge at zone-1
      ✓ HTTPRoute kuma-demo/backend at zone-1
      ✓ HTTPRoute kuma-demo/db at zone-1
      ✓ MeshGateway edge.kuma-demo-88fv97446497b8f7 at global
      ✓ no MeshGateway like {kind: "MeshGateway"} at zone-2
      ✓ no Gateway like {kind: "Gateway"} at global, zone-2
  ✓ 4. requests reach the backend of zone-1 and never that of zone-2
      ✓ outcomes 100% 200
  ✓ 5. requests to db find no backend
      ✓ response 500
  ✓ 6. a Service db in zone-1 makes the route resolve by itself
      ✓ HTTPRoute kuma-demo/db at zone-1
  ✓ 7. request
      ✓ response 200 zone-1 db
  ✓ 8. Gateway API objects do not belong on the global
  ✓ 9. apply
      ✓ refused: 403 Forbidden
  ✓ 10. apply
      ✓ refused: 403 Forbidden
      ✓ no HTTPRoute like {kind: "HTTPRoute"} at global
"""


def test_run_prints_the_story_step_by_step() -> None:
    """Golden: the parts that no change of timing alters."""
    told = kumasim("run", STORY.relative_to(ROOT), "--record", "none")
    assert told.returncode == 0
    lines = [re.sub(r"  \+\S+$", "", line) for line in told.stdout.splitlines()]
    marked = [line for line in lines if line.lstrip().startswith("✓") or not line.startswith(" ")]
    assert marked[: len(GOLDEN.splitlines())] == GOLDEN.splitlines()
    assert re.fullmatch(r"ok  10 steps, 19 checks; \S+ virtual, \d+\.\d\d s wall; \d+ records", marked[-2])
    assert re.fullmatch(r"digest [0-9a-f]{64}", marked[-1])


def test_run_o_json_has_the_fields_of_the_contract(tmp_path: Path) -> None:
    told = kumasim("run", STORY, "-o", "json", "--record", tmp_path, "--seed", 5)
    assert told.returncode == 0
    said = json.loads(told.stdout)
    assert said["ok"] is True
    (one,) = said["scenarios"]
    assert set(one) >= {
        *("name", "file", "ok", "kuma", "semantics", "seed", "digest", "records", "virtual_ns", "wall_s", "journal"),
        *("steps", "diagnostics"),
    }
    assert (one["name"], one["kuma"], one["semantics"], one["seed"]) == (
        "gateway-api-multizone",
        "2.8",
        "documented",
        5,
    )
    assert Path(one["journal"]).is_file()
    assert len(one["steps"]) == 10
    for number, step in enumerate(one["steps"], start=1):
        assert set(step) >= {"index", "name", "verb", "ok", "line", "expectations"}
        assert (step["index"], step["ok"]) == (number, True)
        for expectation in step["expectations"]:
            assert set(expectation) >= {"ok", "line", "kind", "message", "expected", "actual"}


def test_equal_inputs_have_equal_digests_in_both_runtimes() -> None:
    digests = set()
    for runtime in ("trio", "inline"):
        told = kumasim("run", STORY, "--record", "none", "--runtime", runtime)
        digests.add(told.stdout.splitlines()[-1])
    assert len(digests) == 1


def test_exit_codes_of_run(tmp_path: Path) -> None:
    good, failing = small(tmp_path, "good"), small(tmp_path, "failing", expected="nobody")
    bad = tmp_path / "bad.kumasim.yaml"
    bad.write_text(SMALL.replace("steps:", "stesp:"))
    none = ("--record", "none")
    assert kumasim("run", good, *none).returncode == 0
    assert kumasim("run", failing, *none).returncode == 1
    assert kumasim("run", good, failing, *none).returncode == 1
    assert kumasim("run").returncode == 2
    assert kumasim("run", good, "--no-such-option").returncode == 2
    assert kumasim("run", tmp_path / "missing.yaml", *none).returncode == 2
    told = kumasim("run", bad, *none)
    assert told.returncode == 3
    assert re.search(r"bad\.kumasim\.yaml:\d+:\d+: KS\d{4} ", told.stderr)
    told = kumasim("run", good, failing, bad, *none, "-o", "json")
    assert told.returncode == 3
    said = json.loads(told.stdout)
    assert said["ok"] is False
    assert [one["ok"] for one in said["scenarios"]] == [True, False]
    assert set(said["errors"][0]) >= {"code", "file", "line", "column", "message", "fix"}


def test_a_failed_expectation_says_where_it_stands(tmp_path: Path) -> None:
    told = kumasim("run", small(tmp_path, "failing", expected="nobody"), "--record", "none")
    assert "FAILED" in told.stdout
    assert "failing.kumasim.yaml:7" in told.stdout


def test_replay_of_what_was_run_is_identical(journal: Path) -> None:
    for runtime in ("inline", "trio"):
        told = kumasim("replay", journal, "--runtime", runtime)
        assert told.returncode == 0, told.stdout
        assert re.match(r"identical: \d+ records, digest [0-9a-f]{64}\n", told.stdout)


DOCTOR = """
import sys
from kumasim.journal import Journal, read
from kumasim.runtime import world
records = list(read(sys.argv[1]).records)
place = [record.position for record in records if record.kind == "ResourceUpserted"][5]
records[place] = records[place]._replace(subject="Doctored/record")
Journal(records).save(sys.argv[2])
print(place)
"""


def test_replay_of_a_doctored_journal_names_the_record(journal: Path, tmp_path: Path) -> None:
    doctored = tmp_path / "doctored.journal"
    made = subprocess.run(
        [sys.executable, "-c", DOCTOR, str(journal), str(doctored)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    told = kumasim("replay", doctored)
    assert told.returncode == 5
    assert f"diverged at record {made.stdout.strip()}" in told.stdout
    assert "Doctored/record" in told.stdout
    assert "recorded:" in told.stdout
    assert "replayed:" in told.stdout


def cut(journal: Path, folder: Path) -> Path:
    content = journal.read_bytes()
    return written(folder / "cut.journal", content[: len(content) * 2 // 3])


def flipped(journal: Path, folder: Path) -> Path:
    content = bytearray(journal.read_bytes())
    content[len(content) * 2 // 3] ^= 0x10
    return written(folder / "flipped.journal", bytes(content))


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("damage", [cut, flipped])
@pytest.mark.parametrize(
    "arguments",
    [("replay",), ("log",), ("log", "--kind", "LinkCut"), ("get", "gatewayclasses", "--at", "zone-1", "--in")],
)
def test_damaged_journals_exit_with_3_and_say_how_much_can_be_read(
    journal: Path, tmp_path: Path, damage: object, arguments: tuple[str, ...]
) -> None:
    damaged = damage(journal, tmp_path)  # type: ignore[operator]
    told = kumasim(*arguments, damaged)
    assert told.returncode == 3, told.stdout + told.stderr
    assert str(damaged) in told.stderr
    assert "Traceback" not in told.stderr
    if arguments[0] == "get":
        assert "kuma" in told.stdout


@pytest.mark.parametrize("content", [b"", b"\x00", b"not a journal at all", b"apiVersion: v1\nkind: Pod\n" * 50])
@pytest.mark.parametrize("arguments", [("replay",), ("log",), ("get", "pods", "--in")])
def test_what_is_no_journal_exits_with_3(tmp_path: Path, content: bytes, arguments: tuple[str, ...]) -> None:
    told = kumasim(*arguments, written(tmp_path / "x.journal", content))
    assert told.returncode == 3, told.stdout + told.stderr
    assert "Traceback" not in told.stderr
    assert "x.journal" in told.stderr


@pytest.mark.parametrize("arguments", [("replay",), ("log",), ("get", "pods", "--in")])
def test_a_journal_that_is_not_there_is_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert kumasim(*arguments, tmp_path / "missing.journal").returncode == 2


def test_get_prints_tables_and_objects(journal: Path) -> None:
    told = kumasim("get", "httproutes", "--in", journal, "--at", "zone-1")
    assert told.returncode == 0
    assert {line.split()[1] for line in told.stdout.splitlines()[1:]} == {"backend", "db"}
    one = kumasim("get", "httproute", "db", "--in", journal, "--at", "zone-1", "-o", "json")
    assert json.loads(one.stdout)["metadata"]["name"] == "db"
    before = kumasim("get", "httproutes", "--in", journal, "--at", "zone-1", "--time", "1s", "-o", "json")
    assert json.loads(before.stdout)["items"] == []
    csv = kumasim("get", "gatewayclasses", "--in", journal, "--at", "zone-1", "-o", "csv")
    assert len(csv.stdout.splitlines()) == 2
    assert kumasim("get", "pods", "--in", journal, "--at", "zone-9").returncode == 2
    assert kumasim("get", "pods", "--in", journal, "--time", "soon").returncode == 2


def test_log_filters_records_and_tells_why(journal: Path) -> None:
    told = kumasim("log", journal, "-o", "json", "--actor", "zone-1*", "--kind", "SessionOpened")
    (record,) = [json.loads(line) for line in told.stdout.splitlines()]
    assert (record["actor"], record["subject"]) == ("zone-1", "global")
    why = kumasim("log", journal, "--why", record["position"], "-o", "json")
    chain = [json.loads(line) for line in why.stdout.splitlines()]
    assert [one["cause"] for one in chain] == [-1, *(one["position"] for one in chain[:-1])]
    assert chain[-1] == record
    assert kumasim("log", journal, "--why", 10**9).returncode == 2
    assert kumasim("log", journal, "--since", "soon").returncode == 2


def test_the_entry_point_ends_with_the_exit_code(tmp_path: Path) -> None:
    told = subprocess.run(
        [*CALL, "replay", str(tmp_path / "none")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (2, "")
    assert "there is no file" in told.stderr


def test_version_and_schema() -> None:
    told = kumasim("version")
    assert told.returncode == 0
    assert re.match(r"kumasim \d+\.\d+\.\d+\nprofiles .*2\.8", told.stdout)
    assert re.search(r"kumasim \d+\.\d+\.\d+\n$", kumasim("--version").stdout)
    schema = kumasim("schema")
    assert json.loads(schema.stdout)["type"] == "object"
    assert "ResourceUpserted" in kumasim("schema", "--records").stdout


def test_an_unknown_command_is_usage_with_a_hint() -> None:
    told = kumasim("rnu")
    assert told.returncode == 2
    assert "run" in told.stderr


def on_a_terminal(*arguments: object, **env: str) -> str:
    """What the command writes when its output is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*CALL, *map(str, arguments)],
        cwd=ROOT,
        stdout=theirs,
        stderr=theirs,
        env={**{name: text for name, text in os.environ.items() if name != "NO_COLOR"}, "TERM": "xterm", **env},
    )
    os.close(theirs)
    text = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:
            break
        if not more:
            break
        text += more
    process.wait()
    os.close(ours)
    return text.decode()


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs terminals as Unix has them")
def test_colours_only_on_terminals_and_never_with_no_color(tmp_path: Path) -> None:
    failing = small(tmp_path, "failing", expected="nobody")
    bad = tmp_path / "bad.kumasim.yaml"
    bad.write_text(SMALL.replace("steps:", "stesp:"))
    for path in (failing, bad):
        assert "\x1b[3" in on_a_terminal("run", path, "--record", "none")
        assert "\x1b[3" not in on_a_terminal("run", path, "--record", "none", NO_COLOR="1")
        told = kumasim("run", path, "--record", "none")
        assert "\x1b" not in told.stdout + told.stderr


def test_a_bug_exits_with_70_and_what_is_needed_to_see_it_again() -> None:
    """A rule that breaks: no traceback for users, but seed and position."""
    script = (
        "from kumasim.domain.sync import filters, stages\n"
        "def broken(core, traits, journey): raise ZeroDivisionError('on purpose')\n"
        "filters.UP = (broken,)\n"
        "import sys; sys.argv[1:] = {arguments}\n"
        "from kumasim.cli import main; main()\n"
    )
    for runtime in ("trio", "inline"):
        arguments = ["run", str(STORY), "--record", "none", "--seed", "9", "--runtime", runtime]
        told = subprocess.run(
            [sys.executable, "-c", script.format(arguments=arguments)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 70, told.stderr
        assert "on purpose" in told.stderr
        assert "9" in told.stderr
        assert "Traceback" not in told.stderr
