"""From a cluster to the workloads behind it: shares by weight, other zones' ingresses, egresses, externals.

Source: H-11, H-12, H-15 to H-23, H-26, H-30, KDS-213.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.policy.identity import KUMA, NAMESPACE_TAG, SERVICE_TAG, content, mesh_of
from kumasim.domain.proxy import indexes
from kumasim.domain.proxy.config import ProxyCluster, ProxyEndpoint
from kumasim.domain.proxy.workloads import endpoint_of, healthy
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Store
from kumasim.domain.traffic import cluster as k8s
from kumasim.domain.traffic import workload
from kumasim.domain.traffic.inbound import checked, enter
from kumasim.domain.traffic.journey import OUTSIDER, Client, Journey
from kumasim.domain.traffic.outcome import RESET, Outcome, Outcomes, scaled
from kumasim.domain.tree import dig


def shares(endpoints: Iterable[ProxyEndpoint]) -> tuple[tuple[Fraction, ProxyEndpoint], ...]:
    """The endpoints of the first priority that has any, with the share of requests that each gets.

    Source: H-22, H-23 [U], H-26.
    """
    them = tuple(endpoints)
    if not them:
        return ()
    first = min(one.priority for one in them)
    chosen = [one for one in them if one.priority == first and one.weight > 0]
    total = sum(one.weight for one in chosen)
    return tuple((Fraction(one.weight, total), one) for one in chosen)


def send(journey: Journey, to: ProxyCluster, client: Client, http: bool) -> Outcomes:
    """The outcomes of a request that a proxy sends to a cluster.

    Args:
        journey: with the message as the proxy sends it.
        to: the cluster.
        client: the sending proxy's identity.
        http: whether it speaks HTTP: connection failures are answered 503 then, and end in a reset otherwise.
    """
    ways = shares(to.endpoints)
    if not ways:
        told = journey.told("cluster", f"{to.name} has no endpoints", "H-12")
        return told.ends(503) if http else told.ends(RESET)
    who = client if to.mtls else OUTSIDER
    return tuple(
        outcome
        for share, endpoint in ways
        for outcome in scaled(_visible(journey, _reach(journey, to, endpoint, who), http), share)
    )


def _visible(journey: Journey, outcomes: Outcomes, http: bool) -> Outcomes:
    """What the caller of an HTTP proxy sees of a failed connection upstream: 503. Source: H-36 [U]."""
    return tuple(_as_503(journey, one) if http and not isinstance(one.status, int) else one for one in outcomes)


def _as_503(journey: Journey, failed: Outcome) -> Outcome:
    told = attrs.evolve(journey, steps=failed.steps, via=failed.via)
    return changed(told.ends(503)[0], parts=failed.parts, rule=f"{failed.rule}, answered 503 by the proxy before it")


def _reach(journey: Journey, to: ProxyCluster, endpoint: ProxyEndpoint, client: Client) -> Outcomes:
    return REACH[endpoint.kind](journey, to, endpoint, client)


def _dataplane(journey: Journey, to: ProxyCluster, endpoint: ProxyEndpoint, client: Client) -> Outcomes:
    """A workload of the same zone; one that has gone since the proxy last heard of it cannot be reached."""
    world, (namespace, name) = journey.world, endpoint.dataplane
    store = world.store(journey.zone)
    key = k8s.dataplane_key(namespace, name)
    pod = store.get(Key("", "Pod", namespace, name))
    config = world.config(journey.zone, key)
    service = _service(endpoint, to)
    if pod is None and not namespace and store.get(key) is not None:
        return _universal(journey, key, endpoint, service, client)
    if pod is None or dig(pod.status, "podIP", default=endpoint.address) != endpoint.address:
        return journey.told("workload", f"nobody is at {endpoint.address} any more", "pod unreachable [U]").ends(
            "refused"
        )
    if config is None:
        if client.meshed:
            return journey.told("sidecar", "the sidecar has no configuration", "D-42b").ends(RESET)
        return workload.answers(journey, pod, service)
    return enter(journey, pod, config, endpoint.port, service, client)


def _universal(journey: Journey, key: Key, endpoint: ProxyEndpoint, service: str, client: Client) -> Outcomes:
    config = journey.world.config(journey.zone, key)
    inbounds = () if config is None else config.inbounds
    found = next((one for one in inbounds if one.port == endpoint.port), None)
    inside = journey.through("sidecar", journey.zone)
    refusal = checked(inside, found, client) if found is not None else None
    return refusal if refusal is not None else workload.stands_in(inside, "", service, key.name)


def _zone_ingress(journey: Journey, to: ProxyCluster, endpoint: ProxyEndpoint, client: Client) -> Outcomes:
    """The ingress of another zone sends on to its healthy inbounds with the destination's tags. Source: KDS-213."""
    world = journey.world
    if endpoint.zone not in world.zones() or not world.linked(journey.zone, endpoint.zone):
        return journey.told("zone-ingress", f"zone {endpoint.zone} cannot be reached", "no link").ends(RESET)
    there = journey.through("zone-ingress", endpoint.zone)
    if not _ingress_stands(world.store(endpoint.zone), endpoint):
        return there.told("zone-ingress", f"nobody listens at {endpoint.address}:{endpoint.port}").ends("refused")
    dataplanes = world.store(endpoint.zone).list(KUMA, "Dataplane")
    behind = (gateways_behind if to.listener_port else behind_ingress)(dataplanes, to.mesh, to.tags)
    if not behind:
        return there.told("zone-ingress", f"no healthy instance of {to.name} behind it", "KDS-213").ends(RESET)
    share = Fraction(1, len(behind))
    told = there.told("zone-ingress", f"one of {len(behind)} instances of {to.name}", "KDS-213")
    return tuple(one for way in behind for one in scaled(_reach(told, to, way, client), share))


def _ingress_stands(store: Store, endpoint: ProxyEndpoint) -> bool:
    """Whether some ZoneIngress of that zone (still) has the address that was advertised."""
    for ingress in store.list(KUMA, "ZoneIngress"):
        networking = dig(content(ingress), "networking", default={})
        if dig(networking, "advertisedAddress") == endpoint.address:
            return True
    return False


def behind_ingress(dataplanes: Iterable[Resource], mesh: str, tags: Mapping[str, str]) -> tuple[ProxyEndpoint, ...]:
    """The healthy inbounds of a zone that carry all tags of a destination, in the order of their Dataplanes.

    Source: KDS-213.
    """
    return tuple(
        endpoint_of(dataplane, inbound)
        for dataplane in dataplanes
        if mesh_of(dataplane) == mesh
        for inbound in indexes.inbounds(dataplane)
        if healthy(inbound) and all(dig(inbound, "tags", key) == tags[key] for key in tags)
    )


def gateways_behind(dataplanes: Iterable[Resource], mesh: str, tags: Mapping[str, str]) -> tuple[ProxyEndpoint, ...]:
    """The built-in gateways of a zone with a service tag, as its ingress reaches them. Source: E-15."""
    return tuple(
        ProxyEndpoint("", 0, kind="gateway", dataplane=(one.namespace, one.name))
        for one in dataplanes
        if mesh_of(one) == mesh
        and indexes.is_builtin(one)
        and dig(content(one), "networking", "gateway", "tags", SERVICE_TAG) == tags[SERVICE_TAG]
    )


def _zone_egress(journey: Journey, to: ProxyCluster, endpoint: ProxyEndpoint, client: Client) -> Outcomes:
    """The zone's own egress, then the other zone's ingress or the external service. Source: H-21, H-30."""
    out = journey.through("zone-egress", journey.zone)
    if not endpoint.zone:
        return _external(out, to, endpoint, client)
    for ingress in journey.world.store(journey.zone).list(KUMA, "ZoneIngress"):
        if dig(content(ingress), "zone") == endpoint.zone:
            networking = dig(content(ingress), "networking", default={})
            address, port = (
                dig(networking, "advertisedAddress", default=""),
                dig(networking, "advertisedPort", default=0),
            )
            return _zone_ingress(out, to, changed(endpoint, address=address, port=port), client)
    return out.told("zone-egress", f"it knows no ingress of {endpoint.zone}").ends(RESET)


def _external(journey: Journey, to: ProxyCluster, endpoint: ProxyEndpoint, client: Client) -> Outcomes:
    told = journey.told("workload", f"external service at {endpoint.address}:{endpoint.port}", "H-30")
    return workload.stands_in(attrs.evolve(told, zone=""), "", to.service, None)


def _gateway(journey: Journey, to: ProxyCluster, endpoint: ProxyEndpoint, client: Client) -> Outcomes:
    """A cross-mesh listener of a built-in gateway in this zone. Source: E-12, E-14."""
    from kumasim.domain.traffic.gateway import at_gateway  # a gateway's own routes lead back into this module

    key = k8s.dataplane_key(*endpoint.dataplane)
    told = journey.told("sidecar", f"cross-mesh gateway {to.service} of mesh {to.mesh}", "E-14")
    return at_gateway(told, journey.world.config(journey.zone, key), to.listener_port, client)


REACH: dict[str, Callable[[Journey, ProxyCluster, ProxyEndpoint, Client], Outcomes]] = {
    "gateway": _gateway,
    "dataplane": _dataplane,
    "zone-ingress": _zone_ingress,
    "zone-egress": _zone_egress,
    "external": _external,
}
"""How each kind of endpoint is reached."""


def _service(endpoint: ProxyEndpoint, to: ProxyCluster) -> str:
    """A hand-made MeshService, else the Kubernetes Service that an endpoint's tags name, else the service tag."""
    named = endpoint.tags.get("k8s.kuma.io/service-name")
    return str(to.shown or named or endpoint.tags.get(SERVICE_TAG) or to.service)


def namespace_of(endpoint: ProxyEndpoint) -> str:
    """The namespace that an endpoint's tags name."""
    return str(endpoint.tags.get(NAMESPACE_TAG, "") or endpoint.dataplane[0])


def mirror_targets(to: ProxyCluster) -> tuple[tuple[Fraction, str, str, str], ...]:
    """Who gets copies sent to a cluster: share, namespace, service, pod."""
    return tuple((share, namespace_of(one), _service(one, to), one.dataplane[1]) for share, one in shares(to.endpoints))
