"""A failed expectation in words: what was expected, what is, where, since when, and how to look at it."""

from __future__ import annotations

from kumasim.scenario.match import shown
from kumasim.scenario.play.result import Check

Line = tuple[str, str]
"""A label and a text; the message has no label."""


def failure_lines(check: Check, journal: str = "") -> list[Line]:
    """The lines that tell of a failed check.

    Args:
        check: it.
        journal: where its journal is or will be, "" if none is kept.
    """
    lines = [("", check.message)]
    if check.where:
        lines.append(("path", check.where))
        lines += [("expected", shown(check.expected)), ("actual", shown(check.actual))]
    if check.because:
        lines.append(("because", check.because))
    if check.origin is not None:
        lines.append(("expected at", str(check.origin)))
    if check.object_origin is not None:
        lines.append(("object from", str(check.object_origin)))
    if check.position >= 0:
        how = f"kumasim log {journal or 'JOURNAL'} --why {check.position}"
        lines.append((f"since record {check.position}", how))
    return lines


def failure_text(check: Check, journal: str = "", indent: str = "") -> str:
    """The same as plain text."""
    lines = failure_lines(check, journal)
    return "\n".join(f"{indent}{label}: {text}" if label else f"{indent}{text}" for label, text in lines)
