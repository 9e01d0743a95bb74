"""What Kuma's resource managers make of a request on Universal, after the REST API took it and before it is stored.

KDS writes past them (KDS-73).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kumasim.domain.reconcilers.annotations import truthy
from kumasim.domain.reconcilers.base import Surroundings, View
from kumasim.domain.reconcilers.default_policies import POLICIES, ROUTING_RESOURCES
from kumasim.domain.reconcilers.mesh_defaults import CREATE_ROUTING, SKIP_ALL
from kumasim.domain.resource import OwnerReference, Resource
from kumasim.domain.sync import labels
from kumasim.domain.tree import EMPTY, FrozenMap, dig
from kumasim.domain.universal.form import API_VERSION, key_of, universal


def labelled(around: Surroundings, created: Resource) -> Resource:
    """A new resource with the labels that a zone adds: its origin, and the zone unless it is the global's.

    An update computes nothing: its labels are those of the request (KDS-120). Source: KDS-59, KDS-60, KDS-63.
    """
    if around.mode != "zone":
        return created
    made = {labels.ORIGIN: labels.FROM_ZONE, **created.meta.labels}
    if made[labels.ORIGIN] != labels.FROM_GLOBAL:
        made = {labels.ZONE: around.zone, **made}
    return created.with_meta(labels=FrozenMap({name: made[name] for name in sorted(made)}))


def in_zone(around: Surroundings, dataplane: Resource) -> Resource:
    """A Dataplane whose inbounds and gateway carry the tag of the control plane's zone, whatever was written (KDS-181)."""
    networking = dig(dataplane.spec, "networking")
    if around.mode != "zone" or networking is None:
        return dataplane
    changes: dict[str, Any] = {}
    if networking.get("inbound") is not None:
        changes["inbound"] = tuple(_tagged(one, around.zone) for one in networking["inbound"])
    if networking.get("gateway") is not None:
        changes["gateway"] = _tagged(networking["gateway"], around.zone)
    spec = dataplane.spec.with_(networking=networking.with_(**changes))
    body = dataplane.body.with_(spec=spec)
    return Resource(
        dataplane.api_version, dataplane.kind, dataplane.meta, body, dataplane.status, dataplane.origin
    )  # fmt: skip


def _tagged(part: FrozenMap, zone: str) -> FrozenMap:
    tags: Mapping[str, str] = part.get("tags") or EMPTY
    return part.with_(tags=FrozenMap({**tags, labels.ZONE: zone}))


def owner(view: View, created: Resource) -> tuple[OwnerReference, ...]:
    """Who owns a new resource: its Mesh, so that it goes when the Mesh goes. What a zone sends is its Zone's (KDS-78)."""
    mesh = view.store.get(key_of("Mesh", "", created.namespace)) if created.namespace else None
    return () if mesh is None else (owned_by(mesh),)


def owned_by(mesh: Resource) -> OwnerReference:
    """The reference of a resource to its Mesh."""
    return OwnerReference(API_VERSION, "Mesh", mesh.name, mesh.meta.uid)


def default_policies(around: Surroundings, mesh: Resource) -> Iterable[Resource]:
    """The policies that come with a new Mesh on a global, or in a zone without one, in the order of their names.

    They carry no labels [U]. Source: H-39, KDS-134.
    """
    if truthy(around.config, SKIP_ALL) or (around.mode == "zone" and around.federated):
        return
    skipped = set(dig(mesh.spec, "skipCreatingInitialPolicies", default=()))
    wanted = POLICIES + (ROUTING_RESOURCES if truthy(around.config, CREATE_ROUTING) else ())
    for policy in wanted:
        if not {"*", policy.kind} & skipped:
            yield universal(policy.kind, mesh.name, f"{policy.prefix}-{mesh.name}", {"spec": policy.spec})
