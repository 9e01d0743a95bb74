"""Which policy applies to which listener, route and cluster of a proxy, and why: `kumasim get policies --for`.

Source: G-1 to G-21, D-34 to D-37, H-24, H-34 to H-38; the support table of Kuma's page "Gateway".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from kumasim.domain.policy import connection, selector, target_ref
from kumasim.domain.policy.connection import Candidate, Choice
from kumasim.domain.policy.identity import KUMA, SERVICE_TAG, content, mesh_of, shown
from kumasim.domain.policy.matching import matching
from kumasim.domain.policy.support import CLUSTER, CONNECTION_POLICIES, LISTENER, OTHER_POLICIES, ROUTE
from kumasim.domain.policy.target_ref import GATEWAY, SIDECAR, Subject
from kumasim.domain.proxy import hosts
from kumasim.domain.proxy.config import ProxyConfig, ProxyRoute
from kumasim.domain.proxy.gateway import Listener, listeners_of
from kumasim.domain.proxy.indexes import inbounds, is_builtin
from kumasim.domain.resource import Resource
from kumasim.domain.store import Store
from kumasim.domain.tree import dig

TARGETED = (
    "MeshHTTPRoute", "MeshTCPRoute", "MeshTimeout", "MeshRetry", "MeshCircuitBreaker", "MeshHealthCheck",
    "MeshRateLimit", "MeshFaultInjection", "MeshAccessLog", "MeshLoadBalancingStrategy", "MeshTrafficPermission",
    "MeshMetric", "MeshTrace", "MeshProxyPatch",
)  # fmt: skip
"""The kinds with a target reference."""

NOT_AT_GATEWAYS = frozenset({"MeshTrafficPermission"})
"""Kinds that are never applied to what enters a built-in gateway. Source: H-38."""

INBOUND_POLICIES = frozenset({"RateLimit", "FaultInjection", "TrafficPermission"})
"""The older kinds that a sidecar carries out at its inbounds, the others at its outbounds."""


@attrs.frozen
class Applied:
    """A policy at one part of a proxy, or one that matched and does not act there.

    Args:
        part: "listener 8080 *", "route 8080 * exact /", "cluster NAME", "inbound 80", "outbound NAME", "proxy".
        policy: `Kind/namespace/name`.
        applies: whether it has a word there.
        why: one sentence.
        rule: its source.
    """

    part: str
    policy: str
    applies: bool
    why: str
    rule: str = ""


def policies_for(
    store: Store, dataplane: Resource, config: ProxyConfig | None, documented: bool
) -> tuple[Applied, ...]:
    """Every policy that is about a proxy, part by part.

    Args:
        store: what the proxy's zone holds.
        dataplane: a gateway's or a sidecar's.
        config: what it has received, for its routes and clusters; None if nothing yet.
        documented: how policies are chosen: as the documentation says, or as the code does.
    """
    received = config if config is not None else ProxyConfig()
    if is_builtin(dataplane):
        return tuple(_at_gateway(store, dataplane, received, documented))
    return tuple(_at_sidecar(store, dataplane, received))


def _of_kind(store: Store, kind: str, mesh: str) -> tuple[Resource, ...]:
    return tuple(one for one in store.list(KUMA, kind) if mesh_of(one) == mesh)


# ---------------------------------------------------------------------------- built-in gateways


def _at_gateway(store: Store, dataplane: Resource, config: ProxyConfig, documented: bool) -> Iterable[Applied]:
    mesh = mesh_of(dataplane)
    tags = dig(content(dataplane), "networking", "gateway", "tags", default={})
    gateway = selector.best(_of_kind(store, "MeshGateway", mesh), tags)
    if gateway is None:
        return
    listeners = listeners_of(gateway, tags)
    for kind in TARGETED:
        policies = _of_kind(store, kind, mesh)
        for one in listeners:
            yield from _targeted(kind, policies, _named(one), Subject(one.tags, GATEWAY, config.gateway))
    for kind in CONNECTION_POLICIES:
        policies = _of_kind(store, kind, mesh)
        for one in listeners:
            yield from _connection(
                kind, connection.for_listener(policies, one.tags), one, listeners, config, documented
            )
    for kind in OTHER_POLICIES:
        yield from _other(kind, _of_kind(store, kind, mesh), tags)


def _named(listener: Listener) -> str:
    return f"listener {listener.port} {listener.hostname}"


def _targeted(kind: str, policies: Sequence[Resource], part: str, subject: Subject) -> Iterable[Applied]:
    about = matching(policies, [subject])
    for place, policy in enumerate(about, start=1):
        ref = target_ref.read(dig(content(policy), "targetRef"))
        aim = f"targetRef {ref.kind} {ref.name}".rstrip()
        if kind in NOT_AT_GATEWAYS and subject.gateway:
            yield Applied(part, shown(policy), False, "it is never applied to what enters a built-in gateway", "H-38")
        elif place == len(about):
            yield Applied(part, shown(policy), True, f"{aim}; it has the last word", "D-34, D-37")
        else:
            yield Applied(part, shown(policy), True, f"{aim}; stronger ones override what they also say", "D-37")


def _connection(
    kind: str,
    candidates: tuple[Candidate, ...],
    listener: Listener,
    listeners: Sequence[Listener],
    config: ProxyConfig,
    documented: bool,
) -> Iterable[Applied]:
    support = CONNECTION_POLICIES[kind]
    if not support.parts:
        yield from (
            Applied(_named(listener), shown(one.policy), False, support.elsewhere, support.rule) for one in candidates
        )
        return
    for name, destinations in _routes(listener, listeners, config) if candidates else ():
        if ROUTE in support.parts:
            yield from _chosen(name, connection.for_route(candidates, destinations, documented))
        if CLUSTER in support.parts:
            for each in destinations:
                chosen = connection.for_cluster(candidates, each, documented)
                yield from _chosen(f"cluster {_text(each)} of {name}", chosen)


def _chosen(part: str, choice: Choice | None) -> Iterable[Applied]:
    if choice is None:
        return
    yield Applied(part, shown(choice.policy), True, choice.why, choice.rule)
    for lost, why in choice.lost:
        yield Applied(part, shown(lost), False, why, choice.rule)


def _routes(
    listener: Listener, listeners: Sequence[Listener], config: ProxyConfig
) -> Iterable[tuple[str, list[Mapping[str, Any]]]]:
    """The routes that a listener serves, each with the destinations of its backends."""
    made = next((one for one in config.listeners if one.port == listener.port), None)
    for chain in () if made is None else made.chains:
        if chain.tcp and chain.sni in ("", listener.hostname):
            yield f"{_named(listener)}, all its bytes", _destinations([one.cluster for one in chain.tcp], config)
        for host in chain.hosts:
            if _home(host.hostname, listener.port, listeners) == listener.hostname:
                for route in host.routes:
                    if route.forward:
                        backends = [one.cluster for one in route.forward]
                        yield _route_name(listener.port, host.hostname, route), _destinations(backends, config)


def _home(hostname: str, port: int, listeners: Sequence[Listener]) -> str:
    """The listener hostname that a virtual host belongs to: the most exact one that contains it. Source: D-39."""
    names = [one.hostname for one in listeners if one.port == port and hosts.contains(one.hostname, hostname)]
    return min(names, key=hosts.exactness, default="")


def _route_name(port: int, hostname: str, route: ProxyRoute) -> str:
    method = f" {route.match.method}" if route.match.method else ""
    return f"route {port} {hostname} {route.match.path.kind} {route.match.path.value}{method}"


def _destinations(names: Iterable[str], config: ProxyConfig) -> list[Mapping[str, Any]]:
    return [found.tags for name in names if (found := config.cluster(name)) is not None]


def _text(tags: Mapping[str, Any]) -> str:
    others = ",".join(f"{key}={tags[key]}" for key in sorted(tags) if key != SERVICE_TAG)
    return f"{tags.get(SERVICE_TAG, '')}{{{others}}}" if others else str(tags.get(SERVICE_TAG, ""))


def _other(kind: str, policies: Sequence[Resource], tags: Mapping[str, Any]) -> Iterable[Applied]:
    """TrafficLog goes by the pseudo service `pass_through` (G-16); the others act elsewhere or not at all."""
    support = OTHER_POLICIES[kind]
    if kind == "TrafficLog":
        candidates = connection.for_proxy(policies, [tags])
        yield from _chosen("proxy", connection.for_cluster(candidates, connection.PASS_THROUGH, documented=False))
        return
    for policy in policies:
        if kind == "ProxyTemplate":
            if any(selector.matches(one, tags) for one in selector.selectors(policy)):
                yield Applied(
                    "proxy", shown(policy), LISTENER in support.parts, "its selector fits the proxy", support.rule
                )
        elif any(selector.matches(one, tags) for one in selector.selectors(policy, "sources")):
            yield Applied("proxy", shown(policy), False, support.elsewhere, support.rule)


# ---------------------------------------------------------------------------- sidecars and delegated gateways


def _at_sidecar(store: Store, dataplane: Resource, config: ProxyConfig) -> Iterable[Applied]:
    mesh = mesh_of(dataplane)
    delegated = dig(content(dataplane), "networking", "gateway") is not None
    parts = [(f"inbound {dig(one, 'port')}", dig(one, "tags", default={})) for one in inbounds(dataplane)]
    if delegated:
        parts = [("gateway", config.tags[0] if config.tags else {})]
    for kind in TARGETED:
        policies = _of_kind(store, kind, mesh)
        for name, tags in parts:
            yield from _targeted(kind, policies, name, Subject(tags, GATEWAY if delegated else SIDECAR))
    for kind in (*CONNECTION_POLICIES, "TrafficLog", "TrafficRoute", "TrafficPermission"):
        policies = _of_kind(store, kind, mesh)
        if kind in INBOUND_POLICIES:
            for name, tags in () if delegated else parts:
                yield from _inbound(policies, name, tags)
        else:
            candidates = connection.for_proxy(policies, [tags for _, tags in parts])
            yield from _outbounds(candidates, config)


def _inbound(policies: Sequence[Resource], name: str, tags: Mapping[str, Any]) -> Iterable[Applied]:
    best = selector.best(policies, tags, lambda policy: selector.selectors(policy, "destinations"))
    if best is not None:
        yield Applied(name, shown(best), True, "its destination selector fits best, then the newest", "G-20")


def _outbounds(candidates: tuple[Candidate, ...], config: ProxyConfig) -> Iterable[Applied]:
    for service in sorted({one.service for one in config.all_outbounds()}) if candidates else ():
        chosen = connection.for_cluster(candidates, {SERVICE_TAG: service}, documented=False)
        if chosen is not None:
            yield from _chosen(f"outbound {service}", attrs.evolve(chosen, rule="G-20"))
