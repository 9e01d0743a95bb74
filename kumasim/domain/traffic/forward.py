"""Carrying out what a route says: filters, mirrors, and the choice among weighted clusters.

Source: H-7, H-9, GW-151, GW-160.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from kumasim.domain.proxy.config import UNRESOLVED, ProxyConfig, ProxyRoute, WeightedCluster
from kumasim.domain.traffic.endpoints import mirror_targets, send
from kumasim.domain.traffic.explain import parts_of, settings_of
from kumasim.domain.traffic.filters import forwarded
from kumasim.domain.traffic.journey import Client, Journey
from kumasim.domain.traffic.outcome import RESET, Outcomes, scaled
from kumasim.domain.tree import FrozenMap


def follow(journey: Journey, config: ProxyConfig, entry: ProxyRoute, client: Client, hop: str) -> Outcomes:
    """The outcomes of a request that an HTTP route forwards.

    Args:
        journey: at the proxy, with the request as it came in.
        config: the proxy's.
        entry: the route that matched.
        client: the proxy's identity towards the mesh.
        hop: "gateway" or "sidecar", for the explanation.
    """
    match = entry.match.path
    did = f"route {match.kind} {match.value}"
    told = journey.told(hop, did, "H-5", entry.source, entry.origin, "route", journey.losers)
    on_answer = tuple(change for change in entry.changes if change.on == "response")
    ready = attrs.evolve(
        told,
        message=forwarded(journey.message, entry),
        mirrors=(*told.mirrors, *_mirrors(config, entry)),
        answer=(*told.answer, *reversed(on_answer)),
    )
    return split(ready, config, entry.forward, client, http=True)


def split(
    journey: Journey, config: ProxyConfig, forward: tuple[WeightedCluster, ...], client: Client, http: bool
) -> Outcomes:
    """The outcomes of a request or connection that goes to one of several clusters by weight. Source: H-7."""
    total = sum(one.weight for one in forward)
    if not total:
        told = journey.told("cluster", "no backend", "H-10 [U]")
        return told.ends(500) if http else told.ends(RESET)
    if len(forward) > 1:
        did = f"one of {sum(1 for one in forward if one.weight)} backends by weight"
        journey = journey.told("cluster", did, "H-7", stage="split", details=lambda: parts_of(forward, total))
    return tuple(
        outcome
        for one in forward
        if one.weight
        for outcome in scaled(_to(journey, config, one.cluster, client, http), Fraction(one.weight, total))
    )


def _to(journey: Journey, config: ProxyConfig, name: str, client: Client, http: bool) -> Outcomes:
    found = config.cluster(name)
    if name == UNRESOLVED or found is None:
        behind = next((step for step in reversed(journey.steps) if step.source), None)
        source, origin = ("", None) if behind is None else (behind.source, behind.origin)
        told = journey.told("cluster", f"backend {name} has no cluster", "H-9, GW-160", source, origin, "cluster")
        return told.ends(500) if http else told.ends(RESET)
    told = journey.told("cluster", f"cluster {name}", "H-11", stage="cluster", details=lambda: settings_of(found))
    return send(told, found, client, http)


def _mirrors(config: ProxyConfig, entry: ProxyRoute) -> tuple[FrozenMap, ...]:
    """One copy for each workload that may get it, with its part of the mirror's percentage."""
    made = []
    for mirror in entry.mirrors:
        to = config.cluster(mirror.cluster)
        for share, namespace, service, pod in () if to is None else mirror_targets(to):
            percent = share * Fraction(mirror.percent)
            shown = percent.numerator if percent.denominator == 1 else str(percent)
            made.append(FrozenMap({"namespace": namespace, "service": service, "pod": pod, "percent": shown}))
    return tuple(made)
