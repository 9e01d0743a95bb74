"""What `kumasim run` prints for people."""

from __future__ import annotations

import click

from kumasim.app.run import Run
from kumasim.cli.errors import colour
from kumasim.projections.diagnostics import diagnostics
from kumasim.scenario.durations import format_duration
from kumasim.scenario.model import Scenario
from kumasim.scenario.play import Check, StepResult
from kumasim.views.failure import failure_lines

_LINES = {"": "red", "expected": "green", "actual": "red"}
"""The colours of the lines that tell of a failure, by label."""


class RunPrinter:
    """Prints a scenario's steps as they come, and its sum at the end.

    Args:
        scenario: one variant.
        journal: where its journal will be kept, "" for nowhere.
    """

    def __init__(self, scenario: Scenario, journal: str = "") -> None:
        self._scenario = scenario
        self._journal = journal
        title = click.style(scenario.name, bold=True)
        self._line(f"{title}  kuma {scenario.kuma}, {scenario.semantics}, seed {scenario.seed}  {scenario.file}")

    def step(self, result: StepResult) -> None:
        """Print one step with its checks."""
        if result.skipped:
            self._line(f"  - {result.index}. {result.name} (left out)")
            return
        took = click.style(f"+{format_duration(_rounded(result.virtual_ns))}", dim=True)
        self._line(f"  {_mark(result.ok)} {result.index}. {result.name}  {took}")
        for check in result.checks:
            self._check(check)

    def end(self, run: Run, wall_s: float, journal: str) -> None:
        """Print diagnostics and the sum."""
        for told in diagnostics(run.journal.records):
            where = f"{told.store}/{told.subject}" if told.subject else told.store
            self._line(f"  {click.style(told.code, fg='yellow')} {where}: {told.message}")
        checks = [check for result in run.results for check in result.checks]
        failed = sum(not check.ok for check in checks)
        records = run.journal.records
        verdict = click.style("FAILED", fg="red", bold=True) if failed else click.style("ok", fg="green", bold=True)
        counts = f"{len(run.results)} steps, {len(checks)} checks" + (f", {failed} failed" if failed else "")
        virtual = format_duration(_rounded(run.virtual_ns))
        self._line(f"{verdict}  {counts}; {virtual} virtual, {wall_s:.2f} s wall; {len(records)} records")
        self._line(f"digest {run.digest}" + (f"  journal {journal}" if journal else ""))

    def _check(self, check: Check) -> None:
        title = check.title or check.kind
        self._line(f"      {_mark(check.ok)} {title}")
        if check.ok:
            return
        for label, text in failure_lines(check, self._journal):
            told = click.style(text, fg=_LINES[label]) if label in _LINES else text
            self._line(f"        {click.style(label, dim=True)}: {told}" if label else f"        {told}")

    def _line(self, text: str) -> None:
        click.echo(text, color=colour())


def _mark(ok: bool) -> str:
    return click.style("✓", fg="green") if ok else click.style("✗", fg="red")


def _rounded(ns: int) -> int:
    """Whole milliseconds: nobody reads more."""
    return ns // 1_000_000 * 1_000_000
