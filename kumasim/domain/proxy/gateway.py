"""The configuration of a built-in gateway.

Source: D-13 to D-59, GW-160 to GW-168, GW-176, GW-177, GW-179.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from kumasim.domain.policy import selector
from kumasim.domain.policy.identity import content, display_name, mesh_of, shown
from kumasim.domain.policy.matching import matching
from kumasim.domain.policy.merge import Rule, by_hostname
from kumasim.domain.policy.target_ref import GATEWAY, Subject
from kumasim.domain.proxy import gateway_http, gateway_route, gateway_tcp, hosts, tls
from kumasim.domain.proxy.backends import Unbuildable
from kumasim.domain.proxy.clusters import ClusterBook
from kumasim.domain.proxy.config import FilterChain, GenerationFailure, ProxyConfig, ProxyListener, VirtualHost
from kumasim.domain.proxy.load_balancing import balanced
from kumasim.domain.proxy.mesh import MeshSettings, settings
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig

HTTP_PROTOCOLS = ("HTTP", "HTTPS")


@attrs.frozen
class Listener:
    """One listener of a MeshGateway with its effective tags (D-15).

    Args:
        port, protocol, hostname: as written, `*` for no hostname.
        tags: of the Dataplane, overlaid by the MeshGateway's, overlaid by its own.
        tree: as written.
    """

    port: int
    protocol: str
    hostname: str
    tags: FrozenMap
    tree: Any

    @property
    def is_http(self) -> bool:
        return self.protocol in HTTP_PROTOCOLS


def gateway_of(view: View, dataplane: Resource) -> Resource | None:
    """The one MeshGateway that a built-in gateway plays. Source: D-13, A-6 to A-8."""
    return selector.best(view.find("proxy-meshgateway-by-mesh", mesh_of(dataplane)), tags_of(dataplane))


def tags_of(dataplane: Resource) -> FrozenMap:
    """The gateway tags of a Dataplane."""
    tags: FrozenMap = dig(content(dataplane), "networking", "gateway", "tags", default=EMPTY)
    return tags


def generate(view: View, dataplane: Resource) -> ProxyConfig | GenerationFailure:
    """The configuration of a built-in gateway as its control plane sees the world.

    Args:
        view: what the zone's control plane has observed; its store declares `indexes.INDEXES`.
        dataplane: a Dataplane with networking.gateway.type BUILTIN.

    Returns:
        The configuration (without listeners when no MeshGateway fits, D-14), or why none can be made, in which case
        a running gateway keeps what it has (D-42b).
    """
    mesh = settings(view, mesh_of(dataplane))
    gateway = gateway_of(view, dataplane)
    if gateway is None:
        return ProxyConfig(mesh.name, tags=(tags_of(dataplane),))
    try:
        return _Generation(view, mesh, dataplane, gateway).config()
    except Unbuildable as problem:
        return GenerationFailure(problem.reason, problem.rule, shown(gateway))


class _Generation:
    """One run of the generator: the inputs and the clusters gathered so far."""

    def __init__(self, view: View, mesh: MeshSettings, dataplane: Resource, gateway: Resource) -> None:
        self.view, self.mesh, self.gateway, self.tags = view, mesh, gateway, tags_of(dataplane)
        self.book = ClusterBook(view, mesh, self.tags)
        self.listeners = listeners_of(gateway, self.tags)
        self.http_rules = self._rules("proxy-httproute-by-mesh", http=True)
        self.tcp_rules = self._rules("proxy-tcproute-by-mesh", http=False)
        self.old_routes = view.find("proxy-gatewayroute-by-mesh", mesh.name)

    def config(self) -> ProxyConfig:
        by_port: dict[int, list[Listener]] = {}
        for listener in self.listeners:
            by_port.setdefault(listener.port, []).append(listener)
        made = tuple(self._listener(port, by_port[port]) for port in sorted(by_port))
        name = display_name(self.gateway)
        config = ProxyConfig(self.mesh.name, name, (self.tags,), made, self.book.all())
        subjects = [Subject(one.tags, GATEWAY, name) for one in self.listeners]
        return balanced(self.view, self.mesh, subjects, config)

    def _rules(self, index: str, http: bool) -> dict[Listener, dict[str, tuple[Rule, ...]]]:
        """The merged rules of each listener that some route policy is about; empty if none is (D-33)."""
        policies = self.view.find(index, self.mesh.name)
        name = display_name(self.gateway)
        found = {}
        for listener in self.listeners:
            about = matching(policies, [Subject(listener.tags, GATEWAY, name)]) if listener.is_http == http else ()
            if about:
                found[listener] = by_hostname(about, lambda item: True)
        return found

    def _listener(self, port: int, listeners: list[Listener]) -> ProxyListener:
        first = listeners[0]
        cross_mesh = bool(dig(first.tree, "crossMesh"))
        if cross_mesh and not self.mesh.mtls:
            raise Unbuildable(f"crossMesh port {port} needs mTLS in mesh {self.mesh.name}", "E-10")
        chains = self._http(port, listeners, cross_mesh) if first.is_http else self._tcp(listeners)
        return ProxyListener(port, first.protocol, chains, cross_mesh)

    def _http(self, port: int, listeners: list[Listener], cross_mesh: bool) -> tuple[FilterChain, ...]:
        # HTTP listeners share one table with a host for each name, HTTPS ones have a chain each (D-23); the code panics
        # on a crossMesh port without any (D-42c [U]), which ends as the error below does.
        by_host = self._by_rules(listeners) if self.http_rules else self._by_old_routes(listeners)
        found = [host for one in listeners for host in by_host.get(one.hostname, ())]
        if not found:
            raise Unbuildable(f"no route is about HTTP port {port}, although others have some", "D-42")
        if listeners[0].protocol == "HTTP":
            _without_duplicates(found, port)
            return (FilterChain(tls="MESH" if cross_mesh else "", hosts=tuple(sorted(found, key=_exactness))),)
        return tuple(
            FilterChain(one.hostname, tls.mode(self.view, self.mesh.name, one.tree), by_host.get(one.hostname, ()))
            for one in sorted(listeners, key=lambda each: hosts.exactness(each.hostname))
        )

    def _by_rules(self, listeners: list[Listener]) -> dict[str, tuple[VirtualHost, ...]]:
        return {
            one.hostname: gateway_http.virtual_hosts(one.hostname, self.http_rules.get(one, {}), self.book)
            for one in listeners
        }

    def _by_old_routes(self, listeners: list[Listener]) -> dict[str, tuple[VirtualHost, ...]]:
        http = [route for route in self.old_routes if dig(content(route), "conf", "http") is not None]
        attached = {one.hostname: gateway_route.attached(http, one.tags) for one in listeners}
        if listeners[0].protocol == "HTTP":
            return gateway_route.virtual_hosts(attached, self.book)
        made: dict[str, tuple[VirtualHost, ...]] = {}
        for name, routes in attached.items():
            made.update(gateway_route.virtual_hosts({name: routes}, self.book))
        return made

    def _tcp(self, listeners: list[Listener]) -> tuple[FilterChain, ...]:
        chains = []
        for one in sorted(listeners, key=lambda each: hosts.exactness(each.hostname)):
            mode = tls.mode(self.view, self.mesh.name, one.tree) if one.protocol == "TLS" else ""
            sni = one.hostname if one.protocol == "TLS" else ""
            if self.tcp_rules:
                if one in self.tcp_rules:
                    chains.append(gateway_tcp.chain(sni, mode, self.tcp_rules[one], self.book))
                continue
            old = [route for route in self.old_routes if dig(content(route), "conf", "tcp") is not None]
            clusters = gateway_route.tcp_clusters(gateway_route.attached(old, one.tags), self.book)
            chains.append(FilterChain(sni, mode, tcp=clusters))
        return tuple(chains)


def listeners_of(gateway: Resource, tags: Mapping[str, Any]) -> tuple[Listener, ...]:
    """The listeners of a MeshGateway for a Dataplane with these gateway tags. Source: D-15."""
    own = dig(gateway.body, "tags", default=dig(content(gateway), "tags", default=EMPTY))
    return tuple(
        Listener(
            int(dig(tree, "port", default=0)),
            dig(tree, "protocol", default="HTTP"),
            hosts.of_listener(dig(tree, "hostname", default="")),
            FrozenMap({**tags, **own, **dig(tree, "tags", default=EMPTY)}),
            tree,
        )
        for tree in dig(content(gateway), "conf", "listeners", default=())
    )


def _without_duplicates(found: list[VirtualHost], port: int) -> None:
    names = [host.hostname for host in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Unbuildable(f"port {port} has two virtual hosts for {twice[0]}, which Envoy refuses", "D-41 [U]")


def _exactness(host: VirtualHost) -> tuple[int, int, str]:
    return hosts.exactness(host.hostname)
