"""A Zone may be deleted when its control plane is gone.

Source: KDS-113, KDS-136.
"""

from __future__ import annotations

from kumasim.domain.admission.mesh_valid import unsafe_delete
from kumasim.domain.admission.rule import Outcome, Review, errored
from kumasim.domain.admission.selection import KUMA
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig


def zone_offline(view: View, _: Review, resource: Resource) -> Outcome:
    """Refuses while its ZoneInsight has a subscription that is connected; without a ZoneInsight it may go."""
    insight = view.get("ZoneInsight", "", resource.name, KUMA)
    if insight is None or unsafe_delete(view):
        return None
    subscriptions = dig(insight.spec, "subscriptions", default=()) or dig(insight.status, "subscriptions", default=())
    online = any(item.get("connectTime") and not item.get("disconnectTime") for item in subscriptions)
    text = "zone: unable to delete Zone, Zone CP is still connected, please shut it down first"
    return errored(400, text) if online else None
