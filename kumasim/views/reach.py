"""Who reaches whom, as a table."""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.projections.reach import Way
from kumasim.views.table import Table

COLUMNS = ("From", "To", "Share", "Status", "Answered By", "Path", "Why")


def reach_table(ways: Iterable[Way]) -> Table:
    """One row for each way in which a workload's calls to a destination end."""
    return Table(COLUMNS, tuple(_row(way) for way in ways))


def _row(way: Way) -> tuple[str, ...]:
    percent = way.share * 100
    share = f"{percent.numerator}%" if percent.denominator == 1 else str(way.share)
    return (way.source, way.destination, share, str(way.status), way.answered, " > ".join(way.path), way.why)
