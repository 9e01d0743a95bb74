"""The MeshHTTPRoutes that an HTTPRoute is turned into: one for each accepted parent, in the system namespace.

Source: GW-136 to GW-147.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.reconcilers.gateway.listeners import LISTENER_TAG
from kumasim.domain.reconcilers.gateway_api import KUMA_API_VERSION, ParentRef, RouteSpec
from kumasim.domain.reconcilers.names import (
    MESH_LABEL,
    OWNER_LABEL,
    fnv1_32,
    mesh_gateway_name,
    owner_label,
    service_tag,
)
from kumasim.domain.resource import Metadata, Resource
from kumasim.domain.tree import FrozenMap, dig, freeze

DOCUMENTED_BUDGET = 249
"""How long the names and namespaces of route and parent Service may be together, as documented. Source: GW-142."""

_NAME_LIMIT = 244


def gateway_route_name(route: Resource, parent: ParentRef) -> str:
    """The name of the MeshHTTPRoute for a Gateway parent.

    Source: GW-138 (`echo-kuma-demo-95de594d` for route echo to Gateway kuma in kuma-demo, `echo-kuma-demo-b6549b7b`
    with sectionName proxy).
    """
    told_apart = f"{parent.port or 0}{parent.section or ''}{parent.name}{parent.namespace}{parent.kind}{parent.group}"
    return f"{_cut(f'{route.name}-{route.namespace}')}-{fnv1_32(told_apart)}"


def service_route_name(route: Resource, service: Resource) -> str:
    """The name of the MeshHTTPRoute for a Service parent: no hash, not shortened, without port. Source: GW-140."""
    return f"{route.name}-{route.namespace}-{service.name}.{service.namespace}"


def budget_used(route: Resource, service: Resource) -> int:
    """How long names and namespaces of a route and its parent Service are together. Source: GW-142."""
    return sum(map(len, (route.name, route.namespace, service.name, service.namespace)))


def for_gateway(
    system_namespace: str, mesh: str, route: Resource, parent: ParentRef, rules: tuple[FrozenMap, ...]
) -> Resource:
    """The MeshHTTPRoute for a Gateway parent. Source: GW-139."""
    target: dict[str, Any] = {"kind": "MeshGateway", "name": mesh_gateway_name(parent.namespace, parent.name)}
    if parent.section is not None:
        target["tags"] = {LISTENER_TAG: parent.section}
    to: dict[str, Any] = {"targetRef": {"kind": "Mesh"}, "rules": rules}
    hostnames = route.view(RouteSpec).hostnames
    if hostnames:
        to["hostnames"] = hostnames
    return _made(system_namespace, mesh, route, gateway_route_name(route, parent), {"targetRef": target, "to": [to]})


def for_service(
    system_namespace: str,
    mesh: str,
    route: Resource,
    parent: ParentRef,
    service: Resource,
    rules: tuple[FrozenMap, ...],
) -> Resource:
    """The MeshHTTPRoute for a Service parent: one destination per port, for all callers or those of one namespace.

    A producer route (same namespace as the Service) applies to the whole mesh, a consumer route to the workloads of its
    own namespace. Hostnames are not looked at.

    Source: GW-144, GW-145, GW-146, GW-147.
    """
    target: dict[str, Any] = {"kind": "Mesh"}
    if route.namespace != service.namespace:
        target = {"kind": "MeshSubset", "tags": {"k8s.kuma.io/namespace": route.namespace}}
    ports = [entry.get("port") for entry in dig(service.spec, "ports", default=())]
    if parent.port is not None:
        ports = [parent.port]
    to = [
        {
            "targetRef": {"kind": "MeshService", "name": service_tag(service.namespace, service.name, port)},
            "rules": rules,
        }
        for port in ports
    ]
    return _made(system_namespace, mesh, route, service_route_name(route, service), {"targetRef": target, "to": to})


def _made(namespace: str, mesh: str, route: Resource, name: str, spec: dict[str, Any]) -> Resource:
    labels = FrozenMap({OWNER_LABEL: owner_label(route.namespace, route.name), MESH_LABEL: mesh})
    meta = Metadata(name, namespace, labels=labels)
    return Resource(KUMA_API_VERSION, "MeshHTTPRoute", meta, freeze({"spec": spec}), origin=route.origin)


def _cut(name: str) -> str:
    return name[:_NAME_LIMIT].removesuffix("-")
