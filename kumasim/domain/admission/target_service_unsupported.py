"""A policy outside the system namespace cannot yet say what holds towards a MeshService.

Source: KDS-101.
"""

from __future__ import annotations

from kumasim.domain.admission.rule import Fault, Outcome, Review, invalid, key_of
from kumasim.domain.admission.selection import traits
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig


def target_service_unsupported(view: View, _: Review, resource: Resource) -> Outcome:
    """Refuses `to[].targetRef.kind: MeshService` there."""
    sync = traits(key_of(resource))
    if sync is None or not sync.policy or resource.namespace == view.around.system_namespace:
        return None
    faults = [
        Fault(f"spec.to[{index}].targetRef.kind", "can't use 'MeshService' at this moment")
        for index, item in enumerate(resource.spec.get("to") or ())
        if dig(item, "targetRef", "kind") == "MeshService"
    ]
    return invalid(faults)
