"""Reports of `kumasim run` for other programs: a table from the name of a format to what writes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from kumasim.app.run import Run
from kumasim.errors import UsageError
from kumasim.scenario.model import Scenario
from kumasim.scenario.play import StepResult
from kumasim.views.failure import failure_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


@attrs.frozen
class Ended:
    """What came of one scenario.

    Args:
        scenario: one variant.
        tree: its entry in the JSON of the whole.
        run: the run, None where it could not be run to its end.
        error: why it could not.
    """

    scenario: Scenario
    tree: dict[str, Any]
    run: Run | None = None
    error: str = ""


@attrs.frozen
class Told:
    """All that a command has to tell.

    Args:
        ended: the scenarios, in order.
        problems: of files that could not be read, as JSON has them.
        ok: whether everything held.
    """

    ended: Sequence[Ended]
    problems: Sequence[dict[str, Any]]
    ok: bool

    def to_tree(self) -> dict[str, Any]:
        """What `-o json` prints."""
        told: dict[str, Any] = {"scenarios": [one.tree for one in self.ended], "ok": self.ok}
        return {**told, "errors": list(self.problems)} if self.problems else told


def _json(told: Told) -> str:
    return json.dumps(told.to_tree(), indent=2) + "\n"


def _junit(told: Told) -> str:
    """JUnit's XML: a suite for each file, a case for each scenario."""
    from xml.etree import ElementTree

    root = ElementTree.Element("testsuites", name="kumasim")
    files = dict.fromkeys([one.scenario.file for one in told.ended] + [str(one["file"]) for one in told.problems])
    for file in files:
        cases = [_case(one) for one in told.ended if one.scenario.file == file]
        cases += [_bad_file(one) for one in told.problems if one["file"] == file]
        suite = ElementTree.SubElement(root, "testsuite", name=file, tests=str(len(cases)))
        for outcome in ("failure", "error"):
            suite.set(f"{outcome}s", str(sum(case.find(outcome) is not None for case in cases)))
        suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
        suite.extend(cases)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(one: Ended) -> Element:
    from xml.etree import ElementTree

    file, wall = one.scenario.file, one.tree.get("wall_s", 0.0)
    case = ElementTree.Element("testcase", classname=file, name=one.scenario.name, file=file, time=f"{wall:.3f}")
    if one.run is None:
        ElementTree.SubElement(case, "error", message=_printable(one.error.partition("\n")[0])).text = _printable(
            one.error
        )
        return case
    failed = [(step, check) for step in one.run.results for check in step.checks if not check.ok]
    if failed:
        journal = str(one.tree.get("journal") or "")
        texts = [f"{_step(step)}: {check.title}\n{failure_text(check, journal, '  ')}" for step, check in failed]
        element = ElementTree.SubElement(case, "failure", message=_printable(failed[0][1].message))
        element.text = _printable("\n".join(texts))
    return case


def _step(step: StepResult) -> str:
    return f"step {step.index} {step.name} (line {step.line})"


def _bad_file(problem: dict[str, Any]) -> Element:
    from xml.etree import ElementTree

    name = f"{problem['code']} line {problem['line']}"
    case = ElementTree.Element("testcase", classname=str(problem["file"]), name=name, time="0.000")
    text = _printable(f"{problem['file']}:{problem['line']}:{problem['column']}: {problem['message']}")
    ElementTree.SubElement(case, "error", message=text).text = text
    return case


def _printable(text: str) -> str:
    """Text that XML 1.0 can hold."""
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


WRITERS: dict[str, Callable[[Told], str]] = {"junit": _junit, "json": _json}
"""What makes the text of a report, by the name of its format."""

Wanted = tuple[str, Path]


def wanted(given: Sequence[str]) -> list[Wanted]:
    """The formats and files that `--report FORMAT=PATH` asks for.

    Raises:
        UsageError: another form, or a format that there is not.
    """
    found = []
    for item in given:
        name, equals, path = item.partition("=")
        if not (equals and path):
            raise UsageError(f"--report takes FORMAT=PATH, not {item!r}")
        if name not in WRITERS:
            raise UsageError(f"there is no report {name!r} in this version; there are {', '.join(WRITERS)}")
        found.append((name, Path(path)))
    return found


def write(reports: Sequence[Wanted], told: Told) -> None:
    """Write each report that was asked for."""
    for name, path in reports:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(WRITERS[name](told), encoding="utf-8")
