"""The table of what became of resources on their way to other stores."""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.projections.sync_table import Synced
from kumasim.scenario.durations import format_duration
from kumasim.views.table import Table

COLUMNS = ("From", "To", "Kind", "Namespace", "Name", "Sync", "Name there", "Rule", "When")


def sync_view(rows: Iterable[Synced]) -> Table:
    """Rows as a table."""
    return Table(
        COLUMNS,
        tuple(
            (
                row.source,
                row.target,
                row.key.kind,
                row.key.namespace,
                row.key.name,
                row.outcome,
                row.name,
                row.rule,
                format_duration(row.at_ns),
            )
            for row in rows
        ),
    )
