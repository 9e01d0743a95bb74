"""Labels that a control plane adds to Kuma's objects, each only if it is not there.

Source: KDS-45, KDS-54, KDS-59 to KDS-62, GW-148, C-13.
"""

from __future__ import annotations

from kumasim.domain.admission.labels import DISPLAY_NAME, MESH, NAMESPACE, ORIGIN, ROLE, ZONE, policy_role
from kumasim.domain.admission.rule import Outcome, Review, key_of
from kumasim.domain.admission.selection import traits
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap


def computed_labels(view: View, _: Review, resource: Resource) -> Outcome:
    """Mesh, namespace, origin, zone and role as labels, the display name as annotation.

    Mode zone counts, whether the zone is federated or not (KDS-60); the global adds no origin (KDS-59).
    """
    around, sync = view.around, traits(key_of(resource))
    if sync is None:
        return None
    labels = dict(resource.meta.labels)
    if resource.namespace:
        labels.setdefault(NAMESPACE, resource.namespace)
    if sync.scope == "mesh":
        labels.setdefault(MESH, "default")
    if around.mode == "zone":
        labels.setdefault(ORIGIN, "zone")
        if labels[ORIGIN] != "global":
            labels.setdefault(ZONE, around.zone)
    if sync.policy and NAMESPACE in labels:
        labels.setdefault(ROLE, policy_role(resource, around.system_namespace, labels[NAMESPACE]))
    annotations = dict(resource.meta.annotations)
    annotations.setdefault(DISPLAY_NAME, resource.name)
    if labels == resource.meta.labels and annotations == resource.meta.annotations:
        return None
    return resource.with_meta(labels=FrozenMap(labels), annotations=FrozenMap(annotations))
