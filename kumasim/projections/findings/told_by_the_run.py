"""What the control planes reported while the world came to rest."""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.projections.diagnostics import reported
from kumasim.projections.findings.base import Converged, Finding

FOUND_BY_OTHERS = frozenset(("KS0206", "KS0207"))
"""What control planes report too, but other rules of analysis find with its place in the file."""


def told_by_the_run(world: Converged) -> Iterable[Finding]:
    """Takes over every diagnostic, at the line of the object that it is about."""
    written = {(one.store, str(one.key)): one for one in world.written}
    for told in reported(world.records):
        if told.code in FOUND_BY_OTHERS:
            continue
        concerned = written.get((told.store, told.subject))
        origin = concerned.place(()) if concerned is not None else None
        yield Finding(told.code, told.store, told.subject, told.message, "", origin)
