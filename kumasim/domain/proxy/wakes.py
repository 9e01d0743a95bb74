"""Which proxies' configuration depends on a changed object, so that a change costs what it affects.

The answer may hold a proxy whose configuration turns out unchanged, never miss one that changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kumasim.domain.policy import target_ref
from kumasim.domain.policy.identity import KUMA, SERVICE_TAG, content, mesh_of
from kumasim.domain.proxy import indexes
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import dig

Affects = Callable[[View, Resource], Iterable[Resource]]


def affected(view: View, changed: Resource) -> tuple[Key, ...]:
    """The keys of the Dataplanes whose configuration may differ once an object has changed, sorted.

    Args:
        view: the control plane's, with the change taken in; its store declares `indexes.INDEXES`.
        changed: the object; to be asked for its old and its new form, as with reconcilers.
    """
    key = changed.key
    affects = AFFECTS.get((key.group, key.kind))
    if affects is None:
        return ()
    found = {dataplane.key for dataplane in affects(view, changed)}
    if (key.group, key.kind) == (KUMA, "Dataplane"):
        found.add(key)
    return tuple(sorted(found))


def _sidecars(view: View, mesh: str) -> tuple[Resource, ...]:
    return view.find("proxy-sidecar-by-mesh", mesh)


def _gateways(view: View, mesh: str) -> tuple[Resource, ...]:
    return view.find("proxy-gateway-by-mesh", mesh)


def _everybody(view: View, mesh: str) -> Iterable[Resource]:
    return (*_sidecars(view, mesh), *_gateways(view, mesh))


def _calling(view: View, mesh: str, services: Iterable[str]) -> Iterable[Resource]:
    """The built-in gateways that may call one of these services: all of the mesh if some route names it."""
    lookups = ("proxy-httproute-by-backend", "proxy-tcproute-by-backend", "proxy-gatewayroute-by-backend")
    named = any(view.find(lookup, (mesh, service)) for service in services for lookup in lookups)
    return _gateways(view, mesh) if named else ()


def _crossing(view: View, mesh: str) -> Iterable[Resource]:
    """Everybody in the zone, if a gateway of this mesh takes callers from other meshes (E-2, E-14)."""
    gateways = view.find("proxy-meshgateway-by-mesh", mesh)
    return view.list("Dataplane", group=KUMA) if any(map(_takes_other_meshes, gateways)) else ()


def _takes_other_meshes(gateway: Resource) -> bool:
    listeners = dig(content(gateway), "conf", "listeners", default=())
    return any(dig(listener, "crossMesh") for listener in listeners)


def _dataplane(view: View, changed: Resource) -> Iterable[Resource]:
    mesh = mesh_of(changed)
    if indexes.is_builtin(changed):
        return _crossing(view, mesh)
    services = sorted({dig(one, "tags", SERVICE_TAG, default="") for one in indexes.inbounds(changed)})
    return (*_sidecars(view, mesh), *_calling(view, mesh, services))


def _route(view: View, changed: Resource) -> Iterable[Resource]:
    mesh = mesh_of(changed)
    ref = target_ref.read(dig(content(changed), "targetRef"))
    return _gateways(view, mesh) if ref.kind == "MeshGateway" else _everybody(view, mesh)


def _mesh(view: View, changed: Resource) -> Iterable[Resource]:
    return (*_everybody(view, changed.name), *_crossing(view, changed.name))


def _in_mesh(view: View, changed: Resource) -> Iterable[Resource]:
    return _everybody(view, mesh_of(changed))


def _old_route(view: View, changed: Resource) -> Iterable[Resource]:
    return _gateways(view, mesh_of(changed))


def _mesh_gateway(view: View, changed: Resource) -> Iterable[Resource]:
    """The changed form counts too: a listener that just ceased to be crossMesh is still everybody's outbound."""
    crossing = view.list("Dataplane", group=KUMA) if _takes_other_meshes(changed) else ()
    return (*_gateways(view, mesh_of(changed)), *crossing)


def _sidecars_in_mesh(view: View, changed: Resource) -> Iterable[Resource]:
    return _sidecars(view, mesh_of(changed))


def _ingress(view: View, changed: Resource) -> Iterable[Resource]:
    available = dig(content(changed), "availableServices", default=())
    for mesh in sorted({dig(one, "mesh", default="default") for one in available}):
        yield from (*_everybody(view, mesh), *_crossing(view, mesh))


def _egress(view: View, _: Resource) -> Iterable[Resource]:
    return view.list("Dataplane", group=KUMA)


def _service(view: View, changed: Resource) -> Iterable[Resource]:
    """A Service's address is an outbound of every sidecar of the meshes that its pods are in. Source: B-48."""
    meshes = {
        mesh_of(dataplane)
        for dataplane in view.list("Dataplane", changed.namespace, KUMA)
        if any(dig(one, "tags", "k8s.kuma.io/service-name") == changed.name for one in indexes.inbounds(dataplane))
    }
    for mesh in sorted(meshes):
        yield from _sidecars(view, mesh)


def _config_map(view: View, changed: Resource) -> Iterable[Resource]:
    name = changed.name
    if name.startswith("kuma-") and name.endswith("-dns-vips") and changed.namespace == view.around.system_namespace:
        yield from _sidecars(view, name.removeprefix("kuma-").removesuffix("-dns-vips"))


def _secret(view: View, changed: Resource) -> Iterable[Resource]:
    if changed.namespace == view.around.system_namespace:
        for gateway in view.find("proxy-meshgateway-by-secret", changed.name):
            yield from _gateways(view, mesh_of(gateway))


AFFECTS: dict[tuple[str, str], Affects] = {
    ("", "ConfigMap"): _config_map,
    ("", "Secret"): _secret,
    ("", "Service"): _service,
    (KUMA, "Dataplane"): _dataplane,
    (KUMA, "ExternalService"): _in_mesh,
    (KUMA, "Mesh"): _mesh,
    (KUMA, "MeshGateway"): _mesh_gateway,
    (KUMA, "MeshGatewayRoute"): _old_route,
    (KUMA, "MeshHTTPRoute"): _route,
    (KUMA, "MeshService"): _in_mesh,
    (KUMA, "MeshTCPRoute"): _route,
    (KUMA, "MeshTrafficPermission"): _sidecars_in_mesh,
    (KUMA, "TrafficPermission"): _in_mesh,
    (KUMA, "ZoneEgress"): _egress,
    (KUMA, "ZoneIngress"): _ingress,
}
"""For each kind that configuration depends on, the Dataplanes that a change of such an object touches."""

WATCHED: tuple[tuple[str, str], ...] = tuple(AFFECTS)
"""(group, kind) of everything that configuration depends on."""

INDEXES = indexes.INDEXES
"""What a store must declare for `generate` and `affected`."""
