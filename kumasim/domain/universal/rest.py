"""What Kuma's REST API refuses, one function a rule, and the order in which they are asked.

A rule sees the store, the request and the wanted resource, and answers with a refusal or with nothing.

Source: KDS-23, KDS-114 to KDS-121; resource_endpoints.go of 2.8.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from kumasim.domain import kinds
from kumasim.domain.admission.mesh_gateway_valid import mesh_gateway_valid
from kumasim.domain.admission.mesh_http_route_valid import mesh_http_route_valid
from kumasim.domain.admission.mesh_valid import (
    mesh_backend_kept,
    mesh_name_short,
    mesh_valid,
    mesh_without_dataplanes,
)
from kumasim.domain.admission.origin_required import SWITCH, federated_zone
from kumasim.domain.admission.rule import CREATE, DELETE, UPDATE, Fault, Outcome, Review
from kumasim.domain.admission.zone_offline import zone_offline
from kumasim.domain.kinds.kind import SyncTraits
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.sync import labels
from kumasim.domain.universal.form import GROUP, key_of
from kumasim.domain.universal.refusal import as_rest, invalid, not_found, refused
from kumasim.domain.writes import Failure

API_READ_ONLY = "KUMA_API_SERVER_READ_ONLY"
"""The control plane variable that turns all writes away."""

LONGEST_NAME = 253

_ON_GLOBAL = (
    "On global control plane you can not modify dataplane resources with 'kumactl apply' or via the HTTP API. "
    "You can still use 'kumactl' or the HTTP API to modify them on the zone control plane."
)
_ON_ZONE = (
    "On zone control plane you can only modify dataplane resources with 'kumactl apply' or via the HTTP API. "
    "You can still use 'kumactl' or the HTTP API to modify the rest of the resource on the global control plane."
)


def _traits(resource: Resource) -> SyncTraits | None:
    found = kinds.find(resource.key.group, resource.kind)
    return None if found is None or resource.key.group != GROUP else found.sync


def type_known(view: View, review: Review, resource: Resource) -> Outcome:
    """The API has no path for a type that this version of Kuma does not have."""
    if _traits(resource) is not None:
        return None
    return refused(404, f"404: Page Not Found: there is no type {resource.kind}")


def writable(view: View, review: Review, resource: Resource) -> Outcome:
    """Types that belong to the other control plane, or to Kuma alone, are read-only (KDS-23, KDS-114, KDS-115)."""
    sync, around = _traits(resource), view.around
    if sync is None:
        return None
    if around.config.get(API_READ_ONLY, "").lower() == "true":
        return refused(405, "the API server is read-only")
    if around.mode == "global":
        return None if sync.rest_on_global else refused(405, _ON_GLOBAL)
    allowed = sync.rest_on_zone if around.federated else not sync.read_only
    return None if allowed else refused(405, _ON_ZONE)


def mesh_exists(view: View, review: Review, resource: Resource) -> Outcome:
    """The mesh of a resource must be known to this control plane, in a zone until KDS has delivered it (KDS-121)."""
    if not resource.namespace:
        return None
    mesh = key_of("Mesh", "", resource.namespace)
    return None if mesh in view.store else not_found(mesh)


def origin_label(view: View, review: Review, resource: Resource) -> Outcome:
    """In a federated zone a policy says in its body that it is the zone's (KDS-116)."""
    sync, around = _traits(resource), view.around
    if sync is None or not sync.plugin_originated or not federated_zone(around):
        return None
    if around.config.get(SWITCH, "").lower() == "true" or resource.meta.labels.get(labels.ORIGIN) == labels.FROM_ZONE:
        return None
    return invalid(Fault(f'labels["{labels.ORIGIN}"]', "the origin label must be set to 'zone'"))


def zone_label(view: View, review: Review, resource: Resource) -> Outcome:
    """What is a zone's own may not say that it is another zone's (KDS-117)."""
    if view.around.mode != "zone" or resource.meta.labels.get(labels.ORIGIN) == labels.FROM_GLOBAL:
        return None
    named = resource.meta.labels.get(labels.ZONE)
    if named is None or named == view.around.zone:
        return None
    return invalid(Fault(f'labels["{labels.ZONE}"]', f"the zone label must be set to '{view.around.zone}'"))


def name_fits(view: View, review: Review, resource: Resource) -> Outcome:
    """In a federated zone there must be room for the zone's name before a resource's (KDS-118)."""
    if not federated_zone(view.around) or len(f"{view.around.zone}.{resource.name}") < LONGEST_NAME:
        return None
    limit = LONGEST_NAME - len(view.around.zone) - 2
    return invalid(Fault("name", f"the length of the name must be at most {limit} characters"))


Check = Callable[[View, Review, Resource], Outcome]


@attrs.frozen
class RestRule:
    """One rule.

    Args:
        check: the rule.
        source: where it is from.
        operations: what it is asked about.
        kinds: the types that it is asked about, all if empty.
    """

    check: Check
    source: str
    operations: tuple[str, ...] = (CREATE, UPDATE)
    kinds: tuple[str, ...] = ()


_ALL = (CREATE, UPDATE, DELETE)

RULES: tuple[RestRule, ...] = (
    RestRule(type_known, "resource_endpoints.go", _ALL),
    RestRule(writable, "KDS-23, KDS-114, KDS-115", _ALL),
    RestRule(mesh_exists, "KDS-121", _ALL),
    RestRule(origin_label, "KDS-116"),
    RestRule(zone_label, "KDS-117"),
    RestRule(name_fits, "KDS-118"),
    RestRule(mesh_name_short, "Kuma's mesh manager", (CREATE,), ("Mesh",)),
    RestRule(mesh_valid, "Kuma's mesh validator", kinds=("Mesh",)),
    RestRule(mesh_backend_kept, "Kuma's mesh validator", (UPDATE,), ("Mesh",)),
    RestRule(mesh_gateway_valid, "D-1 to D-11", kinds=("MeshGateway",)),
    RestRule(mesh_http_route_valid, "GW-155 to GW-158", kinds=("MeshHTTPRoute",)),
    RestRule(mesh_without_dataplanes, "KDS-112", (DELETE,), ("Mesh",)),
    RestRule(zone_offline, "KDS-113", (DELETE,), ("Zone",)),
)
"""All rules, in the order in which they are asked."""


def refusal(view: View, review: Review) -> Failure | None:
    """Why the REST API refuses a request, None if it does not.

    Args:
        view: the store as it is.
        review: the request.
    """
    resource = review.new if review.new is not None else review.old
    assert resource is not None
    for rule in RULES:
        if review.operation in rule.operations and (not rule.kinds or resource.kind in rule.kinds):
            found = rule.check(view, review, resource)
            if isinstance(found, Failure):
                name = getattr(rule.check, "__name__", "")
                return attrs.evolve(as_rest(found), rule=f"{name} ({rule.source})")
    return None
