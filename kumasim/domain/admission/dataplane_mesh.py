"""A Dataplane needs its Mesh.

Source: KDS-110, KDS-135.
"""

from __future__ import annotations

from kumasim.domain.admission.rule import Outcome, Review, errored
from kumasim.domain.admission.selection import KUMA
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource


def dataplane_mesh(view: View, _: Review, resource: Resource) -> Outcome:
    """Refuses a Dataplane of an unknown mesh with 500, whoever writes it: KDS too."""
    name = resource.body.get("mesh") or "default"
    if view.get("Mesh", "", name, KUMA) is not None:
        return None
    return errored(500, f'Resource not found: type="Mesh" name="{name}" mesh=""')
