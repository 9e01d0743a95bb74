"""Why the conditions of an HTTPRoute are as they are, and why a parent has none.

Source: GW-84 to GW-133.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches

import attrs

from kumasim.domain.reconcilers.gateway_api import GROUP, GatewaySpec, ParentRef, RouteSpec, is_kumas
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import thaw
from kumasim.projections.explain.backends import unresolved
from kumasim.projections.explain.conditions import conditions_of, parent_text
from kumasim.projections.explain.failures import failing
from kumasim.projections.explain.making import merged, patched, repair, service_named
from kumasim.projections.explain.rules import rule
from kumasim.projections.explain.scene import Cause, Explained, Line, Repair, Scene, line_of


def http_route(scene: Scene, route: Resource) -> Iterable[Explained]:
    """Every condition of every parent, in the order of the spec; then what keeps the controller from its work."""
    written = [(about, one) for about, one in conditions_of(route)]
    for parent in route.view(RouteSpec).parents:
        about = parent_text(parent)
        mine = [one for said, one in written if said == about]
        if not mine:
            yield _no_entry(scene, route, parent)
        for one in mine:
            type_, status, reason = str(one.get("type")), str(one.get("status")), str(one.get("reason"))
            yield Explained(
                about, type_, status, reason, str(one.get("message", "")), _cause(scene, route, parent, type_, reason)
            )
    yield from failing(scene, "http-route", route.key)


def _cause(scene: Scene, route: Resource, parent: ParentRef, type_: str, reason: str) -> Cause:
    known = rule("HTTPRoute", type_, reason)
    lines = (line_of(route), *_parent_lines(scene, parent))
    known = attrs.evolve(known, lines=lines)
    if reason in _UNRESOLVED:
        return unresolved(scene, route, parent, known)
    offers = _OFFERS.get(reason)
    gateway = scene.held(Key(GROUP, "Gateway", parent.namespace, parent.name))
    if offers is None or gateway is None:
        return known
    return attrs.evolve(known, repairs=tuple(offers(scene, route, parent, gateway)))


_UNRESOLVED = frozenset(("BackendNotFound", "RefNotPermitted", "InvalidKind"))


def _parent_lines(scene: Scene, parent: ParentRef) -> tuple[Line, ...]:
    group = GROUP if parent.is_gateway else ""
    found = scene.held(Key(group, parent.kind, parent.namespace, parent.name))
    return () if found is None else (line_of(found),)


# --------------------------------------------------------------------------- not accepted


def _index(route: Resource, parent: ParentRef) -> int:
    return route.view(RouteSpec).parents.index(parent)


def _hostnames(scene: Scene, route: Resource, parent: ParentRef, gateway: Resource) -> Iterable[Repair]:
    listeners = gateway.view(GatewaySpec).listeners
    named = [one for one in listeners if parent.section is None or one.name == parent.section]
    if not named:
        yield from _sections(scene, route, parent, gateway)
    hosts = [one.hostname for one in named if one.hostname]
    if hosts:
        wanted = [host.replace("*", "www", 1) for host in hosts]
        title = f"let the route serve {', '.join(wanted)}"
        yield repair(title, scene.store, merged(route, {"spec": {"hostnames": wanted}}))
        yield repair(
            "leave out the route's hostnames: it then serves those of the listeners",
            scene.store,
            merged(route, {"spec": {"hostnames": None}}),
        )


def _sections(scene: Scene, route: Resource, parent: ParentRef, gateway: Resource) -> Iterable[Repair]:
    names = [one.name for one in gateway.view(GatewaySpec).listeners]
    path = f"/spec/parentRefs/{_index(route, parent)}/sectionName"
    close = get_close_matches(parent.section or "", names, 1) or names[:1]
    for name in close:
        operation = {"op": "replace", "path": path, "value": name}
        yield repair(f"name the listener {name} in sectionName", scene.store, patched(route, operation))
    yield repair("leave out sectionName", scene.store, patched(route, {"op": "remove", "path": path}))


def _namespaces(scene: Scene, route: Resource, parent: ParentRef, gateway: Resource) -> Iterable[Repair]:
    for index, listener in enumerate(gateway.view(GatewaySpec).listeners):
        if parent.section is not None and listener.name != parent.section:
            continue
        allowed = thaw(gateway.spec["listeners"][index]).get("allowedRoutes") or {}
        allowed["namespaces"] = {
            "from": "Selector",
            "selector": {"matchLabels": {"kubernetes.io/metadata.name": route.namespace}},
        }
        operation = {"op": "add", "path": f"/spec/listeners/{index}/allowedRoutes", "value": allowed}
        title = f"let listener {listener.name} take routes of namespace {route.namespace}"
        yield repair(title, scene.store, patched(gateway, operation))


_OFFERS: dict[str, Callable[[Scene, Resource, ParentRef, Resource], Iterable[Repair]]] = {
    "NoMatchingListenerHostname": _hostnames,
    "NoMatchingParent": _sections,
    "NotAllowedByListeners": _namespaces,
}


# --------------------------------------------------------------------------- no entry at all


def _no_entry(scene: Scene, route: Resource, parent: ParentRef) -> Explained:
    """A parent that the status does not mention. Source: GW-84, GW-85, GW-102."""
    finder = _service_parent if parent.is_service else _gateway_parent if parent.is_gateway else _other_parent
    cause = attrs.evolve(finder(scene, route, parent), lines=(line_of(route), *_parent_lines(scene, parent)))
    return Explained(parent_text(parent), "Accepted", "-", "", "the status has no entry for this parent", cause)


_NOTHING = "no request reaches the route by this parent"


def _other_parent(_: Scene, __: Resource, parent: ParentRef) -> Cause:
    return Cause(
        "parents are Gateways or Services; others are passed over", "GW-84",
        missing=(f"{parent.kind} of group {parent.group or 'core'} cannot be a parent",), effect=_NOTHING,
    )  # fmt: skip


def _service_parent(scene: Scene, route: Resource, parent: ParentRef) -> Cause:
    """A missing one, or one that came after the route: nobody looks again until the route is touched (GW-208)."""
    key = Key("", "Service", parent.namespace, parent.name)
    touched = merged(route, {"metadata": {"annotations": {"touched": "once"}}})
    if scene.held(key) is not None:
        title = "touch the route, with an annotation for instance"
        return Cause(
            "a parent Service that was created after the route wakes nobody", "GW-208", effect=_NOTHING,
            repairs=(repair(title, scene.store, touched),),
        )  # fmt: skip
    made = service_named(parent.namespace, parent.name, parent.port or 80)
    title = f"create the Service {parent.namespace}/{parent.name}, then touch the route"
    return Cause(
        "a parent Service that does not exist is passed over", "GW-102",
        missing=(f"there is no Service {parent.namespace}/{parent.name} in {scene.store}",),
        elsewhere=scene.elsewhere(key), effect=_NOTHING, repairs=(repair(title, scene.store, made, touched),),
    )  # fmt: skip


def _gateway_parent(scene: Scene, route: Resource, parent: ParentRef) -> Cause:
    key = Key(GROUP, "Gateway", parent.namespace, parent.name)
    gateway = scene.held(key)
    if gateway is None:
        return Cause(
            "a Gateway that does not exist is passed over", "GW-85",
            missing=(f"there is no Gateway {parent.namespace}/{parent.name} in {scene.store}",),
            elsewhere=(*scene.elsewhere(key), *(line_of(one, scene.store) for one in _namesakes(scene, parent))),
            effect=_NOTHING, repairs=tuple(_other_gateways(scene, route, parent)),
        )  # fmt: skip
    name = gateway.view(GatewaySpec).class_name
    found = scene.held(Key(GROUP, "GatewayClass", "", name))
    if found is not None and is_kumas(found):
        return Cause(
            "the controller has not come to this route, or cannot finish", "GW-28, GW-214 [U]", effect=_NOTHING
        )
    missing = (
        f"there is no GatewayClass {name}" if found is None else f"GatewayClass {name} belongs to another controller"
    )
    return Cause(
        "Gateways of classes that are not Kuma's are left alone, and so are their routes", "GW-11, GW-22, GW-85",
        missing=(missing,), effect=_NOTHING, repairs=tuple(kuma_classes(scene, gateway)),
    )  # fmt: skip


def _namesakes(scene: Scene, parent: ParentRef) -> list[Resource]:
    return [one for one in scene.stores[scene.store].list(GROUP, "Gateway") if one.name == parent.name]


def _other_gateways(scene: Scene, route: Resource, parent: ParentRef) -> Iterable[Repair]:
    path = f"/spec/parentRefs/{_index(route, parent)}"
    for other in _namesakes(scene, parent):
        operation = {"op": "add", "path": f"{path}/namespace", "value": other.namespace}
        yield repair(f"name the namespace {other.namespace} in the parentRef", scene.store, patched(route, operation))
    names = [one.name for one in scene.stores[scene.store].list(GROUP, "Gateway", parent.namespace)]
    for name in get_close_matches(parent.name, names, 2):
        operation = {"op": "replace", "path": f"{path}/name", "value": name}
        yield repair(f"name the Gateway {name}, which exists", scene.store, patched(route, operation))


def kuma_classes(scene: Scene, gateway: Resource) -> Iterable[Repair]:
    """A Gateway may take a class that is Kuma's."""
    for found in scene.stores[scene.store].list(GROUP, "GatewayClass"):
        if is_kumas(found):
            patch = merged(gateway, {"spec": {"gatewayClassName": found.name}})
            yield repair(f"let the Gateway be of GatewayClass {found.name}", scene.store, patch)
