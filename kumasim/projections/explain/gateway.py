"""Why the conditions of a Gateway and of its listeners are as they are.

Source: GW-21 to GW-57.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from kumasim.domain.reconcilers.gateway_api import GROUP, GatewaySpec, Listener, is_accepted, is_kumas
from kumasim.domain.reconcilers.reference_grants import is_permitted
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import thaw
from kumasim.projections.explain.conditions import conditions_of
from kumasim.projections.explain.failures import failing
from kumasim.projections.explain.gateway_class import parameter_repairs
from kumasim.projections.explain.http_route import kuma_classes
from kumasim.projections.explain.making import grant, patched, repair, together
from kumasim.projections.explain.rules import rule
from kumasim.projections.explain.scene import GOOD, Cause, Explained, Line, Repair, Scene, line_of


def gateway(scene: Scene, found: Resource) -> Iterable[Explained]:
    """Every condition, the Gateway's own first; then what keeps the controller from its work."""
    listeners = {f"listener {one.name}": (index, one) for index, one in enumerate(found.view(GatewaySpec).listeners)}
    for about, one in conditions_of(found):
        type_, status, reason = str(one.get("type")), str(one.get("status")), str(one.get("reason"))
        if about:
            cause = _of_listener(scene, found, *listeners[about], type_, reason) if about in listeners else Cause()
        else:
            cause = _of_gateway(scene, found, type_, reason)
        yield Explained(about, type_, status, reason, str(one.get("message", "")), cause)
    yield from failing(scene, "gateway", found.key)


def _of_gateway(scene: Scene, found: Resource, type_: str, reason: str) -> Cause:
    known = attrs.evolve(rule("Gateway", type_, reason), lines=(line_of(found), *_class_lines(scene, found)))
    if reason == "Pending":
        return _pending(scene, found, known)
    if reason == "Invalid":
        bad = _bad_listeners(found)
        offers = [
            offer for index, one, type_, why in bad for offer in _repairs(scene, found, index, one, type_, why)[:1]
        ]
        told = tuple(f"listener {one.name} is not programmed: {type_} says {why}" for _, one, type_, why in bad)
        # Listeners are named by their place; the last one is changed first, so that the places of the others stay.
        return attrs.evolve(known, missing=told, repairs=(together(*reversed(offers)),) if offers else ())
    return known


def _class_lines(scene: Scene, found: Resource) -> tuple[Line, ...]:
    held = scene.held(Key(GROUP, "GatewayClass", "", found.view(GatewaySpec).class_name))
    return () if held is None or held.origin is None else (line_of(held),)


def _pending(scene: Scene, found: Resource, known: Cause) -> Cause:
    """Source: GW-22, GW-23."""
    name = found.view(GatewaySpec).class_name
    held = scene.held(Key(GROUP, "GatewayClass", "", name))
    if held is None or not is_kumas(held):
        missing = f"there is no GatewayClass {name}" if held is None else f"GatewayClass {name} is another controller's"
        elsewhere = scene.elsewhere(Key(GROUP, "GatewayClass", "", name)) if held is None else ()
        return attrs.evolve(
            known, source="GW-22, GW-25", missing=(missing,), elsewhere=elsewhere,
            repairs=tuple(kuma_classes(scene, found)),
        )  # fmt: skip
    if not is_accepted(held):
        missing = f"GatewayClass {name} is not Accepted, so that the Gateway is frozen"
        return attrs.evolve(
            known, source="GW-23, GW-25", missing=(missing,), repairs=tuple(parameter_repairs(scene, held))
        )
    return attrs.evolve(known, missing=tuple(one.message for one in failing(scene, "gateway", found.key)))


# --------------------------------------------------------------------------- listeners


def _of_listener(scene: Scene, found: Resource, index: int, listener: Listener, type_: str, reason: str) -> Cause:
    known = attrs.evolve(rule("listener", type_, reason), lines=(line_of(found),))
    if (type_, reason) == ("Programmed", "Invalid"):
        bad = next(((kind, why) for at, _, kind, why in _bad_listeners(found) if at == index), None)
        if bad is None:
            return known
        return attrs.evolve(
            known, missing=(f"{bad[0]} says {bad[1]}",), effect=rule("listener", *bad).effect,
            repairs=_repairs(scene, found, index, listener, *bad),
        )  # fmt: skip
    if type_ == "ResolvedRefs" and listener.certificates:
        known = attrs.evolve(
            known,
            missing=tuple(_bad_certificates(scene, found, listener)),
            elsewhere=tuple(_secrets(scene, listener)),
        )
    return attrs.evolve(known, repairs=_repairs(scene, found, index, listener, type_, reason))


def _bad_listeners(found: Resource) -> list[tuple[int, Listener, str, str]]:
    """The first bad condition that explains why a listener is not programmed: index, listener, type, reason."""
    said: dict[str, list[tuple[str, str]]] = {}
    for about, one in conditions_of(found):
        type_ = str(one.get("type"))
        if about and type_ != "Programmed" and one.get("status") != GOOD.get(type_, "True"):
            said.setdefault(about, []).append((type_, str(one.get("reason"))))
    return [
        (index, one, *said[f"listener {one.name}"][0])
        for index, one in enumerate(found.view(GatewaySpec).listeners)
        if f"listener {one.name}" in said
    ]


def _bad_certificates(scene: Scene, found: Resource, listener: Listener) -> Iterable[str]:
    for one in listener.certificates:
        if not is_permitted(scene.view, "Gateway", found.namespace, one):
            yield f"no ReferenceGrant in namespace {one.namespace} permits {one.group_kind}/{one.full_name}"
        elif scene.held(Key(one.group, one.kind, one.namespace, one.name)) is None:
            yield f"there is no {one.group_kind}/{one.full_name} in {scene.store}"


def _secrets(scene: Scene, listener: Listener) -> Iterable[Line]:
    for one in listener.certificates:
        key = Key(one.group, one.kind, one.namespace, one.name)
        held = scene.held(key)
        if held is not None:
            yield line_of(held, scene.store)
        yield from scene.elsewhere(key)


def _repairs(
    scene: Scene, found: Resource, index: int, listener: Listener, type_: str, reason: str
) -> tuple[Repair, ...]:
    offers = _OFFERS.get(reason)
    return () if offers is None else tuple(offers(scene, found, index, listener))


def _protocol(scene: Scene, found: Resource, index: int, listener: Listener) -> Iterable[Repair]:
    operations = [{"op": "replace", "path": f"/spec/listeners/{index}/protocol", "value": "HTTP"}]
    if listener.tls is not None:
        operations.append({"op": "remove", "path": f"/spec/listeners/{index}/tls"})
    yield repair(f"let listener {listener.name} speak HTTP", scene.store, patched(found, *operations))
    if len(found.view(GatewaySpec).listeners) > 1:
        yield _without(scene, found, index, listener)


def _without(scene: Scene, found: Resource, index: int, listener: Listener) -> Repair:
    operation = {"op": "remove", "path": f"/spec/listeners/{index}"}
    return repair(f"remove listener {listener.name}", scene.store, patched(found, operation))


def _conflict(scene: Scene, found: Resource, index: int, listener: Listener) -> Iterable[Repair]:
    """A port that is free, or the other listeners out of the way."""
    taken = {one.port for one in found.view(GatewaySpec).listeners}
    free = next(port for port in range(listener.port + 1, listener.port + len(taken) + 2) if port not in taken)
    operation = {"op": "replace", "path": f"/spec/listeners/{index}/port", "value": free}
    yield repair(f"give listener {listener.name} a port of its own, {free}", scene.store, patched(found, operation))


def _kinds(scene: Scene, found: Resource, index: int, listener: Listener) -> Iterable[Repair]:
    allowed = thaw(found.spec["listeners"][index]["allowedRoutes"])
    allowed["kinds"] = [{"group": GROUP, "kind": "HTTPRoute"}]
    operation = {"op": "replace", "path": f"/spec/listeners/{index}/allowedRoutes", "value": allowed}
    yield repair("list HTTPRoute alone in allowedRoutes.kinds", scene.store, patched(found, operation))


def _certificate_grant(scene: Scene, found: Resource, _: int, listener: Listener) -> Iterable[Repair]:
    wanting = [one for one in listener.certificates if not is_permitted(scene.view, "Gateway", found.namespace, one)]
    if wanting:
        grants = [grant("Gateway", found.namespace, one) for one in wanting]
        where = ", ".join(dict.fromkeys(one.namespace for one in wanting))
        yield repair(f"create a ReferenceGrant in namespace {where}", scene.store, *grants)


_OFFERS: dict[str, Callable[[Scene, Resource, int, Listener], Iterable[Repair]]] = {
    "UnsupportedProtocol": _protocol,
    "HostnameConflict": _conflict,
    "ProtocolConflict": _conflict,
    "InvalidRouteKinds": _kinds,
    "RefNotPermitted": _certificate_grant,
}
