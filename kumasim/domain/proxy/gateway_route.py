"""The virtual hosts that MeshGatewayRoutes make, for gateways that no MeshHTTPRoute is about.

Source: D-18 to D-31, D-46, H-8.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.policy import selector
from kumasim.domain.policy.identity import content, shown
from kumasim.domain.proxy import hosts, matches
from kumasim.domain.proxy.backends import weighted
from kumasim.domain.proxy.clusters import ClusterBook
from kumasim.domain.proxy.config import DirectResponse, ProxyRoute, VirtualHost, WeightedCluster
from kumasim.domain.proxy.filters import with_old_filters
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, dig

NO_ROUTES = "This is a Kuma MeshGateway. No routes match this MeshGateway!\n"
"""What a virtual host without any entry answers with 404. Source: D-46, GW-168."""


def attached(routes: Iterable[Resource], tags: Mapping[str, Any]) -> tuple[Resource, ...]:
    """The MeshGatewayRoutes of which any selector fits a listener's effective tags. Source: D-18."""
    return tuple(route for route in routes if any(selector.matches(one, tags) for one in selector.selectors(route)))


def friendly(hostname: str) -> VirtualHost:
    """A virtual host without routes: everything is answered 404 with Kuma's own text. Source: D-46."""
    entry = ProxyRoute(matches.read({}), direct=DirectResponse(404, NO_ROUTES), source="no route (D-46)")
    return VirtualHost(hostname, matches.expanded([entry]))


def virtual_hosts(
    listeners: Mapping[str, tuple[Resource, ...]], book: ClusterBook
) -> dict[str, tuple[VirtualHost, ...]]:
    """The virtual hosts of one port, by the listener hostname they belong to.

    Routes attached to the listener `*` that name hostnames move to virtual hosts of those names (D-24, D-25).

    Args:
        listeners: attached routes by listener hostname.
        book: where clusters are gathered.
    """
    serving: dict[str, list[Resource]] = {name: list(listeners[name]) for name in listeners}
    home = {name: name for name in listeners}
    if hosts.ANY in serving:
        _move_named(serving, home)
    made: dict[str, tuple[VirtualHost, ...]] = dict.fromkeys(listeners, ())
    for name in sorted(serving, key=hosts.exactness):
        entries = [entry for route in serving[name] if _applies(route, name) for entry in _entries(route, book)]
        host = VirtualHost(name, matches.expanded(entries)) if entries else friendly(name)
        made[home[name]] = (*made[home[name]], host)
    return made


def _move_named(serving: dict[str, list[Resource]], home: dict[str, str]) -> None:
    staying = []
    existing = sorted(serving)
    for route in serving[hosts.ANY]:
        names = [name for name in _hostnames(route) if name != hosts.ANY]
        if not names:
            staying.append(route)
            continue
        for name in names:
            home.setdefault(name, hosts.ANY)
            serving.setdefault(name, []).append(route)
            if name.startswith("*."):
                for other in existing:
                    if other not in (name, hosts.ANY) and hosts.contains(name, other) and route not in serving[other]:
                        serving[other].append(route)
    serving[hosts.ANY] = staying


def _hostnames(route: Resource) -> tuple[str, ...]:
    return tuple(dig(content(route), "conf", "http", "hostnames", default=()))


def _applies(route: Resource, host: str) -> bool:
    """Source: D-26."""
    names = _hostnames(route)
    return host == hosts.ANY or not names or any(hosts.intersect(name, host) for name in names)


def _entries(route: Resource, book: ClusterBook) -> list[ProxyRoute]:
    made = []
    for rule in dig(content(route), "conf", "http", "rules", default=()):
        entry = ProxyRoute(matches.read({}), source=shown(route), origin=route.origin)
        entry = with_old_filters(entry, dig(rule, "filters", default=()), book)
        if entry.redirect is None:
            entry = changed(entry, forward=_backends(rule, book))
        written: tuple[Any, ...] = dig(rule, "matches", default=()) or ({},)
        for tree in written:
            made.append(changed(entry, match=matches.read(tree)))
    return made


def _backends(rule: Any, book: ClusterBook) -> tuple[WeightedCluster, ...]:
    """Backends of a rule; a weight left out is 0 (H-8)."""
    trees = dig(rule, "backends", default=())
    return weighted(
        [(dig(one, "destination", default=EMPTY), int(dig(one, "weight", default=0))) for one in trees], book
    )


def tcp_clusters(routes: Iterable[Resource], book: ClusterBook) -> tuple[WeightedCluster, ...]:
    """All backends of all TCP routes of a listener, in one weighted set. Source: D-20, D-58."""
    pairs = []
    for route in routes:
        for rule in dig(content(route), "conf", "tcp", "rules", default=()):
            for one in dig(rule, "backends", default=()):
                pairs.append((dig(one, "destination", default=EMPTY), int(dig(one, "weight", default=0))))
    return weighted(pairs, book)
