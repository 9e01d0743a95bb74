"""On which control plane a type may be written.

Source: KDS-22, KDS-94.
"""

from __future__ import annotations

from kumasim.domain.admission.rule import PRODUCT, Fault, Outcome, Review, denied, key_of
from kumasim.domain.admission.selection import traits
from kumasim.domain.admission.users import privileged
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource

OTHER = {"global": "ZONE", "zone": "GLOBAL"}


def type_allowed(view: View, review: Review, resource: Resource) -> Outcome:
    """A type that only travels down is written on the global, one that only travels up in a zone."""
    around, sync = view.around, traits(key_of(resource))
    if sync is None or privileged(around, review.user):
        return None
    on_global = around.mode == "global"
    if (not on_global or sync.on_global) and (on_global or not around.federated or sync.on_zone):
        return None
    return denied(
        f"Operation not allowed. {PRODUCT} resources like {resource.kind} can be updated or deleted only from the "
        f"{OTHER[around.mode]} control plane and not from a {around.mode.upper()} control plane.",
        Fault("metadata.annotations[kuma.io/synced]", "cannot be empty"),
    )
