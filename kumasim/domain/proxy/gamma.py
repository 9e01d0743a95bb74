"""What MeshHTTPRoutes and MeshTCPRoutes make of a sidecar's outbounds.

Source: GW-144 to GW-146, GW-157, GW-169 to GW-178.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.policy.identity import SERVICE_TAG, content
from kumasim.domain.policy.merge import Rule, by_hostname
from kumasim.domain.proxy import matches
from kumasim.domain.proxy.backends import destination
from kumasim.domain.proxy.clusters import ClusterBook, protocol_of
from kumasim.domain.proxy.config import (
    UNRESOLVED,
    ProxyOutbound,
    ProxyRoute,
    WeightedCluster,
)
from kumasim.domain.proxy.filters import with_filters
from kumasim.domain.proxy.outbounds import CATCH_ALL
from kumasim.domain.proxy.permissions import HTTP_PROTOCOLS
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig

ROOT = ({"path": {"type": "PathPrefix", "value": "/"}},)


def routed(
    outbound: ProxyOutbound, policies: tuple[Resource, ...], tcp_policies: tuple[Resource, ...], book: ClusterBook
) -> ProxyOutbound | None:
    """An outbound with the routes that policies give it, or None if they leave it none (GW-171 [U]).

    Args:
        outbound: the shared one.
        policies: the MeshHTTPRoutes about this sidecar, weakest first; without effect unless the service speaks HTTP.
        tcp_policies: the MeshTCPRoutes, likewise, for services that do not.
        book: where clusters are gathered.
    """
    about = _about(outbound.service)
    if not outbound.http:
        return _tcp(outbound, by_hostname(tcp_policies, about).get("*", ()), book)
    rules = by_hostname(policies, about).get("*", ())
    if not rules:
        return outbound
    entries = [entry for rule in rules for entry in _entries(rule, outbound, book)]
    if not any(_is_root(rule) for rule in rules):
        entries.append(_catch_all(outbound, book))
    return changed(outbound, routes=matches.expanded(entries)) if entries else None


def named_by(policies: Iterable[Resource]) -> tuple[str, ...]:
    """The services that route policies have in `to`, sorted."""
    found = {
        dig(item, "targetRef", "name", default="")
        for policy in policies
        for item in dig(content(policy), "to", default=())
        if dig(item, "targetRef", "kind") == "MeshService"
    }
    return tuple(sorted(found))


def _about(service: str) -> Callable[[Mapping[str, Any]], bool]:
    def about(item: Mapping[str, Any]) -> bool:
        ref = dig(item, "targetRef", default={})
        return bool(dig(ref, "kind") == "MeshService" and dig(ref, "name") == service)

    return about


def _is_root(rule: Rule) -> bool:
    """Whether a rule is the catch-all itself: the prefix `/` alone."""
    read = [matches.read(tree) for tree in rule.matches]
    return not read or (len(read) == 1 and read[0] == matches.read(ROOT[0]))


def _entries(rule: Rule, outbound: ProxyOutbound, book: ClusterBook) -> list[ProxyRoute]:
    """The entries of a rule; none if any backend that counts is unusable (GW-169)."""
    entry = ProxyRoute(matches.read({}), source=rule.source, origin=rule.origin)
    entry = with_filters(entry, dig(rule.default, "filters", default=()), book)
    if entry.redirect is None:
        forward = _forward(dig(rule.default, "backendRefs", default=()), outbound, book)
        if forward is None:
            return []
        entry = changed(entry, forward=forward)
    written: tuple[Any, ...] = rule.matches or ROOT
    return [changed(entry, match=matches.read(tree)) for tree in written]


def _forward(refs: tuple[Any, ...], outbound: ProxyOutbound, book: ClusterBook) -> tuple[WeightedCluster, ...] | None:
    """The weighted clusters of a rule; its own service when it names none (GW-157), weight 0 skipped (GW-175)."""
    if not refs:
        return (WeightedCluster(book.refer({SERVICE_TAG: outbound.service})),)
    forward = []
    for ref in refs:
        weight, tags = int(dig(ref, "weight", default=1)), destination(ref)
        if weight == 0:
            continue
        if tags is None or not _usable(tags, book):
            return None
        forward.append(WeightedCluster(book.refer(tags), weight))
    return tuple(forward) or None


def _usable(tags: Mapping[str, Any], book: ClusterBook) -> bool:
    """Whether a backend is resolved, has endpoints of its service, and speaks HTTP. Source: GW-169."""
    if tags[SERVICE_TAG] == UNRESOLVED:
        return False
    endpoints = book.service_endpoints(tags[SERVICE_TAG])
    return bool(endpoints) and protocol_of(endpoints) in HTTP_PROTOCOLS


def _catch_all(outbound: ProxyOutbound, book: ClusterBook) -> ProxyRoute:
    to = WeightedCluster(book.refer({SERVICE_TAG: outbound.service}))
    return ProxyRoute(matches.read({}), (to,), source=CATCH_ALL)


def _tcp(outbound: ProxyOutbound, rules: tuple[Rule, ...], book: ClusterBook) -> ProxyOutbound:
    for rule in rules[:1]:
        forward = []
        for ref in dig(rule.default, "backendRefs", default=()):
            tags, weight = destination(ref), int(dig(ref, "weight", default=1))
            if tags is not None and tags[SERVICE_TAG] != UNRESOLVED and weight:
                forward.append(WeightedCluster(book.refer(tags), weight))
        if forward:
            route = ProxyRoute(matches.read({}), tuple(forward), source=rule.source, origin=rule.origin)
            return changed(outbound, routes=(route,))
    return outbound
