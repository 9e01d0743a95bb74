"""`kumasim log`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import click

from kumasim.cli.journals import damage, opened
from kumasim.errors import UsageError
from kumasim.journal import Record
from kumasim.projections.records import record_tree
from kumasim.scenario.durations import parse_duration
from kumasim.views.records import record_line


@click.command("log")
@click.argument("journal")
@click.option("--actor", default="", help="Only this actor, or with a final `*` all whose names begin so.")
@click.option("--kind", default="", help="Only records of this kind.")
@click.option("--since", default="", metavar="DURATION", help="Only from this virtual time on.")
@click.option("--why", type=int, metavar="POSITION", help="The chain of causes of a record, back to the user.")
@click.option("-o", "output", type=click.Choice(["text", "json"]), default="text")
def command(journal: str, actor: str, kind: str, since: str, why: int | None, output: str) -> int:
    """Print the records of a journal, filtered."""
    file = opened(journal)
    chosen: Iterable[Record] = causes(file.records, why) if why is not None else file.records
    for record in _filtered(chosen, actor, kind, since):
        click.echo(json.dumps(record_tree(record)) if output == "json" else _text(record, why is not None))
    return damage(file)


def causes(records: object, position: int) -> list[Record]:
    """A record and what led to it, the first cause first.

    Raises:
        UsageError: the journal has no such record.
    """
    known = list(records)  # type: ignore[call-overload]
    if not 0 <= position < len(known):
        raise UsageError(f"the journal has records 0 to {len(known) - 1}, not {position}")
    chain = []
    while position >= 0:
        chain.append(known[position])
        position = known[position].cause
    return chain[::-1]


def _filtered(records: Iterable[Record], actor: str, kind: str, since: str) -> Iterator[Record]:
    try:
        from_ns = parse_duration(since) if since else 0
    except ValueError as error:
        raise UsageError(f"--since: {error}") from None
    for record in records:
        if record.time_ns < from_ns or (kind and record.kind != kind):
            continue
        if actor and not (record.actor.startswith(actor[:-1]) if actor.endswith("*") else record.actor == actor):
            continue
        yield record


def _text(record: Record, with_origin: bool) -> str:
    line = record_line(record)
    write = getattr(record.body, "write", None)
    origin = getattr(write, "origin", None)
    return f"{line}  at {origin}" if with_origin and origin is not None else line
