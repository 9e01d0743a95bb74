"""Which proxies' configuration depends on a changed object, so that a change costs what it affects.

The answer may hold a proxy whose configuration turns out unchanged, never miss one that changes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import cast

from kumasim.domain.policy import target_ref
from kumasim.domain.policy.identity import KUMA, SERVICE_TAG, content, mesh_of
from kumasim.domain.proxy import indexes
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import dig

Scope = tuple[str, Hashable]
"""Some Dataplanes, named and not listed: the name of an index and what it is asked for, or one of the two below. A
thousand sidecars of a mesh that a change touches are one scope, whatever their number."""

ITSELF = "itself"
"""A scope with one key."""
ZONE = "zone"
"""The scope of every Dataplane of the zone."""

Affects = Callable[[View, Resource], Iterable[Scope]]


def touched(view: View, changed: Resource) -> frozenset[Scope]:
    """The scopes of Dataplanes whose configuration may differ once an object has changed.

    Args:
        view: the control plane's, with the change taken in; its store declares `indexes.INDEXES`.
        changed: the object; to be asked for its old and its new form, as with reconcilers.
    """
    key = changed.key
    affects = AFFECTS.get((key.group, key.kind))
    return frozenset() if affects is None else frozenset((*affects(view, changed), *_doors(view, changed)))


def members(view: View, scope: Scope) -> Iterable[Key]:
    """The Dataplanes of a scope."""
    name, asked = scope
    if name == ITSELF:
        return (cast(Key, asked),)
    found = view.list("Dataplane", group=KUMA) if name == ZONE else view.find(name, asked)
    return [dataplane.key for dataplane in found]


def affected(view: View, changed: Resource) -> tuple[Key, ...]:
    """The keys of the Dataplanes that `touched` names, sorted."""
    return tuple(sorted({key for scope in touched(view, changed) for key in members(view, scope)}))


DOORS = {
    "Dataplane": ("ingress",),
    "MeshService": ("ingress",),
    "Mesh": ("ingress", "egress"),
    "ZoneIngress": ("ingress", "egress"),
    "ZoneEgress": ("egress",),
    "ExternalService": ("egress",),
    "MeshTrafficPermission": ("egress",),
    "TrafficPermission": ("egress",),
}
"""Which of the zone's own ingresses and egresses depend on each kind. Source: KDS-205, KDS-213."""


def _doors(view: View, changed: Resource) -> Iterable[Scope]:
    for door in DOORS.get(changed.kind, ()):
        for zone in ("", view.around.zone):
            yield (f"proxy-{door}-by-zone", zone)


def _sidecars(mesh: str) -> Scope:
    return ("proxy-sidecar-by-mesh", mesh)


def _gateways(mesh: str) -> Scope:
    return ("proxy-gateway-by-mesh", mesh)


def _everybody(mesh: str) -> tuple[Scope, ...]:
    return (_sidecars(mesh), _gateways(mesh))


def _calling(view: View, mesh: str, services: Iterable[str]) -> Iterable[Scope]:
    """The built-in gateways that may call one of these services: all of the mesh if some route names it."""
    lookups = ("proxy-httproute-by-backend", "proxy-tcproute-by-backend", "proxy-gatewayroute-by-backend")
    named = any(view.find(lookup, (mesh, service)) for service in services for lookup in lookups)
    return (_gateways(mesh),) if named else ()


def _crossing(view: View, mesh: str) -> Iterable[Scope]:
    """Everybody in the zone, if a gateway of this mesh takes callers from other meshes (E-2, E-14)."""
    gateways = view.find("proxy-meshgateway-by-mesh", mesh)
    return (_EVERYWHERE,) if any(map(_takes_other_meshes, gateways)) else ()


def _takes_other_meshes(gateway: Resource) -> bool:
    listeners = dig(content(gateway), "conf", "listeners", default=())
    return any(dig(listener, "crossMesh") for listener in listeners)


def _dataplane(view: View, changed: Resource) -> Iterable[Scope]:
    mesh, itself = mesh_of(changed), (ITSELF, changed.key)
    if indexes.is_builtin(changed):
        return (itself, *_crossing(view, mesh))
    services = sorted({dig(one, "tags", SERVICE_TAG, default="") for one in indexes.inbounds(changed)})
    return (itself, _sidecars(mesh), *_calling(view, mesh, services))


def _route(view: View, changed: Resource) -> Iterable[Scope]:
    mesh = mesh_of(changed)
    ref = target_ref.read(dig(content(changed), "targetRef"))
    return (_gateways(mesh),) if ref.kind == "MeshGateway" else _everybody(mesh)


def _mesh(view: View, changed: Resource) -> Iterable[Scope]:
    return (*_everybody(changed.name), *_crossing(view, changed.name))


def _in_mesh(view: View, changed: Resource) -> Iterable[Scope]:
    return _everybody(mesh_of(changed))


def _old_route(view: View, changed: Resource) -> Iterable[Scope]:
    return (_gateways(mesh_of(changed)),)


def _mesh_gateway(view: View, changed: Resource) -> Iterable[Scope]:
    """The changed form counts too: a listener that just ceased to be crossMesh is still everybody's outbound."""
    crossing = (_EVERYWHERE,) if _takes_other_meshes(changed) else ()
    return (_gateways(mesh_of(changed)), *crossing)


def _sidecars_in_mesh(view: View, changed: Resource) -> Iterable[Scope]:
    return (_sidecars(mesh_of(changed)),)


def _ingress(view: View, changed: Resource) -> Iterable[Scope]:
    available = dig(content(changed), "availableServices", default=())
    for mesh in sorted({dig(one, "mesh", default="default") for one in available}):
        yield from (*_everybody(mesh), *_crossing(view, mesh))


def _egress(view: View, _: Resource) -> Iterable[Scope]:
    return (_EVERYWHERE,)


def _service(view: View, changed: Resource) -> Iterable[Scope]:
    """A Service's address is an outbound of every sidecar of the meshes that its pods are in. Source: B-48."""
    pods = view.find("proxy-dataplane-by-kubernetes-service", (changed.namespace, changed.name))
    return [_sidecars(mesh) for mesh in sorted({mesh_of(dataplane) for dataplane in pods})]


def _config_map(view: View, changed: Resource) -> Iterable[Scope]:
    name = changed.name
    if name.startswith("kuma-") and name.endswith("-dns-vips") and changed.namespace == view.around.system_namespace:
        yield _sidecars(name.removeprefix("kuma-").removesuffix("-dns-vips"))


def _config(view: View, changed: Resource) -> Iterable[Scope]:
    """The same table on Universal."""
    yield _sidecars(changed.name.removeprefix("kuma-").removesuffix("-dns-vips"))


def _secret(view: View, changed: Resource) -> Iterable[Scope]:
    if view.around.universal or changed.namespace == view.around.system_namespace:
        for gateway in view.find("proxy-meshgateway-by-secret", changed.name):
            yield _gateways(mesh_of(gateway))


_EVERYWHERE: Scope = (ZONE, "")

AFFECTS: dict[tuple[str, str], Affects] = {
    ("", "ConfigMap"): _config_map,
    ("", "Secret"): _secret,
    ("", "Service"): _service,
    (KUMA, "Config"): _config,
    (KUMA, "Secret"): _secret,
    (KUMA, "Dataplane"): _dataplane,
    (KUMA, "ExternalService"): _in_mesh,
    (KUMA, "Mesh"): _mesh,
    (KUMA, "MeshGateway"): _mesh_gateway,
    (KUMA, "MeshGatewayRoute"): _old_route,
    (KUMA, "MeshHTTPRoute"): _route,
    (KUMA, "MeshLoadBalancingStrategy"): _in_mesh,
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
