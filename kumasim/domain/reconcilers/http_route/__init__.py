"""HTTPRoute: which parents it is attached to, what it becomes in Kuma, and what its status says.

A route may be attached to Gateways (ingress) and to Services (mesh, "GAMMA"). Kuma's own order of the entries in
`status.parents` is random in 2.8; the sorted order of the later versions is used (GW-115).

Nothing checks that a route and its Gateway are of one mesh: in another the MeshHTTPRoute has no effect, and the status
does not say so (GW-118 [U]). Two routes of which the generated names are the same are in each other's way (GW-143).

Source: GW-84 to GW-159, "suggested evaluation order".
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.base import Diagnostic, Plan, Reconciler, View, itself
from kumasim.domain.reconcilers.comparison import status_write
from kumasim.domain.reconcilers.gateway_api import (
    GROUP,
    KUMA_GROUP,
    ROUTES_BY_GATEWAY,
    ROUTES_BY_SERVICE,
    RouteSpec,
)
from kumasim.domain.reconcilers.http_route.backends import Referrer
from kumasim.domain.reconcilers.http_route.generated import (
    DOCUMENTED_BUDGET,
    budget_used,
    for_gateway,
    for_service,
)
from kumasim.domain.reconcilers.http_route.parents import Attachment, attachments
from kumasim.domain.reconcilers.http_route.rules import Rules, convert_rules
from kumasim.domain.reconcilers.http_route.status import ParentResult, parents_status
from kumasim.domain.reconcilers.mesh_of import mesh_by_label_or_annotation
from kumasim.domain.reconcilers.on_global import on_global
from kumasim.domain.reconcilers.only_read import only_read
from kumasim.domain.reconcilers.owned_by_label import (
    HTTP_ROUTES_BY_LABEL,
    MESH_GATEWAY_ROUTES_BY_OWNER,
    MESH_HTTP_ROUTES_BY_OWNER,
    owned_writes,
    owner_by_label,
)
from kumasim.domain.reconcilers.reference_grants import granted_to
from kumasim.domain.resource import Key, Resource
from kumasim.domain.writes import Write


def reconcile(view: View, key: Key) -> Plan:
    """Bring the MeshHTTPRoutes and the status of a route up to date; a route that is gone takes its objects with it."""
    route = view.store.get(key)
    if route is None:
        return Plan(_owned(view, key, {}))
    namespace = view.get("Namespace", "", route.namespace)
    if namespace is None:
        return Plan(error=f'unable to get Namespace of HTTPRoute: Namespace "{route.namespace}" not found')
    try:
        attached = attachments(view, route, namespace)
    except ValueError as wrong:
        return Plan(error=f"could not generate MeshHTTPRoute.kuma.io resources: {wrong}")
    over_budget = _over_budget(view, route, attached)
    if over_budget is not None:
        return over_budget
    return _carry_out(view, route, mesh_by_label_or_annotation(route, namespace), attached)


def _carry_out(view: View, route: Resource, mesh: str, attached: tuple[Attachment, ...]) -> Plan:
    wanted: dict[str, Resource] = {}
    results = []
    for attachment in attached:
        rules = _rules(view, route, mesh, attachment)
        results.append(ParentResult(attachment, rules.wrong))
        if attachment.accepted:  # two parentRefs to one Service: the last one's ports survive (GW-141)
            made = _generate(view, route, mesh, attachment, rules)
            wanted[made.name] = made
    parents = parents_status(route, tuple(results), view.now_ns)
    told = (*on_global(view, route), *_at_the_limit(view, route, attached))
    return Plan(_owned(view, route.key, wanted) + status_write(route, {"parents": parents}), diagnostics=told)


def _rules(view: View, route: Resource, mesh: str, attachment: Attachment) -> Rules:
    """The rules as this parent's kind sees them: grants are asked for under a Gateway only. Source: GW-110."""
    referrer = Referrer(route.namespace, mesh, needs_grant=attachment.service is None)
    return convert_rules(view, referrer, route.view(RouteSpec).rules)


def _generate(view: View, route: Resource, mesh: str, attachment: Attachment, rules: Rules) -> Resource:
    system, parent = view.around.system_namespace, attachment.parent
    if attachment.service is None:
        return for_gateway(system, mesh, route, parent, rules.rules)
    return for_service(system, mesh, route, parent, attachment.service, rules.rules)


def _owned(view: View, owner: Key, wanted: dict[str, Resource]) -> tuple[Write, ...]:
    """MeshGatewayRoutes of older versions go, the MeshHTTPRoutes are brought up to date. Source: GW-159."""
    leftovers = owned_writes(view, MESH_GATEWAY_ROUTES_BY_OWNER, owner, {})
    return leftovers + owned_writes(view, MESH_HTTP_ROUTES_BY_OWNER, owner, wanted)


def _over_budget(view: View, route: Resource, attached: tuple[Attachment, ...]) -> Plan | None:
    """With documented semantics, 250 characters are one too many; the code breaks only above. Source: GW-142."""
    told = _at_the_limit(view, route, attached) if view.around.profile.documented else ()
    return Plan(error=told[0].message, diagnostics=told) if told else None


def _at_the_limit(view: View, route: Resource, attached: tuple[Attachment, ...]) -> tuple[Diagnostic, ...]:
    """What is to be told of names that are longer than documented, whichever reading holds. Source: GW-142."""
    services = [attachment.service for attachment in attached if attachment.service is not None]
    used = max((budget_used(route, service) for service in services), default=0)
    if used <= DOCUMENTED_BUDGET:
        return ()
    message = (
        f"names and namespaces of HTTPRoute and parent Service have {used} characters together: documented are at most "
        f"{DOCUMENTED_BUDGET}, Kuma's code goes up to {DOCUMENTED_BUDGET + 1} (GW-142)"
    )
    return (Diagnostic("KS0602", message, str(route.key)),)


def _of_gateway(gateway: Resource, view: View) -> Iterable[Key]:
    return tuple(found.key for found in view.find(ROUTES_BY_GATEWAY.name, (gateway.namespace, gateway.name)))


def _of_service(service: Resource, view: View) -> Iterable[Key]:
    """Routes with the Service as backend or mirror; as parent alone it wakes nobody (GW-206, GW-207, GW-208)."""
    return tuple(found.key for found in view.find(ROUTES_BY_SERVICE.name, (service.namespace, service.name)))


HTTP_ROUTE = Reconciler(
    name="http-route",
    wakes={
        (GROUP, "HTTPRoute"): itself,
        (GROUP, "Gateway"): _of_gateway,
        (GROUP, "ReferenceGrant"): granted_to("HTTPRoute"),
        (KUMA_GROUP, "MeshHTTPRoute"): owner_by_label(HTTP_ROUTES_BY_LABEL),
        ("", "Service"): _of_service,
        **only_read(
            ("", "Namespace"),
            (GROUP, "GatewayClass"),
            (KUMA_GROUP, "ExternalService"),
            (KUMA_GROUP, "MeshGatewayRoute"),
        ),
    },
    reconcile=reconcile,
    indexes=(
        ROUTES_BY_GATEWAY,
        ROUTES_BY_SERVICE,
        HTTP_ROUTES_BY_LABEL,
        MESH_HTTP_ROUTES_BY_OWNER,
        MESH_GATEWAY_ROUTES_BY_OWNER,
    ),
    source="GW-84 to GW-159",
)
"""The HTTPRoute controller."""
