"""A request leaving a workload: through its sidecar's outbounds, or past them.

Source: F-10 to F-13, GW-169 to GW-174.
"""

from __future__ import annotations

import attrs

from kumasim.domain.proxy.config import ProxyConfig, ProxyOutbound
from kumasim.domain.traffic import match
from kumasim.domain.traffic.explain import losers
from kumasim.domain.traffic.filters import location
from kumasim.domain.traffic.forward import follow, split
from kumasim.domain.traffic.journey import Client, Journey
from kumasim.domain.traffic.outcome import RESET, Outcomes
from kumasim.domain.tree import FrozenMap


def outbound_for(config: ProxyConfig | None, to: str, port: int) -> ProxyOutbound | None:
    """The outbound that intercepts a connection to an address or a mesh name; None lets it pass (F-12 [U])."""
    found = () if config is None or not to else config.outbounds_at(to, port)
    return found[0] if found else None


def leave(journey: Journey, config: ProxyConfig, outbound: ProxyOutbound) -> Outcomes:
    """The outcomes of a request that a sidecar's outbound takes.

    Args:
        journey: in the caller's zone.
        config: the sidecar's.
        outbound: the one that intercepts it.
    """
    inside = journey.through("sidecar", journey.zone)
    client = Client(config.mesh, config.tags)
    if not outbound.http:
        return _tcp(inside, config, outbound, client)
    if journey.message.scheme == "https":
        return inside.told("sidecar", f"TLS meets the HTTP outbound of {outbound.service}").ends(RESET)
    entry = match.route(outbound.routes, journey.message)
    if entry is None:
        did = f"no route of {outbound.service} matches"
        details = losers(outbound.routes, None, journey.message) if journey.detailed else ()
        return inside.told("sidecar", did, "D-48 [U]", stage="route", details=details).ends(404)
    if journey.detailed:
        inside = attrs.evolve(inside, losers=losers(outbound.routes, entry, journey.message))
    if entry.redirect is not None:
        to = location(entry.redirect, entry.match, journey.message, outbound.port)
        on_answer = tuple(change for change in entry.changes if change.on == "response")
        told = inside.told("sidecar", f"redirect to {to}", "GW-151", entry.source, entry.origin, "route", inside.losers)
        told = attrs.evolve(told, answer=(*told.answer, *reversed(on_answer)))
        return told.ends(entry.redirect.status, FrozenMap({"location": to}), to)
    return follow(inside, config, entry, client, "sidecar")


def _tcp(journey: Journey, config: ProxyConfig, outbound: ProxyOutbound, client: Client) -> Outcomes:
    first = outbound.routes[0]
    told = journey.told("sidecar", f"TCP outbound of {outbound.service}", "F-10", first.source, first.origin, "route")
    return split(told, config, first.forward, client, http=False)
