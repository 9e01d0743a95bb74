"""A policy in the system namespace of a federated zone must say that it is the zone's.

Without the label `kuma.io/origin: zone` it could not be told from a copy of one of the global's.

Source: KDS-95 to KDS-98, KDS-105.
"""

from __future__ import annotations

from kumasim.domain.admission.labels import ORIGIN
from kumasim.domain.admission.rule import Fault, Outcome, Review, denied, key_of
from kumasim.domain.admission.selection import traits
from kumasim.domain.admission.users import privileged
from kumasim.domain.reconcilers.base import Surroundings, View
from kumasim.domain.resource import Resource

SWITCH = "KUMA_MULTIZONE_ZONE_DISABLE_ORIGIN_LABEL_VALIDATION"
"""The control plane variable that turns this rule off."""


def federated_zone(around: Surroundings) -> bool:
    """Whether this control plane is that of a zone with a global."""
    return around.mode == "zone" and around.federated


def origin_required(view: View, review: Review, resource: Resource) -> Outcome:
    """Refuses what lacks the label; it is asked before labels are filled in, so nobody fills this one in."""
    around, sync = view.around, traits(key_of(resource))
    if sync is None or not sync.plugin_originated or not federated_zone(around) or privileged(around, review.user):
        return None
    if resource.namespace != around.system_namespace or around.config.get(SWITCH, "").lower() == "true":
        return None
    if resource.meta.labels.get(ORIGIN) == "zone":
        return None
    return denied(
        f"Operation not allowed. Applying policies on Zone CP requires '{ORIGIN}' label to be set to 'zone'.",
        Fault(f"metadata.labels[{ORIGIN}]", "cannot be empty"),
    )
