"""A request at a built-in gateway: listener, filter chain, virtual host, route.

Source: H-2 to H-7, D-43 to D-57.
"""

from __future__ import annotations

import attrs

from kumasim.domain.proxy import hosts
from kumasim.domain.proxy.config import FilterChain, HeaderChange, ProxyConfig, ProxyListener, ProxyRoute
from kumasim.domain.traffic import match
from kumasim.domain.traffic.explain import losers
from kumasim.domain.traffic.filters import location, normalised
from kumasim.domain.traffic.forward import follow, split
from kumasim.domain.traffic.journey import Client, Journey
from kumasim.domain.traffic.outcome import REFUSED, RESET, Outcomes
from kumasim.domain.tree import EMPTY, FrozenMap

SERVER = HeaderChange("response", set=(("server", "Kuma Gateway"),))
"""What every answer of a gateway carries. Source: D-50."""
STRICT_TRANSPORT = HeaderChange(
    "response", set=(("strict-transport-security", "max-age=31536000; includeSubDomains"),)
)  # fmt: skip
"""What answers over HTTPS and of crossMesh listeners carry as well. Source: D-53."""
ESCAPED_SLASHES = ("%2f", "%5c")


def at_gateway(journey: Journey, config: ProxyConfig | None, port: int, client: Client) -> Outcomes:
    """The outcomes of a request that a built-in gateway's pod gets on a port.

    Args:
        journey: in the gateway's zone.
        config: what the gateway has received; None for one that never got any (D-42b).
        port: connected to.
        client: who connects.
    """
    listener = None if config is None else next((one for one in config.listeners if one.port == port), None)
    if config is None or listener is None:
        why = "D-42b" if config is None else "D-14 [U], H-2"
        return journey.told("gateway", f"the gateway has no listener on port {port}", why).ends(REFUSED)
    inside = journey.through("gateway", journey.zone)
    chain = _chain(listener, journey, client)
    if chain is None:
        return inside.told("gateway", _unwelcome(listener, journey), "D-55, E-11 [U]").ends(RESET)
    own = Client(config.mesh, config.tags)
    crossing = ", crossMesh" if listener.cross_mesh else ""
    did = f"listener {listener.port} {listener.protocol}{crossing} of MeshGateway {config.gateway}"
    inside = inside.told("gateway", did, "H-2, D-16", stage="listener")
    if listener.protocol in ("TCP", "TLS"):
        return _tcp(inside, config, chain, own)
    return _http(inside, config, listener, chain, own)


def _chain(listener: ProxyListener, journey: Journey, client: Client) -> FilterChain | None:
    """The filter chain for a connection: by SNI over TLS (H-3, D-55), the mesh's own for crossMesh (E-11, E-21).

    The Host is looked at again in the hosts of the chain that the SNI chose (D-56).
    """
    message = journey.message
    if listener.cross_mesh:
        return listener.chains[0] if client.meshed and listener.chains else None
    if listener.protocol in ("HTTP", "TCP"):
        plain = message.scheme != "https" or listener.protocol == "TCP"
        return listener.chains[0] if plain and listener.chains else None
    if message.scheme != "https":
        return None
    fitting = [one for one in listener.chains if hosts.contains(one.sni.lower(), message.sni.lower())]
    return min(fitting, key=lambda one: hosts.exactness(one.sni), default=None)


def _unwelcome(listener: ProxyListener, journey: Journey) -> str:
    if listener.cross_mesh:
        return f"port {listener.port} takes only proxies of a mesh"
    return f"no filter chain of port {listener.port} takes {journey.message.scheme} with SNI {journey.message.sni!r}"


def _tcp(journey: Journey, config: ProxyConfig, chain: FilterChain, own: Client) -> Outcomes:
    """Bytes are forwarded; a chain without clusters closes the connection (D-49)."""
    if not chain.tcp:
        return journey.told("gateway", "the listener has no route", "D-49 [U]").ends(RESET)
    did = f"filter chain {chain.sni or 'of the port'}"
    told = journey.told("gateway", did, "D-57", chain.source, chain.origin, stage="route")
    message = told.message if chain.tls != "TERMINATE" else attrs.evolve(told.message, scheme="http", sni="")
    return split(told.with_message(message), config, chain.tcp, own, http=False)


def _http(journey: Journey, config: ProxyConfig, listener: ProxyListener, chain: FilterChain, own: Client) -> Outcomes:
    secured = listener.protocol == "HTTPS" or listener.cross_mesh
    marked = attrs.evolve(journey, answer=(*journey.answer, SERVER, *((STRICT_TRANSPORT,) if secured else ())))
    odd = _odd(marked)
    if odd is not None:
        return odd
    message = attrs.evolve(marked.message, path=normalised(marked.message.path))
    host = match.virtual_host(chain.hosts, message.hostname)
    if host is None:
        did = f"no virtual host for {message.hostname}"
        return marked.told(
            "gateway", did, "D-47 [U]", stage="virtual host", details=tuple(one.hostname for one in chain.hosts)
        ).ends(404)
    others = tuple(f"not {one.hostname}" for one in chain.hosts if one is not host)
    told = marked.with_message(message).told(
        "gateway", f"virtual host {host.hostname}", "H-4, D-29 [U]", stage="virtual host", details=others
    )
    entry = match.route(host.routes, message)
    if entry is None:
        did = f"no route matches {message.method} {message.path}"
        return told.told(
            "gateway", did, "D-48 [U]", stage="route", details=lambda: losers(host.routes, None, message)
        ).ends(404)
    told = attrs.evolve(told, losers=losers(host.routes, entry, message) if told.detailed else ())
    return _carry_out(told, config, listener, entry, own)


def _carry_out(
    journey: Journey, config: ProxyConfig, listener: ProxyListener, entry: ProxyRoute, own: Client
) -> Outcomes:
    if entry.direct is not None:
        return journey.told("gateway", entry.direct.body.strip(), entry.source, stage="route").ends(entry.direct.status)
    if entry.redirect is not None:
        to = location(entry.redirect, entry.match, journey.message, listener.port)
        on_answer = tuple(change for change in entry.changes if change.on == "response")
        told = journey.told(
            "gateway", f"redirect to {to}", "D-44, H-6", entry.source, entry.origin, "route", journey.losers
        )
        told = attrs.evolve(told, answer=(*told.answer, *reversed(on_answer)))
        return told.ends(entry.redirect.status, FrozenMap({"location": to}), to)
    message = attrs.evolve(journey.message, scheme="http", sni="")
    return follow(journey.with_message(message), config, entry, own, "gateway")


def _odd(journey: Journey) -> Outcomes | None:
    """What a gateway refuses before it looks for a route: underscores in header names, escaped slashes.

    Source: D-51 [U], D-52 [U].
    """
    message = journey.message
    if any("_" in name for name in message.headers):
        return journey.told("gateway", "a header name has an underscore", "D-51 [U]").ends(400, EMPTY)
    lowered = message.path.lower()
    if not any(mark in lowered for mark in ESCAPED_SLASHES):
        return None
    path = message.path
    for mark, plain in (("%2F", "/"), ("%2f", "/"), ("%5C", "\\"), ("%5c", "\\")):
        path = path.replace(mark, plain)
    to = f"{message.scheme}://{message.host}{attrs.evolve(message, path=path).full_path}"
    told = journey.told("gateway", "the path has escaped slashes", "D-52 [U]")
    return told.ends(307, FrozenMap({"location": to}), to)
