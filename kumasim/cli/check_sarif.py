"""Findings as SARIF 2.1.0, which code hosts show beside the lines."""

from __future__ import annotations

from typing import Any

import kumasim
from kumasim.domain.diagnostics import PAGES
from kumasim.projections.findings import Finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif(found: list[Finding]) -> dict[str, Any]:
    """A SARIF log with one run."""
    codes = sorted({one.code for one in found})
    driver = {
        "name": "kumasim",
        "version": kumasim.__version__,
        "rules": [_rule(code) for code in codes],
    }
    results = [_result(one, codes.index(one.code)) for one in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    page = PAGES[code]
    return {
        "id": code,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.meaning},
        "help": {"text": page.remedy},
        "defaultConfiguration": {"level": _LEVELS[page.severity]},
    }


def _result(one: Finding, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": _LEVELS[one.severity],
        "message": {"text": f"{one.store}/{one.subject}: {one.cause}. Fix: {one.advice}"},
    }
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": f"{one.store}/{one.subject}"}]}
    if one.origin is not None:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": one.origin.file},
            "region": {"startLine": max(1, one.origin.line), "startColumn": max(1, one.origin.column)},
        }
    return {**result, "locations": [location]}
