"""Gateway API objects must be created in non-global zones.

Kuma's documentation says so. The code of 2.8 does not enforce it: the controllers run on a global, but its Gateways
never get ready. So this rule holds with documented semantics alone.

Source: GW-188 to GW-190, KDS-124 to KDS-126.
"""

from __future__ import annotations

from kumasim.domain.admission.rule import Outcome, Review, denied
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.writes import Failure

RULE = "Gateway API resources must be created in non-global zones (documented; GW-188 to GW-190)"


def gateway_api_in_zones(view: View, _: Review, resource: Resource) -> Outcome:
    """Refuses them on the global."""
    if view.around.mode != "global" or not view.around.profile.documented:
        return None
    refused = denied(f"Operation not allowed. {resource.kind}: {RULE}.")
    return Failure(refused.code, refused.reason, refused.message, rule=RULE)
