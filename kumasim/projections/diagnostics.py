"""What a run told its user: every diagnostic once, in the order it came up."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from kumasim.domain.reconcilers.base import Diagnostic
from kumasim.journal.record import Record


def diagnostics(records: Iterable[Record]) -> list[Diagnostic]:
    """The diagnostics of a journal."""
    seen: dict[Diagnostic, None] = {}
    for record in records:
        if record.kind == "DiagnosticReported":
            told: Diagnostic = record.body.diagnostic
            seen[attrs.evolve(told, store=told.store or record.actor.partition("/")[0])] = None
    return list(seen)
