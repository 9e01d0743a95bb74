"""What a trace tells beside what decided: the routes that lost and why, shares, endpoints with weight and locality.

Source: D-32c, H-5, H-7, H-15 to H-26.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from kumasim.domain.proxy.config import ProxyCluster, ProxyEndpoint, ProxyRoute, RouteCondition, WeightedCluster
from kumasim.domain.traffic import match
from kumasim.domain.traffic.request import Message


def losers(routes: Iterable[ProxyRoute], taken: ProxyRoute | None, message: Message) -> tuple[str, ...]:
    """One sentence for each route that was not taken: what of the request it does not fit, or that it comes later.

    Args:
        routes: in the order of trial.
        taken: the one that decided, None if none did.
        message: the request at that point.
    """
    told = []
    for place, route in enumerate(routes, start=1):
        if route is not taken:
            why = why_not(route, message) or "comes later in the order (D-32c)"
            told.append(f"{place}. {route_text(route)}: {why}")
        else:
            told.append(f"{place}. {route_text(route)}: taken")
    return tuple(told)


def why_not(route: ProxyRoute, message: Message) -> str:
    """What of a request a route does not fit, "" if it fits."""
    wanted = route.match
    if not match.PATHS[wanted.path.kind](wanted.path.value, message.path):
        return f"path is {message.path}"
    if wanted.method not in ("", message.method):
        return f"method is {message.method}"
    for one in wanted.headers:
        if not match.condition_holds(one, message.headers.get(one.name)):
            return f"header {_wanted(one)} does not hold"
    for one in wanted.query:
        if not match.condition_holds(one, match.first(message.query, one.name)):
            return f"query parameter {_wanted(one)} does not hold"
    return ""


def _wanted(condition: RouteCondition) -> str:
    return f"{condition.name} {condition.kind} {condition.value}".rstrip()


def route_text(route: ProxyRoute) -> str:
    """A route as an operator would say it: `exact /a GET, header x exact 1 -> backend [MeshHTTPRoute/...]`."""
    wanted = route.match
    method = f" {wanted.method}" if wanted.method else ""
    conditions = [f"header {_wanted(one)}" for one in wanted.headers] + [
        f"query {_wanted(one)}" for one in wanted.query
    ]
    behind = f" [{route.source}]" if route.source else ""
    return ", ".join([f"{wanted.path.kind} {wanted.path.value}{method}", *conditions]) + behind


def parts_of(forward: Iterable[WeightedCluster], total: int) -> tuple[str, ...]:
    """Each backend with its weight and share."""
    return tuple(f"{one.cluster}: weight {one.weight}, {Fraction(one.weight, total)}" for one in forward)


def settings_of(cluster: ProxyCluster) -> tuple[str, ...]:
    """How a proxy speaks to a cluster."""
    return (f"mesh {cluster.mesh}", f"protocol {cluster.protocol}", "mTLS" if cluster.mtls else "plaintext")


def endpoints_shown(endpoints: Iterable[ProxyEndpoint]) -> tuple[str, ...]:
    """Each endpoint with where it is, its weight and its priority."""
    return tuple(
        f"{one.address}:{one.port} {one.kind} zone {one.zone or 'none'} weight {one.weight} priority {one.priority}"
        for one in endpoints
    )
