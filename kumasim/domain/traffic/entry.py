"""Arriving at an address: a Service or a pod, through kube-proxy, into a gateway, a sidecar or a plain workload.

Source: H-1 [U], A-20 to A-25.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from kumasim.domain.policy.identity import KUMA, content
from kumasim.domain.proxy.indexes import is_builtin
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Store
from kumasim.domain.traffic import cluster, workload
from kumasim.domain.traffic.gateway import at_gateway
from kumasim.domain.traffic.inbound import checked, enter
from kumasim.domain.traffic.journey import OUTSIDER, Client, Journey
from kumasim.domain.traffic.outcome import REFUSED, TIMEOUT, Outcomes, scaled
from kumasim.domain.tree import dig


def at_address(journey: Journey, address: str, port: int, from_zone: str) -> Outcomes:
    """A connection to an IP address (or a load balancer's name).

    Addresses of load balancers and nodes are found in every zone; addresses of a cluster's Services and pods in the
    caller's zone only, or in all zones for a caller from outside, who is taken to have a way in.

    Args:
        journey: the request.
        address, port: connected to.
        from_zone: the caller's, "" for outside.
    """
    world = journey.world
    zones = [from_zone, *(zone for zone in world.zones() if zone != from_zone)] if from_zone else list(world.zones())
    for zone in zones:
        at = _public(attrs.evolve(journey, zone=zone), world.store(zone), address, port)
        if at is not None:
            return at
    for zone in zones[:1] if from_zone else zones:
        at = _inside(attrs.evolve(journey, zone=zone), world.store(zone), address, port)
        if at is not None:
            return at
    return journey.told("network", f"nobody has the address {address}", "no such address").ends(TIMEOUT)


def _public(journey: Journey, store: Store, address: str, port: int) -> Outcomes | None:
    services = list(cluster.services_at(store, address, public=True))
    for service in services:
        if cluster.service_port(service, port) is not None:
            return at_service(journey, service, port)
    if services:
        return at_service(journey, services[0], port)
    if not cluster.has_node(store, address):
        return None
    service_on_node = cluster.node_port_service(store, port)
    if service_on_node is None:
        return journey.told("service", f"no Service has node port {port}", "H-1 [U]").ends(REFUSED)
    return at_service(journey, service_on_node, port, "nodePort")


def _inside(journey: Journey, store: Store, address: str, port: int) -> Outcomes | None:
    for service in cluster.services_at(store, address, public=False):
        return at_service(journey, service, port)
    pod = cluster.pod_at(store, address)
    if pod is not None:
        return at_pod(journey, pod, port, None)
    for dataplane in store.list(KUMA, "Dataplane"):
        if dig(content(dataplane), "networking", "address") == address:
            return _universal(journey, dataplane, port)
    return None


def at_service(journey: Journey, service: Resource, port: int, field: str = "port") -> Outcomes:
    """A connection to a Service's port, which kube-proxy gives to any ready endpoint. Source: H-1 [U]."""
    store = journey.world.store(journey.zone)
    wanted = cluster.service_port(service, port, field)
    if wanted is None:
        return journey.told("service", f"Service {service.name} has no port {port}", "H-1 [U]", str(service.key)).ends(
            REFUSED
        )
    places = cluster.ready_places(store, service, wanted)
    if not places:
        return journey.told(
            "service", f"Service {service.name} has no ready endpoint", "H-1 [U]", str(service.key)
        ).ends(REFUSED)
    did = f"Service {service.name} port {port}: one of {len(places)} ready endpoints"
    told = journey.told("service", did, "H-1 [U]", stage="service", details=lambda: _shown(places))
    share = Fraction(1, len(places))
    return tuple(one for place in places for one in scaled(_at_place(told, place, service), share))


def _shown(places: tuple[cluster.Place, ...]) -> tuple[str, ...]:
    names = [place.pod.name if place.pod is not None else "no pod" for place in places]
    return tuple(f"{name} at {place.address}:{place.port}" for name, place in zip(names, places, strict=True))


def _at_place(journey: Journey, place: cluster.Place, service: Resource) -> Outcomes:
    if place.pod is None:
        told = journey.told("service", f"endpoint {place.address} is no pod of the cluster", "H-1 [U]")
        return told.ends(TIMEOUT)
    return at_pod(journey, place.pod, place.port, service.name)


def at_pod(journey: Journey, pod: Resource, port: int, service: str | None, client: Client = OUTSIDER) -> Outcomes:
    """A plaintext connection to a pod's port: its gateway, its sidecar's inbound, or the application itself."""
    store = journey.world.store(journey.zone)
    address = dig(pod.status, "podIP", default="")
    journey = journey.told("pod", f"Pod {pod.name} at {address}:{port}", "H-1 [U]", stage="pod")
    key = cluster.dataplane_key(pod.namespace, pod.name)
    dataplane = store.get(key)
    config = journey.world.config(journey.zone, key)
    if pod.meta.annotations.get("kuma.io/gateway") == "builtin" or (dataplane is not None and is_builtin(dataplane)):
        return at_gateway(journey, config, port, client)
    if config is None:
        return workload.answers(journey, pod, service)
    return enter(journey, pod, config, port, service, client)


def _universal(journey: Journey, dataplane: Resource, port: int) -> Outcomes:
    """A plaintext connection to a Dataplane that is no pod's."""
    key = Key(KUMA, "Dataplane", dataplane.namespace, dataplane.name)
    config = journey.world.config(journey.zone, key)
    if is_builtin(dataplane):
        return at_gateway(journey, config, port, OUTSIDER)
    found = next((one for one in config.inbounds if one.port == port), None) if config is not None else None
    if found is None:
        return journey.told("sidecar", f"Dataplane {dataplane.name} has no inbound on port {port}").ends(REFUSED)
    inside = journey.through("sidecar", journey.zone)
    refusal = checked(inside, found, OUTSIDER)
    service = found.tags.get("kuma.io/service")
    return refusal if refusal is not None else workload.stands_in(inside, "", service, dataplane.name)
