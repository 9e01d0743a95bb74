"""An HTTPRoute that attaches to nothing: a parent that does not count, or that does not let it in.

Source: GW-84 to GW-104.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.gateway_api import GROUP, ParentRef, RouteSpec, kuma_class
from kumasim.domain.reconcilers.http_route.parents import NO_HOSTNAME, NO_PARENT, NOT_ALLOWED, attachments
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import dig
from kumasim.projections.findings.base import Converged, Finding, Written, found

CODE = "KS0302"

_REFUSED = {
    NO_HOSTNAME: ("no hostname of the route meets one of its listeners", "let the hostnames of both intersect"),
    NO_PARENT: ("it has no listener of the section that the route names", "name one of its listeners"),
    NOT_ALLOWED: (
        "no listener lets in routes of this namespace",
        "set allowedRoutes.namespaces of the listener, or move the route",
    ),
}


def detached_route(world: Converged) -> Iterable[Finding]:
    """Finds parents that a route names in vain, each at its line."""
    for written, route in world.of_kind(GROUP, "HTTPRoute"):
        view = world.view(written.store)
        namespace = view.get("Namespace", "", route.namespace)
        if namespace is None:
            continue
        verdicts = {id(one.parent): one for one in attachments(view, route, namespace)}
        parents = route.view(RouteSpec).parents
        if not parents:
            yield found(CODE, written, "the route names no parent", "add parentRefs", ("spec",))
        for index, parent in enumerate(parents):
            verdict = verdicts.get(id(parent))
            if verdict is None:
                yield _uncounted(world, written, index, parent)
            elif verdict.service is not None:
                yield from _portless(written, index, parent, verdict.service)
            elif not verdict.accepted:
                cause, remedy = _REFUSED[verdict.reason]
                text = f"{verdict.reason}: Gateway {parent.namespace}/{parent.name} does not take the route: {cause}"
                yield found(CODE, written, text, remedy, ("spec", "parentRefs", index))


def _portless(written: Written, index: int, parent: ParentRef, service: Resource) -> Iterable[Finding]:
    """A port that the Service lacks: Kuma accepts it, and the route is never used. Source: GW-101, GW-104."""
    ports = [port.get("port") for port in dig(service.spec, "ports", default=())]
    if parent.port is not None and parent.port not in ports:
        cause = f"Service {parent.namespace}/{parent.name} has no port {parent.port}, so the route is never used"
        remedy = f"name one of its ports: {', '.join(map(str, ports))}"
        yield found(CODE, written, cause, remedy, ("spec", "parentRefs", index, "port"))


def _uncounted(world: Converged, written: Written, index: int, parent: ParentRef) -> Finding:
    """A parent that Kuma passes over without a word in the status."""
    cause, remedy = _why(world, written, parent)
    return found(CODE, written, f"{cause}, so it gets no status for it", remedy, ("spec", "parentRefs", index))


def _why(world: Converged, written: Written, parent: ParentRef) -> tuple[str, str]:
    store, named = written.store, f"{parent.kind} {parent.namespace}/{parent.name}"
    if not parent.is_gateway and not parent.is_service:
        return f"the route names {named}, and Kuma knows only Gateways and Services as parents", "name a Gateway"
    group = GROUP if parent.is_gateway else ""
    key = Key(group, parent.kind, parent.namespace, parent.name)
    gateway = world.stores[store].get(key)
    if gateway is None:
        zones = [zone for zone in world.zones() if zone != store and key in world.stores[zone]]
        where = f" (it exists in {', '.join(zones)})" if zones else ""
        same = [one.namespace for one in world.stores[store].list(group, parent.kind) if one.name == parent.name]
        hint = f"name its namespace: `namespace: {same[0]}`" if same else f"create {named} in {store}"
        return f"the route names {named}, which {store} does not have{where}", hint
    class_name = str(gateway.spec.get("gatewayClassName", ""))
    assert kuma_class(world.view(store), class_name) is None
    there = world.view(store).get("GatewayClass", "", class_name, GROUP) is not None
    why = "belongs to another controller" if there else "does not exist"
    return f"the route names {named}, whose GatewayClass {class_name} {why}", "use a GatewayClass of Kuma's"
