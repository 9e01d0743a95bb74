"""A request leaving a workload: through its sidecar's outbounds, or past them.

Source: F-10 to F-13, GW-169 to GW-174.
"""

from __future__ import annotations

import attrs

from kumasim.domain.proxy.config import ProxyConfig, ProxyOutbound
from kumasim.domain.traffic import match
from kumasim.domain.traffic.filters import location
from kumasim.domain.traffic.forward import follow, split
from kumasim.domain.traffic.journey import Client, Journey
from kumasim.domain.traffic.outcome import RESET, Outcomes
from kumasim.domain.tree import FrozenMap


def outbound_for(config: ProxyConfig | None, to: str, port: int) -> ProxyOutbound | None:
    """The outbound that intercepts a connection to an address or a mesh name; None lets it pass (F-12 [U])."""
    if config is None:
        return None
    for one in config.all_outbounds():
        if one.port == port and to and (one.address == to or to in one.hostnames):
            return one
    return None


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
        return inside.told("sidecar", f"no route of {outbound.service} matches", "D-48 [U]").ends(404)
    if entry.redirect is not None:
        to = location(entry.redirect, entry.match, journey.message, outbound.port)
        on_answer = tuple(change for change in entry.changes if change.on == "response")
        told = inside.told("sidecar", f"redirect to {to}", "GW-151", entry.source, entry.origin)
        told = attrs.evolve(told, answer=(*told.answer, *reversed(on_answer)))
        return told.ends(entry.redirect.status, FrozenMap({"location": to}), to)
    return follow(inside, config, entry, client, "sidecar")


def _tcp(journey: Journey, config: ProxyConfig, outbound: ProxyOutbound, client: Client) -> Outcomes:
    first = outbound.routes[0]
    told = journey.told("sidecar", f"TCP outbound of {outbound.service}", "F-10", first.source, first.origin)
    return split(told, config, first.forward, client, http=False)
