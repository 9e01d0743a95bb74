"""What a MeshGatewayInstance must hold, and where it may be created.

Source: A-42, A-43, KDS-109, GW-189.
"""

from __future__ import annotations

from kumasim.domain.admission.rule import CREATE, PRODUCT, Outcome, Review, denied, invalid
from kumasim.domain.admission.tags import TagRules, tag_faults
from kumasim.domain.kinds.mesh_gateway_instance import MeshGatewayInstance
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource


def gateway_instance_zone_only(view: View, review: Review, _: Resource) -> Outcome:
    """Nobody creates one on the global, not even the control plane; an update is not checked."""
    if view.around.mode != "global" or review.operation != CREATE:
        return None
    return denied(
        f"Operation not allowed. {PRODUCT} resources like MeshGatewayInstance can be created only from the 'zone' "
        "control plane and not from a 'global' control plane."
    )


def gateway_instance_tags(_: View, __: Review, resource: Resource) -> Outcome:
    """Tags must be tags. A service tag is accepted, though there is no need for one (A-42)."""
    return invalid(tag_faults("tags", resource.view(MeshGatewayInstance).tags, TagRules()))
