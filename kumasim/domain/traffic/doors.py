"""Through a zone's doors: the ingress of another zone, the egress of the own one, by what those proxies know.

Source: KDS-198 to KDS-205, KDS-209, KDS-213, H-15 to H-21, H-30, H-32.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.policy.identity import KUMA, MESH_TAG, SERVICE_TAG, content
from kumasim.domain.proxy.clusters import narrowed
from kumasim.domain.proxy.config import ProxyCluster, ProxyConfig, ProxyEndpoint
from kumasim.domain.proxy.zone_proxies import destination
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Store
from kumasim.domain.traffic.cluster import is_ready
from kumasim.domain.traffic.inbound import checked
from kumasim.domain.traffic.journey import Client, Journey
from kumasim.domain.traffic.outcome import REFUSED, RESET, Outcomes, scaled
from kumasim.domain.tree import dig

Reach = Callable[[Journey, ProxyCluster, ProxyEndpoint, Client], Outcomes]
"""How a proxy reaches an endpoint."""


def through_ingress(reach: Reach) -> Reach:
    """How an endpoint behind another zone's ingress is reached: whatever that ingress can reach at this moment.

    Args:
        reach: how the ingress reaches a workload of its zone.
    """

    def ingress(journey: Journey, to: ProxyCluster, endpoint: ProxyEndpoint, client: Client) -> Outcomes:
        refusal = _before(journey, endpoint)
        if refusal is not None:
            return refusal
        there = journey.through("zone-ingress", endpoint.zone)
        standing = _standing(journey.world.store(endpoint.zone), endpoint)
        if not standing:
            did = f"nobody listens at {endpoint.address}:{endpoint.port} of zone {endpoint.zone}"
            return there.told("zone-ingress", did, "KDS-199").ends(REFUSED)
        share = Fraction(1, len(standing))
        return tuple(
            one for key in standing for one in scaled(_passed_on(there, key, to, endpoint, client, reach), share)
        )

    return ingress


def _before(journey: Journey, endpoint: ProxyEndpoint) -> Outcomes | None:
    """What keeps a connection from ever getting to the other zone's ingress."""
    if not endpoint.address or not endpoint.port:
        did = f"the ingress of zone {endpoint.zone} has no public address"
        return journey.told("zone-ingress", did, "KDS-209 [U]").ends(REFUSED)
    if endpoint.zone not in journey.world.zones() or not journey.world.linked(journey.zone, endpoint.zone):
        return journey.told("zone-ingress", f"zone {endpoint.zone} cannot be reached", "no link").ends(RESET)
    return None


def _standing(store: Store, endpoint: ProxyEndpoint) -> list[Key]:
    """The ingress proxies that an advertised address leads to now: those whose pod, if they have one, is ready."""
    found = []
    for ingress in store.list(KUMA, "ZoneIngress"):
        networking = dig(content(ingress), "networking", default={})
        place = (dig(networking, "advertisedAddress", default=""), dig(networking, "advertisedPort", default=0))
        own = dig(content(ingress), "zone", default="") in ("", endpoint.zone)
        if own and place == (endpoint.address, endpoint.port) and _is_up(store, ingress):
            found.append(ingress.key)
    return found


def _is_up(store: Store, described: Resource) -> bool:
    pod = store.get(Key("", "Pod", described.namespace, described.name))
    return pod is None or is_ready(pod)


def _passed_on(
    journey: Journey, key: Key, to: ProxyCluster, endpoint: ProxyEndpoint, client: Client, reach: Reach
) -> Outcomes:
    """The ingress sends on to its healthy inbounds with all tags of the destination. Source: KDS-213."""
    config = journey.world.config(endpoint.zone, key)
    if config is None:
        return journey.told("zone-ingress", "the zone ingress has no configuration", "D-42b").ends(RESET)
    behind = _behind(config, to)
    if not behind:
        told = journey.told("zone-ingress", f"no healthy instance of {_asked(to)} behind it", "KDS-213")
        return told.ends(RESET)
    share = Fraction(1, len(behind))
    told = journey.told("zone-ingress", f"one of {len(behind)} instances of {_asked(to)}", "KDS-213")
    return tuple(one for way in behind for one in scaled(reach(told, to, way, client), share))


def _asked(to: ProxyCluster) -> str:
    """The destination's name in its own zone, as the SNI has it."""
    return str(to.tags.get(SERVICE_TAG, to.service))


def _behind(config: ProxyConfig, to: ProxyCluster) -> tuple[ProxyEndpoint, ...]:
    found = config.cluster(destination(to.mesh, _asked(to)))
    return () if found is None else narrowed(found.endpoints, to.tags)


def through_egress(reach: Reach) -> Reach:
    """How an endpoint behind the zone's own egress is reached: another zone's ingress, or an external service.

    Args:
        reach: how the egress reaches what it sends to.
    """

    def egress(journey: Journey, to: ProxyCluster, endpoint: ProxyEndpoint, client: Client) -> Outcomes:
        out = journey.through("zone-egress", journey.zone)
        config = _egress_config(journey, endpoint)
        if config is None:
            return out.told("zone-egress", f"no egress serves at {endpoint.address}", "KDS-204").ends(RESET)
        if not endpoint.zone:
            return _to_external(out, config, to, client, reach)
        found = config.cluster(destination(to.mesh, _asked(to)))
        ways = () if found is None else tuple(one for one in found.endpoints if one.zone == endpoint.zone)
        ways = tuple({(one.address, one.port): one for one in ways}.values())
        if not ways:
            return out.told("zone-egress", f"it knows no ingress of {endpoint.zone}", "KDS-205").ends(RESET)
        share = Fraction(1, len(ways))
        return tuple(one for way in ways for one in scaled(reach(out, to, way, client), share))

    return egress


def _egress_config(journey: Journey, endpoint: ProxyEndpoint) -> ProxyConfig | None:
    store = journey.world.store(journey.zone)
    for egress in store.list(KUMA, "ZoneEgress"):
        if dig(content(egress), "networking", "address") == endpoint.address and _is_up(store, egress):
            return journey.world.config(journey.zone, egress.key)
    return None


def _to_external(journey: Journey, config: ProxyConfig, to: ProxyCluster, client: Client, reach: Reach) -> Outcomes:
    """Nobody may leave through an egress without permission. Source: H-32."""
    found = config.cluster(destination(to.mesh, _asked(to)))
    door = next((one for one in config.inbounds if _is_door(one.tags, to)), None)
    if found is None or door is None or not found.endpoints:
        return journey.told("zone-egress", f"it knows no external service {_asked(to)}", "KDS-205").ends(RESET)
    refusal = checked(journey, changed(door, network_level=True), client) if door.mtls else None
    if refusal is not None:
        return refusal
    share = Fraction(1, len(found.endpoints))
    return tuple(one for way in found.endpoints for one in scaled(reach(journey, to, way, client), share))


def _is_door(tags: Any, to: ProxyCluster) -> bool:
    return bool(tags.get(MESH_TAG) == to.mesh and tags.get(SERVICE_TAG) == _asked(to))
