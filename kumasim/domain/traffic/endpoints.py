"""From a cluster to the workloads behind it: shares by weight, other zones' ingresses, egresses, externals.

Source: H-11, H-12, H-15 to H-23, H-26, H-30, KDS-213.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.policy.identity import NAMESPACE_TAG, SERVICE_TAG, on_universal
from kumasim.domain.proxy.config import ProxyCluster, ProxyEndpoint
from kumasim.domain.resource import Key
from kumasim.domain.traffic import cluster as k8s
from kumasim.domain.traffic import doors, workload
from kumasim.domain.traffic.explain import endpoints_shown
from kumasim.domain.traffic.inbound import admitted, checked, enter
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
        told = journey.told("cluster", f"{to.name} has no endpoints", "H-12", stage="endpoint")
        return told.ends(503) if http else told.ends(RESET)
    who = client if to.mtls else OUTSIDER
    shown = endpoints_shown(to.endpoints) if journey.detailed else ()
    return tuple(
        outcome
        for share, endpoint in ways
        for reached in (_reach(_chosen(journey, endpoint, share, shown), to, endpoint, who),)
        for outcome in scaled(_visible(journey, reached, http), share)
    )


def _chosen(journey: Journey, endpoint: ProxyEndpoint, share: Fraction, shown: tuple[str, ...]) -> Journey:
    if not journey.detailed:
        return journey
    did = (
        f"endpoint {endpoint.address}:{endpoint.port} ({endpoint.kind}, zone {endpoint.zone or 'none'}), {share} of it"
    )
    return journey.told("endpoint", did, "H-14 to H-26", stage="endpoint", details=shown)


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
    described = store.get(key)
    if pod is None and described is not None and on_universal(described):
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
    if refusal is not None:
        return refusal
    inside = admitted(inside, found, client) if found is not None else inside
    return workload.stands_in(inside, "", service, key.name)


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
    "zone-ingress": doors.through_ingress(_reach),
    "zone-egress": doors.through_egress(_reach),
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
