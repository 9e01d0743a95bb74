"""`kumasim run`: reports, and what is printed when an expectation fails."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from kumasim.cli.log import command as log
from kumasim.cli.progress import Bar
from kumasim.cli.run import command
from kumasim.errors import UsageError

SCENARIO = """\
apiVersion: kumasim/v1
kind: Scenario
topology: {zones: {zone-1: {}}}
steps:
- apply:
    at: zone-1
    resources:
    - {apiVersion: v1, kind: Namespace, metadata: {name: demo}}
    - apiVersion: v1
      kind: ConfigMap
      metadata: {name: a, namespace: demo}
      data: {key: first}
- name: change
  patch: {at: zone-1, kind: ConfigMap, namespace: demo, name: a, merge: {data: {key: second}}}
- name: touch
  patch: {at: zone-1, kind: ConfigMap, namespace: demo, name: a, merge: {metadata: {labels: {x: "1"}}}}
  expect:
  - resource: {kind: ConfigMap, metadata: {name: a}, data: {key: %s}}
    because: "the <first> & only value"
"""


def run(folder: Path, *arguments: str, value: str = "first") -> Result:
    (folder / "a.kumasim.yaml").write_text(SCENARIO % value)
    journals = str(folder / "journals")
    return CliRunner().invoke(
        command, [str(folder / "a.kumasim.yaml"), "--record", journals, *arguments], standalone_mode=False
    )


def test_a_failure_tells_both_sides_the_place_and_the_record_behind_it(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.return_value == 1
    journal = tmp_path / "journals" / "a.journal"
    lines = [line.strip() for line in result.output.splitlines()]
    start = lines.index('zone-1: data.key: wanted "first", is "second"')
    assert lines[start + 1 : start + 7] == [
        "path: data.key",
        'expected: "first"',
        'actual: "second"',
        "because: the <first> & only value",
        f"expected at: {tmp_path}/a.kumasim.yaml:18:66",
        "object from: a.kumasim.yaml:9:7",
    ]
    label, _, how = lines[start + 7].partition(": ")
    position = how.split()[-1]
    assert (label, how) == (f"since record {position}", f"kumasim log {journal} --why {position}")
    # The record is the one that changed the value, not the later one that only changed a label.
    told = CliRunner().invoke(log, [str(journal), "--why", position, "-o", "json"], standalone_mode=False)
    changed = json.loads(told.output.splitlines()[-1])["body"]
    assert changed["before"]["data"] == {"key": "first"}
    assert changed["resource"]["data"] == {"key": "second"}


def test_it_is_plain_when_piped(tmp_path: Path) -> None:
    assert "\x1b" not in run(tmp_path).output


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_on_a_terminal_unless_they_are_not_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    (tmp_path / "a.kumasim.yaml").write_text(SCENARIO % "first")
    arguments = [str(tmp_path / "a.kumasim.yaml"), "--record", "none"]
    result = CliRunner().invoke(command, arguments, standalone_mode=False, color=True)
    assert ("\x1b[31m" in result.output) is coloured


@pytest.mark.parametrize(("value", "failures"), [("first", 1), ("second", 0)])
def test_junit_has_a_case_for_each_scenario(tmp_path: Path, value: str, failures: int) -> None:
    target = tmp_path / "deep" / "junit.xml"
    assert run(tmp_path, "--report", f"junit={target}", value=value).return_value == failures
    (suite,) = ElementTree.parse(target).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("1", str(failures), "0")
    (case,) = suite
    assert case.get("name") == "a"
    assert [child.tag for child in case] == ["failure"] * failures
    for failure in case:
        assert "because: the <first> & only value" in str(failure.text)


def test_a_bad_file_is_an_error_of_junit(tmp_path: Path) -> None:
    (tmp_path / "bad.kumasim.yaml").write_text("steps: 3\n")
    target = tmp_path / "junit.xml"
    arguments = [str(tmp_path / "bad.kumasim.yaml"), "--report", f"junit={target}"]
    assert CliRunner().invoke(command, arguments, standalone_mode=False).return_value == 3
    (suite,) = ElementTree.parse(target).getroot()
    assert suite.get("errors") == suite.get("tests") == "3"


def test_json_is_what_o_json_prints(tmp_path: Path) -> None:
    target = tmp_path / "run.json"
    result = run(tmp_path, "--report", f"json={target}", "--report", f"junit={tmp_path / 'x.xml'}", "-o", "json")
    assert json.loads(target.read_text()) == json.loads(result.output)


@pytest.mark.parametrize(("given", "words"), [("pdf=x", "there is no report 'pdf'"), ("junit", "takes FORMAT=PATH")])
def test_reports_that_cannot_be(tmp_path: Path, given: str, words: str) -> None:
    result = run(tmp_path, "--report", given)
    assert isinstance(result.exception, UsageError)
    assert words in str(result.exception)


def test_no_bar_without_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kumasim.cli.progress.PATIENCE_S", -1)
    bar = Bar("a", 3)
    bar.advance()
    bar.hide()
    assert capsys.readouterr() == ("", "")
