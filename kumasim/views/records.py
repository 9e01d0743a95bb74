"""Records as people read them."""

from __future__ import annotations

from kumasim.journal.record import Record
from kumasim.scenario.durations import format_duration


def record_line(record: Record) -> str:
    """A record in one line: position, time, actor, kind, subject, and what caused it."""
    time = format_duration(record.time_ns)
    because = f"  <- {record.cause}" if record.cause >= 0 else ""
    return f"{record.position:>7}  {time:>14}  {record.actor:<28} {record.kind:<20} {record.subject}{because}".rstrip()
