"""`kumasim check`."""

from __future__ import annotations

import glob
import json
from collections.abc import Callable
from pathlib import Path

import click

from kumasim.app.check import check, stores_of
from kumasim.cli.check_sarif import sarif
from kumasim.cli.errors import colour
from kumasim.domain.profile import NEWEST, PROFILES
from kumasim.errors import UsageError
from kumasim.projections.findings import RANK, Finding

FOUND = 4
_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option(
    "--at", "at", multiple=True, metavar="STORE=DIR", help="`global` or a zone, and its manifests; repeatable."
)
@click.option("--threshold", type=click.Choice([*RANK]), default="warning", help="What ends with exit code 4.")
@click.option("--kuma", type=click.Choice(list(PROFILES)), default=NEWEST, help="Behaviour profile.")
@click.option("--semantics", type=click.Choice(["documented", "source"]), default="documented")
@click.option("-o", "output", type=click.Choice(["text", "json", "sarif"]), default="text")
def command(paths: tuple[str, ...], at: tuple[str, ...], threshold: str, kuma: str, semantics: str, output: str) -> int:
    """Apply folders of manifests to stores, let everything converge, and list every problem with its line.

    Without --at, PATH is applied to one zone that is not federated; with it, to every zone that is named.
    """
    sources = stores_of(at, paths)
    for path in dict.fromkeys(path for given in sources.values() for path in given):
        if path != "-" and not glob.has_magic(path) and not Path(path).exists():
            raise UsageError(f"there is no file {path}")
    found = check(sources, kuma, semantics)
    click.echo(_PRINTERS[output](found), color=colour())
    return FOUND if any(RANK[one.severity] >= RANK[threshold] for one in found) else 0


def _text(found: list[Finding]) -> str:
    lines = []
    for one in found:
        place = f"{one.origin}: " if one.origin is not None else ""
        severity = click.style(one.severity, fg=_COLOURS[one.severity])
        lines.append(f"{click.style(place, bold=True)}{severity} {one.code} {one.store}/{one.subject}")
        lines.append(f"    {one.cause}")
        lines.append(f"    fix: {one.advice}")
    counts = [(severity, sum(one.severity == severity for one in found)) for severity in reversed(RANK)]
    told = ", ".join(f"{count} {severity}{_s(severity, count)}" for severity, count in counts if count)
    return "\n".join([*lines, told or click.style("no problems", fg="green")])


def _s(severity: str, count: int) -> str:
    return "" if count == 1 or severity == "info" else "s"


def _json(found: list[Finding]) -> str:
    counts = {severity: sum(one.severity == severity for one in found) for severity in reversed(RANK)}
    return json.dumps({"findings": [_tree(one) for one in found], "counts": counts}, indent=2)


def _tree(one: Finding) -> dict[str, object]:
    return {
        "code": one.code,
        "severity": one.severity,
        "store": one.store,
        "subject": one.subject,
        "file": one.origin.file if one.origin is not None else "",
        "line": one.origin.line if one.origin is not None else 0,
        "column": one.origin.column if one.origin is not None else 0,
        "message": one.cause,
        "fix": one.advice,
    }


def _sarif(found: list[Finding]) -> str:
    return json.dumps(sarif(found), indent=2)


_PRINTERS: dict[str, Callable[[list[Finding]], str]] = {"text": _text, "json": _json, "sarif": _sarif}
