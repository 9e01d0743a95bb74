"""How errors end a command: as text on stderr, with the exit code of their kind."""

from __future__ import annotations

import os
import sys

import click

from kumasim.errors import InputError, KumasimError, Problem

EXIT_BUG = 70


def guarded(command: click.Command) -> int:
    """Run a command; answers with the exit code."""
    try:
        result = command.main(standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.Abort:
        say("Aborted.")
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except KumasimError as error:
        report(error)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has gone: `kumasim log ... | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say(f"{where}{error.strerror or error}")
        return 2
    except Exception as error:
        say(f"kumasim: a bug of kumasim: {type(error).__name__}: {error}")
        return EXIT_BUG


def report(error: KumasimError) -> None:
    """Print an error for people."""
    if isinstance(error, InputError):
        for problem in error.problems:
            say(problem_text(problem))
        count = len(error.problems)
        say(f"{count} problem{'s' if count != 1 else ''}, nothing was run")
    else:
        say(f"kumasim: {error}")


def problem_text(problem: Problem) -> str:
    """One problem: place, code, message, remedy."""
    place = click.style(problem.place, bold=True)
    code = click.style(problem.code, fg="red")
    fix = f"\n    fix: {problem.fix}" if problem.fix else ""
    return f"{place}: {code} {problem.message}{fix}" if problem.place else f"{code} {problem.message}{fix}"


def say(text: str) -> None:
    """Print on stderr; colours only on a terminal and never with NO_COLOR."""
    click.echo(text, err=True, color=colour())


def colour() -> bool | None:
    """What `click.echo` is told: no colours with NO_COLOR, otherwise only on a terminal."""
    return False if os.environ.get("NO_COLOR") else None
