"""`kumasim new`."""

from __future__ import annotations

from pathlib import Path

import click

from kumasim.app import examples


@click.command("new")
@click.argument("target", default=".", metavar="[DIR]")
@click.option("--example", default=examples.FIRST, metavar="NAME", help="Which one; --list tells their names.")
@click.option("--list", "listing", is_flag=True, help="List the examples instead.")
def command(target: str, example: str, listing: bool) -> None:
    """Write a runnable example, with its manifests, into a folder."""
    if listing:
        for name in examples.names():
            click.echo(name)
        return
    made = examples.copy(example, Path(target))
    for path in made:
        click.echo(path)
    click.echo(f"run it: kumasim run {made[0]}", err=True)
