"""Explanations as text and as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kumasim.domain.diagnostics import Page
from kumasim.scenario.durations import format_duration

if TYPE_CHECKING:
    from kumasim.projections.explain import Dated, Line, Repair, Since

_WIDTH = 10


def value_text(value: Dated, repairs: Iterable[Repair]) -> str:
    """One value: what it is, since when, the rule, the user's lines, what is missing, and what would help."""
    one, cause = value.explained, value.explained.cause
    about = f"{one.about}: " if one.about else ""
    reason = f" ({one.reason})" if one.reason else ""
    rows = [f"{about}{one.type} = {one.status}{reason}"]
    rows += _row("message", one.message)
    rows += _row("since", _since(value.since))
    rows += _row("rule", f"{cause.rule} [{cause.source}]" if cause.rule else "")
    rows += _rows("lines", map(_line, cause.lines))
    rows += _row("led to by", _line(value.since.led) if value.since.led is not None else "")
    rows += _rows("missing", cause.missing)
    rows += _rows("exists", map(_line, cause.elsewhere))
    rows += _row("effect", cause.effect)
    rows += _rows("repair", (f"{repair.title} (tried: it works)" for repair in repairs))
    return "\n".join(rows)


def value_tree(value: Dated, repairs: Iterable[Repair]) -> dict[str, Any]:
    """The same as data."""
    one, cause = value.explained, value.explained.cause
    return {
        "about": one.about,
        "type": one.type,
        "status": one.status,
        "reason": one.reason,
        "message": one.message,
        "since": {"position": value.since.position, "time_ns": value.since.time_ns},
        "rule": {"text": cause.rule, "source": cause.source},
        "lines": [_line_tree(line) for line in cause.lines],
        "led_by": _line_tree(value.since.led) if value.since.led is not None else None,
        "missing": list(cause.missing),
        "elsewhere": [_line_tree(line) for line in cause.elsewhere],
        "effect": cause.effect,
        "repairs": [{"title": one.title, "store": one.store, "changes": list(one.shown)} for one in repairs],
    }


def page_text(code: str, page: Page) -> str:
    """The page of a diagnostic."""
    rows = [f"{code}  {page.title}  ({page.severity})", "", page.meaning, "", f"Remedy: {page.remedy}"]
    return "\n".join([*rows, *([f"Source: {page.source}"] if page.source else [])])


def page_tree(code: str, page: Page) -> dict[str, str]:
    """The page of a diagnostic as data."""
    return {
        "code": code, "title": page.title, "severity": page.severity, "meaning": page.meaning, "remedy": page.remedy,
        "source": page.source,
    }  # fmt: skip


def _since(since: Since) -> str:
    return f"{format_duration(since.time_ns)}, record {since.position}" if since.position >= 0 else ""


def _row(name: str, text: str) -> list[str]:
    return [f"  {name:<{_WIDTH}}{text}"] if text else []


def _rows(name: str, texts: Iterable[str]) -> list[str]:
    return [f"  {name if number == 0 else '':<{_WIDTH}}{text}" for number, text in enumerate(dict.fromkeys(texts))]


def _line(line: Line) -> str:
    # What was applied from Python has no file.
    return f"{line.origin}  {line.what}" if line.origin is not None and line.origin.file else line.what


def _line_tree(line: Line) -> dict[str, Any]:
    origin = line.origin
    place = (
        None
        if origin is None or not origin.file
        else {"file": origin.file, "line": origin.line, "column": origin.column}
    )
    return {"what": line.what, "at": place}
