"""`kumasim get policies --for zone-1/Dataplane/NAMESPACE/NAME`."""

from __future__ import annotations

import csv
import io
import json

from kumasim.app.state import State
from kumasim.errors import UsageError
from kumasim.views.table import Table

USAGE = "write `kumasim get policies --for ZONE/Dataplane/NAMESPACE/NAME --in JOURNAL`"


def policies_text(state: State, kind: str, target: str | None, output: str) -> str:
    """Which policy applies to which part of a proxy, as text.

    Args:
        state: of the journal.
        kind: what the user asked for; only "policies" has a `--for`.
        target: the proxy.
        output: "table", "wide", "csv", "json" or "yaml".

    Raises:
        UsageError: one is given without the other, or there is no such Dataplane.
    """
    if kind.lower() != "policies":
        raise UsageError(f"--for goes with `policies`, not with {kind!r}: {USAGE}")
    if target is None:
        raise UsageError(f"policies of which proxy? {USAGE}")
    return _written(state.policies(target), output)


def _written(table: Table, output: str) -> str:
    if output in ("table", "wide"):
        return str(table) if table.rows else "No policy is about this proxy."
    if output == "csv":
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([table.columns, *table.rows])
        return text.getvalue().rstrip("\n")
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    if output == "json":
        return json.dumps(rows, indent=2)
    import yaml

    dumped: str = yaml.safe_dump(rows, sort_keys=False, default_flow_style=False)
    return dumped.rstrip()
