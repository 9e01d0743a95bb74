"""`kumasim replay`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kumasim.cli.errors import say
from kumasim.cli.journals import damage, opened
from kumasim.journal import Difference, Record
from kumasim.replay.divergence import told
from kumasim.replay.verify import Verdict, verify
from kumasim.runtime.engine import finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.world import EPOCH
from kumasim.views.records import record_line

DIVERGED = 5


@click.command("replay")
@click.argument("journal")
@click.option("--runtime", type=click.Choice(["trio", "inline"]), default="inline")
def command(journal: str, runtime: str) -> int:
    """Run a journal's inputs again and compare every record with the recorded one."""
    file = opened(journal)
    verdict = _verified(file.records, runtime)
    if file.damage is not None and verdict.difference is not None and verdict.difference.a is None:
        # What would have come next is what was lost: a damaged journal has not diverged by ending early.
        click.echo(f"identical as far as it can be read: {verdict.records} records")
        return damage(file)
    if verdict.escape is not None:
        click.echo(click.style(f"stopped after {verdict.records} records", fg="red", bold=True))
        click.echo(f"  {verdict.escape}")
        return DIVERGED
    if verdict.difference is not None:
        _tell(verdict, verdict.difference)
        return DIVERGED
    if verdict.epoch is not None:
        say(f"the journal was made by semantics epoch {verdict.epoch}, this version plays epoch {EPOCH}")
    click.echo(f"identical: {verdict.records} records, digest {file.digest}")
    return damage(file)


def _verified(records: Sequence[Record], runtime: str) -> Verdict:
    if runtime == "inline":
        return finish(verify(records, Inline()))
    import trio

    from kumasim.runtime.trio import tasks

    async def under_trio() -> Verdict:
        async with tasks() as dispatcher:
            return await verify(records, dispatcher)

    return trio.run(under_trio)


def _tell(verdict: Verdict, difference: Difference) -> None:
    click.echo(click.style(f"diverged at record {difference.position}", fg="red", bold=True))
    click.echo(f"  {difference.words}")
    for name, record in (("recorded", difference.a), ("replayed", difference.b)):
        click.echo(f"  {name}: " + (record_line(record).strip() if record is not None else "(nothing more)"))
    for name, record in (("recorded", difference.a), ("replayed", difference.b)):
        if record is not None:
            click.echo(f"  {name} body: {str(record.body)[:2000]}")
    if verdict.divergence is not None:
        for line in told(verdict.divergence):
            click.echo(f"  {line}")
    if verdict.epoch is not None:
        click.echo(f"  the journal was made by semantics epoch {verdict.epoch}, this version plays epoch {EPOCH}:")
        click.echo("  to fold, get, log and diff it works as ever; compare meanings with `kumasim diff`")
