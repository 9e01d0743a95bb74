"""What `kumasim run -o json` prints for programs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import attrs

from kumasim.app.run import Run
from kumasim.domain.tree import thaw
from kumasim.projections.diagnostics import diagnostics
from kumasim.scenario.model import Scenario
from kumasim.scenario.play import Check, StepResult


def scenario_json(scenario: Scenario, run: Run, wall_s: float, journal: str) -> dict[str, Any]:
    """One scenario's entry."""
    return {
        "name": scenario.name,
        "file": scenario.file,
        "ok": run.ok,
        "kuma": scenario.kuma,
        "semantics": scenario.semantics,
        "seed": scenario.seed,
        "digest": run.digest,
        "records": len(run.journal.records),
        "virtual_ns": run.virtual_ns,
        "wall_s": round(wall_s, 6),
        "journal": journal or None,
        "steps": [_step(result) for result in run.results],
        "diagnostics": [attrs.asdict(told) for told in diagnostics(run.journal.records)],
    }


def _step(result: StepResult) -> dict[str, Any]:
    told: dict[str, Any] = {
        "index": result.index,
        "name": result.name,
        "verb": result.verb,
        "ok": result.ok,
        "line": result.line,
        "expectations": [_check(check) for check in result.checks],
    }
    if result.skipped:
        told["skipped"] = True
    return told


def _check(check: Check) -> dict[str, Any]:
    return {
        "ok": check.ok,
        "line": check.origin.line if check.origin is not None else None,
        "kind": check.kind,
        "message": check.message,
        "expected": _plain(check.expected),
        "actual": _plain(check.actual),
    }


def _plain(found: Any) -> Any:
    """A value that JSON can hold; shares become text."""
    if isinstance(found, dict):
        return {str(key): _plain(item) for key, item in found.items()}
    if isinstance(found, list | tuple):
        return [_plain(item) for item in found]
    if isinstance(found, Fraction):
        return str(found)
    return thaw(found) if found is None or isinstance(found, bool | int | float | str) else str(found)
