"""`kumasim check` on the command line: outputs, exit codes, usage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kumasim.cli.check import command
from kumasim.cli.errors import guarded

BROKEN = """\
apiVersion: v1
kind: Namespace
metadata: {name: demo}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: other}
spec: {controllerName: example.com/x}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: demo}
spec:
  parentRefs: [{name: nobody}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "all.yaml").write_text(BROKEN)
    return str(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), standalone_mode=False)


def test_text_tells_place_code_cause_and_remedy(folder: str) -> None:
    result = run("--at", f"zone-1={folder}")
    assert result.return_value == 4
    assert f"{folder}/all.yaml:14:16: error KS0302 zone-1/HTTPRoute/demo/r\n" in result.output
    assert "    fix: create Gateway demo/nobody in zone-1\n" in result.output
    assert result.output.endswith("1 error, 1 info\n")


def test_text_is_plain_when_piped(folder: str) -> None:
    assert "\x1b" not in run("--at", f"zone-1={folder}").output


def test_json_holds_every_finding(folder: str) -> None:
    told = json.loads(run("--at", f"zone-1={folder}", "-o", "json").output)
    assert told["counts"] == {"error": 1, "warning": 0, "info": 1}
    assert [(one["code"], one["line"], one["severity"]) for one in told["findings"]] == [
        ("KS0207", 5, "info"),
        ("KS0302", 14, "error"),
    ]


def test_sarif_has_a_rule_and_a_place_for_each_result(folder: str) -> None:
    log = json.loads(run("--at", f"zone-1={folder}", "-o", "sarif").output)
    assert log["version"] == "2.1.0"
    (told,) = log["runs"]
    rules = told["tool"]["driver"]["rules"]
    for result in told["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1
    assert [result["level"] for result in told["results"]] == ["note", "error"]


@pytest.mark.parametrize(
    ("threshold", "text", "code"),
    [
        ("error", BROKEN, 4),
        ("info", BROKEN.partition("---\n")[0] + "---\n" + BROKEN.split("---\n")[1], 4),
        ("warning", BROKEN.partition("---\n")[0] + "---\n" + BROKEN.split("---\n")[1], 0),
        ("info", BROKEN.partition("---\n")[0], 0),
    ],
)
def test_exit_code_by_threshold(tmp_path: Path, threshold: str, text: str, code: int) -> None:
    (tmp_path / "a.yaml").write_text(text)
    assert run("--at", f"zone-1={tmp_path}", "--threshold", threshold).return_value == code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--at", "zone-1"], 2), ([], 2), (["/nowhere"], 2), (["--at", "Zone 1=."], 3)],
)
def test_usage_and_bad_input(arguments: list[str], code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["check", *arguments])
    assert guarded(command) == code
