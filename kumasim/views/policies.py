"""Policies of a proxy as a table."""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.projections.policies import Applied
from kumasim.views.table import Table

COLUMNS = ("Part", "Policy", "Applies", "Why", "Rule")


def policies_table(found: Iterable[Applied]) -> Table:
    """One row for each policy at each part of a proxy, those that matched and lost among them."""
    rows = ((one.part, one.policy, "yes" if one.applies else "no", one.why, one.rule) for one in found)
    return Table(COLUMNS, tuple(rows))
