"""The status of a Gateway: addresses, listeners with the routes attached to them, and its two conditions.

Source: GW-46 to GW-57.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.conditions import false as condition_false
from kumasim.domain.reconcilers.conditions import is_true, set_conditions, true
from kumasim.domain.reconcilers.gateway.listeners import ListenerResult, supported_kinds
from kumasim.domain.reconcilers.gateway_api import ROUTES_BY_GATEWAY, ParentRef, RouteSpec
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig


def gateway_status(
    view: View, gateway: Resource, instance: Resource | None, results: tuple[ListenerResult, ...]
) -> dict[str, Any]:
    """The fields of the status that Kuma keeps.

    Args:
        view: what is observed.
        gateway: as last seen, with the status to merge into.
        instance: its MeshGatewayInstance; None in a pass without a usable listener, which clears the addresses (GW-56).
        results: its listeners.

    Source: GW-46, GW-52, GW-53.
    """
    listeners = _listeners(view, gateway, results)
    working = all(is_true(listener["conditions"], "Programmed") for listener in listeners)
    conditions = (
        true("Accepted", "Accepted"),
        true("Programmed", "Programmed") if working else condition_false("Programmed", "Invalid"),
    )
    previous = dig(gateway.status, "conditions", default=())
    return {
        "addresses": _addresses(instance) or None,
        "listeners": listeners,
        "conditions": set_conditions(previous, conditions, gateway.meta.generation, view.now_ns),
    }


def attached_routes(view: View, gateway: Resource) -> Counter[str]:
    """How many accepted parentRefs there are by sectionName, "" for those without.

    Neither hostnames nor allowedRoutes are consulted, nor who wrote the entry (GW-48, GW-50). Kuma's code counts every
    accepted parentRef of a route that has this Gateway among its parents, those to other parents included; with
    documented semantics only the ones to this Gateway count.
    """
    counted: Counter[str] = Counter()
    this = (gateway.namespace, gateway.name)
    for route in view.find(ROUTES_BY_GATEWAY.name, this):
        entries = dig(route.status, "parents", default=())
        for parent in route.view(RouteSpec).parents:
            elsewhere = not parent.is_gateway or (parent.namespace, parent.name) != this
            if elsewhere and view.around.profile.documented:
                continue
            counted[parent.section or ""] += sum(_accepts(entry, parent, route.namespace) for entry in entries)
    return counted


def _accepts(entry: FrozenMap, parent: ParentRef, route_namespace: str) -> bool:
    written = ParentRef.read(dig(entry, "parentRef", default=EMPTY), route_namespace).written
    return written == parent.written and is_true(entry.get("conditions"), "Accepted")


def _listeners(view: View, gateway: Resource, results: Iterable[ListenerResult]) -> tuple[FrozenMap, ...]:
    """Every listener of the spec, sorted by name as versions since 2.9.13 do (2.8: random order, GW-47)."""
    attached = attached_routes(view, gateway)
    before = {entry.get("name"): entry for entry in dig(gateway.status, "listeners", default=())}
    merged = {}
    for result in results:
        name = result.listener.name
        previous = before.get(name, EMPTY)
        conditions = dig(previous, "conditions", default=())
        merged[name] = FrozenMap({
            **previous,
            "name": name,
            "supportedKinds": supported_kinds(result.listener),
            "attachedRoutes": attached[name] + attached[""],
            "conditions": set_conditions(conditions, result.conditions, gateway.meta.generation, view.now_ns),
        })  # fmt: skip
    return tuple(merged[name] for name in sorted(merged))


def _addresses(instance: Resource | None) -> tuple[FrozenMap, ...]:
    """One entry for each IP and each hostname of the load balancer. Source: GW-54, GW-55."""
    ingress = dig(None if instance is None else instance.status, "loadBalancer", "ingress", default=())
    return tuple(
        FrozenMap({"type": kind, "value": entry[field]})
        for entry in ingress
        for field, kind in (("ip", "IPAddress"), ("hostname", "Hostname"))
        if entry.get(field)
    )
