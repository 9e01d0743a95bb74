"""In which namespace an object of Kuma's may be put.

Source: KDS-91 to KDS-93.
"""

from __future__ import annotations

from kumasim.domain.admission.rule import Outcome, Review, denied, key_of
from kumasim.domain.admission.selection import traits
from kumasim.domain.admission.users import privileged
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource


def namespace_allowed(view: View, review: Review, resource: Resource) -> Outcome:
    """On the global only in the system namespace; so on a zone the kinds that are marked for it."""
    around, namespace = view.around, resource.namespace
    if not namespace or namespace == around.system_namespace or privileged(around, review.user):
        return None
    if around.mode == "global":
        return denied(f"on Global CP the policy can be created only in the system namespace:{around.system_namespace}")
    sync = traits(key_of(resource))
    if sync is not None and sync.system_namespace_only:
        text = f"resource type {resource.kind} can be created only in the system namespace:{around.system_namespace}"
        return denied(text)
    return None
