"""`kumasim version`."""

from __future__ import annotations

import platform

import click

import kumasim


@click.command("version")
def command() -> None:
    """Print the versions of kumasim, of the profiles it plays, and of what it stands on."""
    from kumasim.domain.profile import NEWEST, PROFILES
    from kumasim.journal import FORMAT
    from kumasim.runtime.world import EPOCH

    click.echo(f"kumasim {kumasim.__version__}")
    click.echo(f"profiles {', '.join(PROFILES)} (default {NEWEST})")
    click.echo(f"journal format {FORMAT}, semantics epoch {EPOCH}")
    click.echo(f"Python {platform.python_version()}")
