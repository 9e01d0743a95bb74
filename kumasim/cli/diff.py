"""`kumasim diff`."""

from __future__ import annotations

import json

import click

from kumasim.cli.journals import damage, keyframes, opened
from kumasim.projections.records import record_tree
from kumasim.replay.diff import Diff, diff

DIFFER = 1


@click.command("diff")
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.option("-o", "output", type=click.Choice(["text", "json"]), default="text")
def command(one: str, other: str, output: str) -> int:
    """Compare two journals: the first record that differs, then what is different at their ends."""
    file_a, file_b = opened(one), opened(other)
    found = diff(file_a, file_b, keyframes(file_a), keyframes(file_b))
    click.echo(json.dumps(_tree(found), indent=2) if output == "json" else str(found))
    return damage(file_a) or damage(file_b) or (DIFFER if found else 0)


def _tree(found: Diff) -> dict[str, object]:
    first = found.first
    sides = [] if first is None else [("a", first.a), ("b", first.b)]
    told: dict[str, object] = {"same": first is None, "first": None}
    if first is not None:
        records = {side: None if record is None else record_tree(record) for side, record in sides}
        told["first"] = {"position": first.position, "path": first.path, "words": first.words, **records}
    for name, section in found.sections():
        told[name] = [change._asdict() for change in section]
    return told
