"""What a dataplane proxy has received from its control plane, as frozen values.

A built-in gateway gets listeners, a sidecar inbounds and outbounds; both get clusters, which weighted routes name. The
part that every sidecar of a mesh shares is one value, `MeshOutbounds`, made once and referred to by all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from kumasim.domain.resource import Origin
from kumasim.domain.tree import EMPTY, FrozenMap
from kumasim.domain.vocabulary import once, value

UNRESOLVED = "kuma.io/unresolved-backend"
"""The backend that stands for a reference which could not be resolved: a cluster that never exists. Source: GW-132."""


@value
class RoutePath:
    """What a path must be: kind "exact", "prefix" or "regex", and a value.

    Args:
        written: the prefix that the author wrote, for entries expanded from it (D-32); what a rewrite replaces.
    """

    kind: str
    value: str
    written: str = ""


@value
class RouteCondition:
    """What a header or query parameter must be: kind "exact", "prefix", "regex", "present" or "absent"."""

    name: str
    kind: str = "exact"
    value: str = ""


@value
class RouteMatch:
    """All of this must hold of a request; an empty method means any."""

    path: RoutePath
    method: str = ""
    headers: tuple[RouteCondition, ...] = ()
    query: tuple[RouteCondition, ...] = ()


@value
class HeaderChange:
    """Headers to set, add to and remove; on "request" or "response"."""

    on: str
    set: tuple[tuple[str, str], ...] = ()
    add: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()


@value
class PathChange:
    """What becomes of a path: kind "full" replaces all of it, "prefix" the matched prefix."""

    kind: str
    value: str


@value
class RouteRewrite:
    """A new authority and path for the request on its way to the backend."""

    host: str = ""
    path: PathChange | None = None
    backend_host: bool = False
    """Use the backend's own hostname (external services)."""


@value
class RouteMirror:
    """A copy of requests to a cluster; `percent` as written."""

    cluster: str
    percent: str = "100"


@value
class RouteRedirect:
    """An answer that sends the caller elsewhere; empty fields keep the request's. Source: D-44."""

    status: int = 302
    scheme: str = ""
    host: str = ""
    port: int = 0
    path: PathChange | None = None


@value
class DirectResponse:
    """An answer that the proxy itself gives."""

    status: int
    body: str = ""


@value
class WeightedCluster:
    """A cluster by name and its weight among its kin."""

    cluster: str
    weight: int = 1


@value
class ProxyRoute:
    """One entry of a virtual host's ordered list; the first that matches decides.

    Args:
        match: when it applies.
        forward: weighted clusters, when it forwards.
        redirect: when it redirects.
        direct: when the proxy answers itself.
        changes, rewrite, mirrors: its filters.
        source: the object behind it, `Kind/namespace/name`, or the rule for an automatic entry.
        origin: where the user wrote that.
    """

    match: RouteMatch
    forward: tuple[WeightedCluster, ...] = ()
    redirect: RouteRedirect | None = None
    direct: DirectResponse | None = None
    changes: tuple[HeaderChange, ...] = ()
    rewrite: RouteRewrite | None = None
    mirrors: tuple[RouteMirror, ...] = ()
    source: str = ""
    origin: Origin | None = attrs.field(default=None, eq=False)


@value
class VirtualHost:
    """The routes of one hostname: a name, `*.suffix` or `*`."""

    hostname: str
    routes: tuple[ProxyRoute, ...] = ()


@value
class FilterChain:
    """What a listener does with a connection.

    Args:
        sni: server name it takes over TLS, "*" for any; "" for plaintext.
        tls: "", "TERMINATE", "PASSTHROUGH" or "MESH" (only mesh certificates: crossMesh).
        hosts: virtual hosts, for HTTP.
        tcp: weighted clusters, for TCP and TLS.
        source: the object behind the TCP routing.
    """

    sni: str = ""
    tls: str = ""
    hosts: tuple[VirtualHost, ...] = ()
    tcp: tuple[WeightedCluster, ...] = ()
    source: str = ""
    origin: Origin | None = attrs.field(default=None, eq=False)


@value
class ProxyListener:
    """A port that a built-in gateway listens on; protocol HTTP, HTTPS, TCP or TLS."""

    port: int
    protocol: str
    chains: tuple[FilterChain, ...]
    cross_mesh: bool = False


@value
class ProxyEndpoint:
    """Where a cluster may send a request.

    Args:
        address, port: where to connect.
        zone: of the workload.
        kind: "dataplane", "zone-ingress" (the workload is behind another zone's ingress), "zone-egress", "external" or
            "gateway" (a built-in gateway of this zone, for cross-mesh listeners).
        tags: the workload's, or the advertised ones.
        weight: among its priority.
        priority: only the lowest non-empty one is used (H-22, H-23 [U]).
        dataplane: namespace and name of the Dataplane, for kind "dataplane".
    """

    address: str
    port: int
    zone: str = ""
    kind: str = "dataplane"
    tags: FrozenMap = EMPTY
    weight: int = 1
    priority: int = 0
    dataplane: tuple[str, str] = ("", "")


@once
@value
class ProxyCluster:
    """A destination: a service tag, the other tags that narrow it, and its endpoints as the control plane saw them.

    Args:
        name: what routes call it.
        service: the service tag.
        mesh: the mesh it lives in.
        tags: all destination tags, the service tag among them.
        mtls: whether connections to it carry the mesh's certificates.
        protocol: "http", "http2", "grpc", "tcp", ..., as the proxy treats it.
        listener_port: for a cross-mesh gateway, the port of its listener; 0 otherwise.
        shown: what a user knows the destination as, where that is not the Service of its endpoints: the name of a
            MeshService made by hand.
    """

    name: str
    service: str
    mesh: str = "default"
    tags: FrozenMap = EMPTY
    endpoints: tuple[ProxyEndpoint, ...] = ()
    mtls: bool = False
    protocol: str = "http"
    listener_port: int = 0
    shown: str = ""


@value
class PermissionRule:
    """Who may or may not come in; the last rule that is about a client decides.

    Args:
        tags: what the client's tags must be ("*": any value); empty is everybody of the mesh.
        allow: the verdict.
        source: the policy behind it.
    """

    tags: FrozenMap = EMPTY
    allow: bool = True
    source: str = ""
    origin: Origin | None = attrs.field(default=None, eq=False)


@value
class ProxyInbound:
    """A port of the workload that its sidecar guards.

    Args:
        address, port: where it is reached.
        tags: the inbound's tags, `kuma.io/service` and `kuma.io/protocol` among them.
        ready: whether it counts as an endpoint (B-34).
        mtls: "" (mesh without mTLS), "STRICT" or "PERMISSIVE".
        permissions: in ascending order of strength; nobody named means nobody may (H-34).
        network_level: whether they act on connections rather than requests: always for TrafficPermission, for
            MeshTrafficPermission on inbounds that do not speak HTTP (H-36).
    """

    address: str
    port: int
    tags: FrozenMap = EMPTY
    ready: bool = True
    mtls: str = ""
    permissions: tuple[PermissionRule, ...] = ()
    network_level: bool = False


@once
@value
class ProxyOutbound:
    """A destination that a sidecar intercepts.

    Args:
        address, port: what the application connects to ("" when only its names are known).
        hostnames: names that resolve to it in the proxy's DNS.
        service: the service tag it stands for.
        http: whether requests are understood as HTTP; otherwise bytes are forwarded.
        routes: for HTTP, in order; for TCP the first one's weighted clusters count.
    """

    address: str
    port: int
    hostnames: tuple[str, ...] = ()
    service: str = ""
    http: bool = False
    routes: tuple[ProxyRoute, ...] = ()
    own_address: bool = False
    """Whether it is a MeshService's, which no list of reachable services takes away (C-38)."""


@once
@value
class MeshOutbounds:
    """The outbounds and clusters that every sidecar of a mesh in a zone shares, before any route policy."""

    outbounds: tuple[ProxyOutbound, ...] = ()
    clusters: tuple[ProxyCluster, ...] = ()
    _places: dict[Any, list[ProxyOutbound]] = attrs.field(factory=dict, init=False, eq=False, repr=False)
    _clusters: dict[str, ProxyCluster] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    def at(self, place: str, port: int) -> tuple[ProxyOutbound, ...]:
        """The outbounds at an address or hostname and a port; found out for all of them when first asked."""
        if not self._places:
            for one in self.outbounds:
                for name in dict.fromkeys((one.address, *one.hostnames)):
                    self._places.setdefault((name, one.port), []).append(one)
                for name in one.hostnames:
                    self._places.setdefault(name, []).append(one)
        return tuple(self._places.get((place, port), ()))

    def named(self, hostname: str) -> tuple[ProxyOutbound, ...]:
        """The outbounds that have a hostname, at whatever port."""
        self.at("", 0)
        return tuple(self._places.get(hostname, ()))

    def cluster(self, name: str) -> ProxyCluster | None:
        """The cluster of a name, or None."""
        if not self._clusters:
            self._clusters.update({one.name: one for one in reversed(self.clusters)})
        return self._clusters.get(name)


@once
@value
class ProxyConfig:
    """All that one proxy has been told.

    Args:
        mesh: its mesh.
        gateway: the MeshGateway that a built-in gateway plays, "" for others.
        tags: its identity: the tag maps of its inbounds, or its gateway tags.
        listeners: of a built-in gateway.
        clusters: its own.
        inbounds: of a sidecar.
        outbounds: of a sidecar, where route policies make them differ from the shared ones.
        shared: what all sidecars of the mesh have; an outbound above hides the shared one of the same address, port
            and service.
    """

    mesh: str = "default"
    gateway: str = ""
    tags: tuple[FrozenMap, ...] = ()
    listeners: tuple[ProxyListener, ...] = ()
    clusters: tuple[ProxyCluster, ...] = ()
    inbounds: tuple[ProxyInbound, ...] = ()
    outbounds: tuple[ProxyOutbound, ...] = ()
    shared: MeshOutbounds | None = None
    hidden: tuple[str, ...] = ()
    """Services whose shared outbounds a route policy took away without a replacement (GW-171 [U])."""
    reachable: tuple[str, ...] | None = None
    """The services that it may know of; None for all (F-14)."""

    def cluster(self, name: str) -> ProxyCluster | None:
        """The cluster of a name, or None."""
        own = next((one for one in self.clusters if one.name == name), None)
        return own if own is not None or self.shared is None else self.shared.cluster(name)

    def outbounds_at(self, place: str, port: int) -> tuple[ProxyOutbound, ...]:
        """The outbounds in force at an address or hostname and a port."""
        own = (one for one in self.outbounds if one.port == port and (one.address == place or place in one.hostnames))
        return (*own, *self._of_shared(lambda shared: shared.at(place, port)))

    def outbounds_named(self, hostname: str) -> tuple[ProxyOutbound, ...]:
        """The outbounds in force that have a hostname."""
        own = (one for one in self.outbounds if hostname in one.hostnames)
        return (*own, *self._of_shared(lambda shared: shared.named(hostname)))

    def _of_shared(self, read: Callable[[MeshOutbounds], tuple[ProxyOutbound, ...]]) -> Iterator[ProxyOutbound]:
        for one in () if self.shared is None else read(self.shared):
            hidden = one.service in self.hidden or any(mine.service == one.service for mine in self.outbounds)
            if not hidden and self._may_know(one):
                yield one

    def all_outbounds(self) -> tuple[ProxyOutbound, ...]:
        """The outbounds in force: its own, then the shared ones that these do not hide."""
        if self.shared is None:
            return self.outbounds
        own = {outbound.service for outbound in self.outbounds} | set(self.hidden)
        shared = (one for one in self.shared.outbounds if one.service not in own and self._may_know(one))
        return (*self.outbounds, *shared)

    def _may_know(self, outbound: ProxyOutbound) -> bool:
        return self.reachable is None or outbound.own_address or outbound.service in self.reachable


@value
class GenerationFailure:
    """Why no configuration could be made; a running proxy keeps its last good one. Source: D-42b."""

    reason: str
    rule: str
    subject: str = ""

    def __str__(self) -> str:
        return f"{self.reason} ({self.rule}){f' [{self.subject}]' if self.subject else ''}"
