"""`kumasim replay`."""

from __future__ import annotations

import click

from kumasim.cli.journals import damage, opened
from kumasim.journal import Difference
from kumasim.replay.verify import Verdict, verify
from kumasim.runtime.engine import finish
from kumasim.runtime.inline import Inline
from kumasim.views.records import record_line

DIVERGED = 5


@click.command("replay")
@click.argument("journal")
@click.option("--runtime", type=click.Choice(["trio", "inline"]), default="inline")
def command(journal: str, runtime: str) -> int:
    """Run a journal's inputs again and compare every record with the recorded one."""
    file = opened(journal)
    records = list(file.records)
    verdict = _verified(records, runtime)
    if verdict.difference is not None:
        _tell(verdict, verdict.difference)
        return DIVERGED
    click.echo(f"identical: {verdict.records} records, digest {file.digest}")
    return damage(file)


def _verified(records: list, runtime: str) -> Verdict:  # type: ignore[type-arg]
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
    if verdict.epoch is not None:
        click.echo(f"  the journal was made by semantics epoch {verdict.epoch}; this version plays another")
