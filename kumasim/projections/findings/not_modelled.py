"""Fields and kinds that are stored but not acted on, each told of once, at the first place that uses it."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from kumasim.projections.findings.base import Converged, Finding, Written, found
from kumasim.projections.findings.ignored_kind import IGNORED
from kumasim.projections.unmodelled import IGNORED_FIELD, NOT_MODELLED, marks, sentence, steps


@attrs.define
class _Use:
    """How often something is used.

    Args:
        first: where it was met first.
        objects: how many objects use it.
    """

    first: Written
    objects: int = 0


def not_modelled(world: Converged) -> Iterable[Finding]:
    """Finds what is not modelled, and what Kuma itself ignores."""
    uses: dict[tuple[str, str, str, str], _Use] = {}
    for written in world.written:
        if written.resource.kind in IGNORED:
            continue  # said better by its own rule
        for mark in marks(written.resource):
            use = uses.setdefault((mark.code, mark.kind, mark.field, mark.rule), _Use(written))
            use.objects += 1
    for (code, kind, field, rule), use in uses.items():
        more = f" ({use.objects} objects)" if use.objects > 1 else ""
        yield found(code, use.first, sentence(code, kind, field, rule) + more, "", steps(use.first.resource, field))


__all__ = ["IGNORED_FIELD", "NOT_MODELLED", "not_modelled"]
