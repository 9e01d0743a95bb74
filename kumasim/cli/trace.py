"""`kumasim trace`."""

from __future__ import annotations

import json

import click

from kumasim.app.state import State
from kumasim.cli.journals import damage, opened
from kumasim.domain.traffic import NoSuchCaller
from kumasim.errors import UsageError
from kumasim.projections.fold import fold
from kumasim.scenario.durations import parse_duration


@click.command("trace")
@click.argument("journal")
@click.argument("url")
@click.option("--from", "from_", default="outside", metavar="REF", help="`outside` or zone/namespace/Kind/name.")
@click.option(
    "--to", default="", metavar="REF", help="zone/namespace/Service/name or an address, if not the URL's host."
)
@click.option("-X", "--method", default="GET")
@click.option("-H", "--header", "headers", multiple=True, metavar="NAME:VALUE", help="Repeatable.")
@click.option("--time", "when", default="end", metavar="DURATION|end")
@click.option("-o", "output", type=click.Choice(["text", "json", "mermaid"]), default="text")
def command(
    journal: str, url: str, from_: str, to: str, method: str, headers: tuple[str, ...], when: str, output: str
) -> int:
    """Print one request hop by hop: address, Service, pod, listener, virtual host, route and the routes that lost,
    backends, cluster, endpoints, permission, answer."""
    if "://" not in url:
        raise UsageError(f"{url!r} is no URL: write http://host:port/path")
    file = opened(journal)
    try:
        limit = None if when == "end" else parse_duration(when)
    except ValueError as error:
        raise UsageError(f"--time: {error}") from None
    state = State(fold(record for record in file.records if limit is None or record.time_ns <= limit))
    sent = dict(_header(one) for one in headers)
    try:
        trace = state.trace(from_=from_, to=to or None, url=url, method=method.upper(), headers=sent)
    except NoSuchCaller as error:
        raise UsageError(str(error)) from None
    shown = {"text": lambda: str(trace), "json": lambda: json.dumps(trace.tree(), indent=2), "mermaid": trace.mermaid}
    click.echo(shown[output]())
    return damage(file)


def _header(text: str) -> tuple[str, str]:
    """A header as curl's -H takes it.

    Raises:
        UsageError: it has no colon.
    """
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError(f"-H {text!r}: write NAME:VALUE")
    return name.strip().lower(), value.strip()
