"""The virtual hosts that MeshHTTPRoutes make on the HTTP and HTTPS listeners of a built-in gateway.

Source: D-33 to D-45, H-7 to H-10, GW-160 to GW-168, GW-176, GW-177.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.policy.merge import Rule
from kumasim.domain.proxy import hosts, matches
from kumasim.domain.proxy.backends import Unbuildable, destination, weighted
from kumasim.domain.proxy.clusters import ClusterBook
from kumasim.domain.proxy.config import ProxyRoute, VirtualHost
from kumasim.domain.proxy.filters import with_filters
from kumasim.domain.tree import dig


def virtual_hosts(listener: str, rules: Mapping[str, tuple[Rule, ...]], book: ClusterBook) -> tuple[VirtualHost, ...]:
    """The virtual hosts of one listener hostname.

    Args:
        listener: its hostname, `*` for none.
        rules: the merged rules by the hostname that they name.
        book: where clusters are gathered.

    Source: D-39, D-40.
    """
    meeting = [name for name in sorted(rules, key=hosts.exactness) if hosts.intersect(name, listener)]
    names = sorted({hosts.narrower(name, listener) for name in meeting}, key=hosts.exactness)
    made = []
    for name in names:
        serving = [other for other in meeting if hosts.quirky_contains(other, name)]
        entries = [entry for other in serving for rule in rules[other] for entry in entries_of(rule, book)]
        made.append(VirtualHost(name, matches.expanded(entries)))
    return tuple(made)


def entries_of(rule: Rule, book: ClusterBook) -> list[ProxyRoute]:
    """One entry for each match of a rule (D-30), before they are put in order.

    A rule that never had a backend, as a route for a Service may (GW-157), says nothing to a gateway (GW-180 [U]).

    Raises:
        Unbuildable: no backend is left of a rule that does not redirect (H-10 [U]).
    """
    made = with_filters(
        ProxyRoute(matches.read({}), source=rule.source, origin=rule.origin),
        dig(rule.default, "filters", default=()),
        book,
    )
    if made.redirect is None:
        if not dig(rule.default, "backendRefs", default=()):
            return []
        made = _forwarding(made, rule, book)
    return [_matching(made, tree) for tree in rule.matches or ({},)]


def _matching(entry: ProxyRoute, tree: Any) -> ProxyRoute:
    return changed(entry, match=matches.as_gateway(matches.read(tree)))


def _forwarding(entry: ProxyRoute, rule: Rule, book: ClusterBook) -> ProxyRoute:
    backends = []
    for ref in dig(rule.default, "backendRefs", default=()):
        tags = destination(ref)
        if tags is not None:
            backends.append((tags, int(dig(ref, "weight", default=1))))
    if not backends:
        raise Unbuildable(f"a rule of {rule.source} has no backend that a gateway can reach", "H-10 [U], D-42b")
    return changed(entry, forward=weighted(backends, book))
