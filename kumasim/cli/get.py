"""`kumasim get`."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import click

from kumasim.app.state import State
from kumasim.cli.get_policies import policies_text
from kumasim.cli.journals import damage, keyframes, opened
from kumasim.errors import UsageError
from kumasim.scenario.durations import parse_duration
from kumasim.views.table import Table


@click.command("get")
@click.argument("kind")
@click.argument("name", required=False)
@click.option("--in", "journal", required=True, metavar="JOURNAL")
@click.option("--at", "store", default=None, metavar="STORE", help="`global` or a zone; all stores if left out.")
@click.option("-n", "--namespace", default=None)
@click.option("--time", "when", default="end", metavar="DURATION|end")
@click.option(
    "--for", "target", default=None, metavar="REF", help="With KIND `policies`: the proxy that they are about."
)
@click.option("-o", "output", type=click.Choice(["table", "wide", "yaml", "json", "csv"]), default="table")
def command(
    kind: str,
    name: str | None,
    journal: str,
    store: str | None,
    namespace: str | None,
    when: str,
    target: str | None,
    output: str,
) -> int:
    """Print resources of a journal as kubectl would, at any virtual time.

    KIND `sync` shows what became of each resource on its way to each other store: sent, renamed, refused or kept back,
    by which rule, and when. KIND `reach` shows who reaches whom: every workload's call to every destination of its
    mesh, with share and path, or the first hop that fails and why (`-o wide`: by the cluster's own names, too). KIND `policies` with `--for zone-1/Dataplane/NAMESPACE/NAME` shows which policy
    applies to which listener, route and cluster of a proxy, and why.
    """
    file = opened(journal)
    try:
        limit = None if when == "end" else parse_duration(when)
    except ValueError as error:
        raise UsageError(f"--time: {error}") from None
    position = len(file) if limit is None else file.position_at(limit)
    state = State(keyframes(file).at(position), file.records)
    if target is not None or kind.lower() == "policies":
        click.echo(policies_text(state, kind, target, output))
    elif output in ("yaml", "json"):
        click.echo(_objects(state, kind, name, store, namespace, output))
    else:
        _print_table(_table(state, kind, name, store, namespace, output == "wide"), output)
    return damage(file)


def _table(state: State, kind: str, name: str | None, store: str | None, namespace: str | None, wide: bool) -> Table:
    table = state.table(kind, store, wide)
    wanted = {"Name": name, "Namespace": namespace}
    places = [
        (table.columns.index(column), text) for column, text in wanted.items() if text and column in table.columns
    ]
    return Table(table.columns, tuple(row for row in table.rows if all(row[place] == text for place, text in places)))


def _objects(state: State, kind: str, name: str | None, store: str | None, namespace: str | None, output: str) -> str:
    if kind.lower() in ("reach", "sync"):
        table = _table(state, kind, name, store, namespace, wide=False)
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        return _dumped(rows, output)
    stores = [store] if store is not None else list(state.stores)
    found = [tree for one in stores for tree in state.list(kind, one, namespace)]
    # In a Universal store the name stands at the top, as Kuma's REST API has it.
    found = [tree for tree in found if name is None or tree.get("metadata", tree)["name"] == name]
    shown: Any = (
        found[0] if name is not None and len(found) == 1 else {"apiVersion": "v1", "kind": "List", "items": found}
    )
    return _dumped(shown, output)


def _dumped(shown: Any, output: str) -> str:
    if output == "json":
        return json.dumps(shown, indent=2)
    import yaml

    text: str = yaml.safe_dump(shown, sort_keys=False, default_flow_style=False)
    return text.rstrip()


def _print_table(table: Table, output: str) -> None:
    if output == "csv":
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([table.columns, *table.rows])
        click.echo(text.getvalue(), nl=False)
    else:
        click.echo(str(table))
