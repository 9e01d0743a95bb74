"""Labels that a user gave to a policy on a federated zone must be those that Kuma would give it.

Source: KDS-99, KDS-100.
"""

from __future__ import annotations

from kumasim.domain.admission.labels import ORIGIN, ROLE, ZONE, policy_role
from kumasim.domain.admission.origin_required import federated_zone
from kumasim.domain.admission.rule import Fault, Outcome, Review, denied, key_of
from kumasim.domain.admission.selection import traits
from kumasim.domain.admission.users import privileged
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.writes import Failure


def labels_fit(view: View, review: Review, resource: Resource) -> Outcome:
    """The zone label must name this zone, the role must be the computed one."""
    around, sync = view.around, traits(key_of(resource))
    if sync is None or not sync.plugin_originated or not federated_zone(around) or privileged(around, review.user):
        return None
    labels = resource.meta.labels
    zone = labels.get(ZONE)
    if labels.get(ORIGIN) and labels[ORIGIN] != "global" and zone is not None and zone != around.zone:
        return _unfit(ZONE, around.zone, zone)
    if sync.policy and ROLE in labels:
        wanted = policy_role(resource, around.system_namespace, resource.namespace)
        if labels[ROLE] != wanted:
            return _unfit(ROLE, wanted, labels[ROLE])
    return None


def _unfit(label: str, wanted: str, got: str) -> Failure:
    return denied(
        f"Operation not allowed. {label} label should have {wanted} value, got {got}",
        Fault("metadata.annotations[kuma.io/synced]", "cannot be set"),
    )
