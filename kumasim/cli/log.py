"""`kumasim log`."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click

from kumasim.cli.journals import damage, opened
from kumasim.errors import UsageError
from kumasim.journal import JournalFile, Record
from kumasim.projections.causes import chain_of_causes, consequences
from kumasim.projections.records import record_tree
from kumasim.replay.cursor import matcher
from kumasim.scenario.durations import parse_duration
from kumasim.views.exports import EXPORTS
from kumasim.views.records import record_line
from kumasim.views.sequence import LIMIT


@click.command("log")
@click.argument("journal")
@click.option("--actor", default="", help="Only this actor, or with a final `*` all whose names begin so.")
@click.option("--kind", default="", help="Only records of this kind.")
@click.option("--since", default="", metavar="DURATION", help="Only from this virtual time on.")
@click.option(
    "--match", default="", metavar="JMESPATH", help="Only records of which this holds, as `-o json` shows them."
)
@click.option("--why", type=int, metavar="POSITION", help="The chain of causes of a record, back to the user.")
@click.option("--follow-cause", "follow", type=int, metavar="POSITION", help="A record and everything that came of it.")
@click.option("-o", "--format", "output", type=click.Choice(["text", "json", *EXPORTS]), default="text")
@click.option("--between", metavar="ACTOR,ACTOR", help="mermaid: only what these two said to each other.")
@click.option("--limit", type=click.IntRange(1), default=LIMIT, help="mermaid: how many messages are drawn.")
def command(
    journal: str,
    actor: str,
    kind: str,
    since: str,
    match: str,
    why: int | None,
    follow: int | None,
    output: str,
    between: str | None,
    limit: int,
) -> int:
    """Print the records of a journal, filtered."""
    file = opened(journal)
    wanted = matcher(actor, kind, match)
    chosen = (record for record in _chosen(file, why, follow, _since(since)) if wanted(record))
    if output in EXPORTS:
        for line in EXPORTS[output](chosen, _pair(between), limit):
            click.echo(line)
        return damage(file)
    for record in chosen:
        click.echo(json.dumps(record_tree(record)) if output == "json" else _text(record, why is not None))
    return damage(file)


def _chosen(file: JournalFile, why: int | None, follow: int | None, since_ns: int) -> Iterable[Record]:
    """The records that are asked for; those before a time are not even read, unless causes lead there."""
    if why is not None and follow is not None:
        raise UsageError("--why leads back and --follow-cause leads on: give one of them")
    if why is not None:
        return (record for record in chain_of_causes(file.records, why) if record.time_ns >= since_ns)
    if follow is not None:
        return (record for record in consequences(file.records, follow) if record.time_ns >= since_ns)
    return file.since(file.position_at(since_ns - 1))


def _since(text: str) -> int:
    try:
        return parse_duration(text) if text else 0
    except ValueError as error:
        raise UsageError(f"--since: {error}") from None


def _pair(between: str | None) -> tuple[str, str] | None:
    if between is None:
        return None
    ends = between.split(",")
    if len(ends) != 2 or not all(ends):
        raise UsageError(f"--between: {between!r} is no pair of actors such as global,zone-1")
    return ends[0], ends[1]


def _text(record: Record, with_origin: bool) -> str:
    line = record_line(record)
    write = getattr(record.body, "write", None)
    origin = getattr(write, "origin", None)
    return f"{line}  at {origin}" if with_origin and origin is not None else line
