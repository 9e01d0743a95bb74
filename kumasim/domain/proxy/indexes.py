"""The ways in which configuration finds what it needs, so that its cost follows what it concerns."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from kumasim.domain.policy.identity import NAMESPACE_TAG, SERVICE_TAG, content, core_name, mesh_of
from kumasim.domain.resource import Resource
from kumasim.domain.store import Index
from kumasim.domain.tree import dig

Found = Iterable[Hashable]


def inbounds(dataplane: Resource) -> tuple[Any, ...]:
    """The inbounds of a Dataplane, as written."""
    return dig(content(dataplane), "networking", "inbound", default=())  # type: ignore[no-any-return]


def is_builtin(dataplane: Resource) -> bool:
    """Whether a Dataplane is a built-in gateway; a gateway without a type is a delegated one."""
    return bool(dig(content(dataplane), "networking", "gateway", "type") == "BUILTIN")


def _services(dataplane: Resource) -> Found:
    mesh = mesh_of(dataplane)
    return sorted({(mesh, dig(inbound, "tags", SERVICE_TAG, default="")) for inbound in inbounds(dataplane)})


def _by_mesh(resource: Resource) -> Found:
    return (mesh_of(resource),)


def _sidecars(dataplane: Resource) -> Found:
    return () if is_builtin(dataplane) else (mesh_of(dataplane),)


def _gateways(dataplane: Resource) -> Found:
    return (mesh_of(dataplane),) if is_builtin(dataplane) else ()


def _advertised(ingress: Resource) -> Found:
    available = dig(content(ingress), "availableServices", default=())
    return sorted(
        {(dig(one, "mesh", default="default"), dig(one, "tags", SERVICE_TAG, default="")) for one in available}
    )


def _advertised_meshes(ingress: Resource) -> Found:
    available = dig(content(ingress), "availableServices", default=())
    return sorted({dig(one, "mesh", default="default") for one in available})


def _zone(ingress: Resource) -> Found:
    return (dig(content(ingress), "zone", default=""),)


def _external(service: Resource) -> Found:
    return ((mesh_of(service), dig(content(service), "tags", SERVICE_TAG, default="")),)


def destination_name(service: Resource, port: int) -> str:
    """What a MeshService's port is called as a destination; a Service's has its service tag. Source: C-30, KDS-211."""
    return f"{core_name(service).replace('.', '_')}_svc_{port}"


def _destinations(service: Resource) -> Found:
    ports = dig(content(service), "ports", default=())
    return [(mesh_of(service), destination_name(service, dig(port, "port", default=0))) for port in ports]


def _namespaces(dataplane: Resource) -> Found:
    mesh = mesh_of(dataplane)
    return sorted({(mesh, dig(one, "tags", NAMESPACE_TAG, default="")) for one in inbounds(dataplane)})


def _labels(dataplane: Resource) -> Found:
    """Mesh, name and value of the tags that are not Kuma's own: labels of pods, or what users chose."""
    mesh, tags = mesh_of(dataplane), [dig(one, "tags", default={}) for one in inbounds(dataplane)]
    return sorted({(mesh, key, value) for each in tags for key, value in each.items() if "kuma.io/" not in key})


def _backends(route: Resource) -> Found:
    mesh = mesh_of(route)
    names: set[str] = set()
    for item in dig(content(route), "to", default=()):
        for rule in dig(item, "rules", default=()):
            refs = [*dig(rule, "default", "backendRefs", default=())]
            for each in dig(rule, "default", "filters", default=()):
                refs.append(dig(each, "requestMirror", "backendRef", default={}))
            names.update(dig(ref, "name", default="") for ref in refs)
    return sorted((mesh, name) for name in names if name)


def _old_backends(route: Resource) -> Found:
    mesh = mesh_of(route)
    names = {
        dig(backend, "destination", SERVICE_TAG, default="")
        for protocol in ("http", "tcp")
        for rule in dig(content(route), "conf", protocol, "rules", default=())
        for backend in dig(rule, "backends", default=())
    }
    return sorted((mesh, name) for name in names if name)


def _secrets(gateway: Resource) -> Found:
    listeners = dig(content(gateway), "conf", "listeners", default=())
    trees = [one for listener in listeners for one in dig(listener, "tls", "certificates", default=())]
    return sorted({dig(one, "secret", default="") for one in trees} - {""})


def _kubernetes_services(dataplane: Resource) -> Found:
    names = {dig(one, "tags", "k8s.kuma.io/service-name") for one in inbounds(dataplane)}
    return sorted((dataplane.namespace, name) for name in names if name)


INDEXES: tuple[Index, ...] = (
    Index("proxy-dataplane-by-kubernetes-service", "Dataplane", _kubernetes_services),
    Index("proxy-dataplane-by-service", "Dataplane", _services),
    Index("proxy-sidecar-by-mesh", "Dataplane", _sidecars),
    Index("proxy-sidecar-by-namespace", "Dataplane", _namespaces),
    Index("proxy-dataplane-by-label", "Dataplane", _labels),
    Index("proxy-gateway-by-mesh", "Dataplane", _gateways),
    Index("proxy-ingress-by-service", "ZoneIngress", _advertised),
    Index("proxy-ingress-by-mesh", "ZoneIngress", _advertised_meshes),
    Index("proxy-ingress-by-zone", "ZoneIngress", _zone),
    Index("proxy-egress-by-zone", "ZoneEgress", _zone),
    Index("proxy-external-by-service", "ExternalService", _external),
    Index("proxy-external-by-mesh", "ExternalService", _by_mesh),
    Index("proxy-meshgateway-by-mesh", "MeshGateway", _by_mesh),
    Index("proxy-meshgateway-by-secret", "MeshGateway", _secrets),
    Index("proxy-httproute-by-mesh", "MeshHTTPRoute", _by_mesh),
    Index("proxy-httproute-by-backend", "MeshHTTPRoute", _backends),
    Index("proxy-tcproute-by-mesh", "MeshTCPRoute", _by_mesh),
    Index("proxy-tcproute-by-backend", "MeshTCPRoute", _backends),
    Index("proxy-gatewayroute-by-mesh", "MeshGatewayRoute", _by_mesh),
    Index("proxy-gatewayroute-by-backend", "MeshGatewayRoute", _old_backends),
    Index("proxy-permission-by-mesh", "MeshTrafficPermission", _by_mesh),
    Index("proxy-old-permission-by-mesh", "TrafficPermission", _by_mesh),
    Index("proxy-balancing-by-mesh", "MeshLoadBalancingStrategy", _by_mesh),
    Index("proxy-meshservice-by-mesh", "MeshService", _by_mesh),
    Index("proxy-meshservice-by-destination", "MeshService", _destinations),
)
"""Every index that `generate` and `affected` use; a store that serves them must declare all of these."""
