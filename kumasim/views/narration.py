"""A run told while it goes on: the notable records as log lines on stderr, with virtual time.

The lines go through structlog, so that a program that embeds kumasim sends them wherever its own go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kumasim.journal.record import Record
from kumasim.scenario.durations import format_duration

NOTABLE: dict[str, str] = {
    "ActorCrashed": "warning",
    "ActorRestarted": "info",
    "ActorStarted": "debug",
    "ConfigReceived": "debug",
    "DiagnosticReported": "warning",
    "LinkCut": "warning",
    "LinkHealed": "info",
    "ProxyConfigFailed": "error",
    "RequestMade": "info",
    "ResourceDeleted": "info",
    "ResourceRejected": "warning",
    "ResourceUpserted": "info",
    "SessionClosed": "warning",
    "SessionOpened": "info",
    "WriteRefused": "warning",
}
"""The kinds of records that are told, and how loud."""


def narrator(logger: Any = None) -> Callable[[Record], None]:
    """What tells a run's records as they come.

    Args:
        logger: a structlog logger; the process's own if left out.
    """
    if logger is None:
        import structlog

        logger = structlog.get_logger("kumasim")

    def tell(record: Record) -> None:
        level = NOTABLE.get(record.kind)
        if level is not None:
            details = {"t": format_duration(record.time_ns), "actor": record.actor, "subject": record.subject}
            getattr(logger, level)(record.kind, **details, position=record.position)

    return tell
