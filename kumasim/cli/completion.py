"""`kumasim completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that makes a shell complete kumasim's commands and options.

    For bash: eval "$(kumasim completion bash)"
    """
    made = get_completion_class(shell)
    assert made is not None
    # The template alone: click's `source()` would run bash to ask for its version.
    script = made(ctx.find_root().command, {}, "kumasim", "_KUMASIM_COMPLETE")
    click.echo(script.source_template % script.source_vars())
