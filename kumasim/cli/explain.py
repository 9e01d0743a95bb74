"""`kumasim explain`."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches

import click

from kumasim.cli.journals import damage, opened
from kumasim.domain.diagnostics import PAGES
from kumasim.errors import UsageError
from kumasim.views.explanation import page_text, page_tree, value_text, value_tree

_CODE = re.compile(r"KS\d{4}", re.IGNORECASE)


@click.command("explain")
@click.argument("journal_or_code", metavar="JOURNAL|CODE")
@click.argument("reference", required=False, metavar="STORE/Kind/namespace/name")
@click.option("--condition", default="", metavar="TYPE", help="Only this condition.")
@click.option("-o", "output", type=click.Choice(["text", "json"]), default="text")
def command(journal_or_code: str, reference: str | None, condition: str, output: str) -> int:
    """Say why a status is as it is and what would change it; or print the page of a diagnostic code.

    Every repair that is offered was carried out in a fork of the run, and works there.
    """
    if reference is None:
        return _page(journal_or_code, output)
    from kumasim.app.explain import explain

    file = opened(journal_or_code)
    made = explain(list(file.records), reference, condition)
    if output == "json":
        values = [value_tree(one.dated, one.repairs) for one in made.told]
        click.echo(json.dumps({"object": made.reference, "position": made.position, "values": values}, indent=2))
    else:
        click.echo(click.style(made.reference, bold=True))
        for one in made.told:
            click.echo("\n" + value_text(one.dated, one.repairs))
    return damage(file)


def _page(code: str, output: str) -> int:
    """Print a page.

    Raises:
        UsageError: there is no such code, or it is no code at all.
    """
    page = PAGES.get(code.upper())
    if page is None:
        if not _CODE.fullmatch(code):
            raise UsageError(
                f"{code!r} is no diagnostic code; to explain an object, write: JOURNAL STORE/Kind/namespace/name"
            )
        close = get_close_matches(code.upper(), PAGES, 3)
        raise UsageError(
            f"there is no diagnostic {code}; the nearest are {', '.join(close) or ', '.join(sorted(PAGES))}"
        )
    click.echo(
        json.dumps(page_tree(code.upper(), page), indent=2) if output == "json" else page_text(code.upper(), page)
    )
    return 0
