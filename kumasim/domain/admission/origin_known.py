"""The origin label says `global` or `zone`.

Source: KDS-103.
"""

from __future__ import annotations

from kumasim.domain.admission.labels import ORIGIN
from kumasim.domain.admission.rule import Fault, Outcome, Review, invalid
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource


def origin_known(_: View, __: Review, resource: Resource) -> Outcome:
    """Refuses any other origin."""
    origin = resource.meta.labels.get(ORIGIN)
    if not origin or origin in ("global", "zone"):
        return None
    return invalid([Fault(f'labels["{ORIGIN}"]', f'unknown resource origin "{origin}"')])
