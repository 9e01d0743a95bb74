"""The configuration of a sidecar: its inbounds, what it shares with the mesh, and what route policies change in that.

Source: B-30 to B-34, F-1 to F-14, H-11 to H-37, GW-144 to GW-146, GW-169 to GW-178.
"""

from __future__ import annotations

from kumasim.domain.changed import changed
from kumasim.domain.policy.identity import SERVICE_TAG, ZONE_TAG, content, mesh_of, on_universal
from kumasim.domain.policy.matching import matching
from kumasim.domain.policy.target_ref import GATEWAY, SIDECAR, Subject
from kumasim.domain.proxy import gamma, indexes
from kumasim.domain.proxy.clusters import ClusterBook
from kumasim.domain.proxy.config import MeshOutbounds, ProxyConfig, ProxyOutbound, WeightedCluster
from kumasim.domain.proxy.inbounds import inbounds
from kumasim.domain.proxy.load_balancing import balanced
from kumasim.domain.proxy.mesh import MeshSettings, settings
from kumasim.domain.proxy.outbounds import mesh_outbounds, outbound, service_cluster
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig

LOOPBACK = "127.0.0.1"


def generate(view: View, dataplane: Resource, shared: MeshOutbounds | None = None) -> ProxyConfig:
    """The configuration of a sidecar or a delegated gateway.

    Args:
        view: what the zone's control plane has observed; its store declares `indexes.INDEXES`.
        dataplane: its Dataplane.
        shared: `mesh_outbounds` of the same view and mesh, when the caller has many sidecars to serve; made anew
            otherwise.
    """
    mesh = settings(view, mesh_of(dataplane))
    common = mesh_outbounds(view, mesh) if shared is None else shared
    tags = identity(dataplane)
    config = ProxyConfig(
        mesh.name, tags=tags, inbounds=inbounds(view, mesh, dataplane), shared=common, reachable=_reachable(dataplane)
    )
    config = _with_own_outbounds(view, mesh, dataplane, _kept_home(view, mesh, dataplane, config))
    config = _with_routes(view, mesh, dataplane, config)
    return balanced(view, mesh, [Subject(one, _proxy_type(dataplane)) for one in tags], config)


def _proxy_type(dataplane: Resource) -> str:
    return GATEWAY if dig(content(dataplane), "networking", "gateway") is not None else SIDECAR


def _reachable(dataplane: Resource) -> tuple[str, ...] | None:
    """The services that a proxy may know of: those its annotation names, all of them if none does; without transparent
    proxying (which every pod has) none but those that the Dataplane lists itself.

    Source: E-9, F-14.
    """
    transparent = dig(content(dataplane), "networking", "transparentProxying")
    if transparent is None and on_universal(dataplane):
        return ()
    named = dig(transparent, "reachableServices")
    return None if named is None or "*" in named else tuple(sorted(str(one) for one in named))


def identity(dataplane: Resource) -> tuple[FrozenMap, ...]:
    """The tag maps that a proxy's certificate stands for: of its inbounds, or of a gateway."""
    gateway = dig(content(dataplane), "networking", "gateway", "tags")
    if gateway is not None:
        return (gateway,)
    return tuple(dig(inbound, "tags", default=EMPTY) for inbound in indexes.inbounds(dataplane))


def _kept_home(view: View, mesh: MeshSettings, dataplane: Resource, config: ProxyConfig) -> ProxyConfig:
    """A delegated gateway that calls a Service by its cluster address stays in its zone, as the documentation says.

    The code of 2.8 spreads such calls over all zones, like those to `.mesh` names. Source: F-11.
    """
    delegated = dig(content(dataplane), "networking", "gateway") is not None
    if not delegated or not view.around.profile.documented or config.shared is None:
        return config
    book = ClusterBook(view, mesh, config.tags[0])
    made = [
        one if one.hostnames else _rerouted(one, book.refer({SERVICE_TAG: one.service, ZONE_TAG: view.around.zone}))
        for one in config.shared.outbounds
    ]
    return changed(config, outbounds=tuple(made), clusters=book.all())


def _rerouted(one: ProxyOutbound, cluster: str) -> ProxyOutbound:
    routes = tuple(changed(route, forward=(WeightedCluster(cluster),)) for route in one.routes)
    return changed(one, routes=routes)


def _with_own_outbounds(view: View, mesh: MeshSettings, dataplane: Resource, config: ProxyConfig) -> ProxyConfig:
    """The outbounds that a Universal Dataplane lists itself, at 127.0.0.1 unless it says otherwise. Source: E-9."""
    made, clusters = [], []
    for tree in dig(content(dataplane), "networking", "outbound", default=()):
        service = dig(tree, "tags", SERVICE_TAG, default=dig(tree, "service", default=""))
        if service:
            to = service_cluster(view, mesh, service)
            clusters.append(to)
            address = dig(tree, "address", default=LOOPBACK)
            made.append(outbound(to, address, dig(tree, "port", default=0), ()))
    if not made or config.shared is None:
        return config
    named = {one.service for one in made}
    kept = (one for one in config.all_outbounds() if one.service in named)
    return changed(config, clusters=(*config.clusters, *clusters), outbounds=(*made, *kept))


def _with_routes(view: View, mesh: MeshSettings, dataplane: Resource, config: ProxyConfig) -> ProxyConfig:
    subjects = [Subject(tags, _proxy_type(dataplane)) for tags in config.tags]
    http = matching(view.find("proxy-httproute-by-mesh", mesh.name), subjects)
    tcp = matching(view.find("proxy-tcproute-by-mesh", mesh.name), subjects)
    named = {*gamma.named_by(http), *gamma.named_by(tcp)}
    if not named or config.shared is None:
        return config
    book = ClusterBook(view, mesh, config.tags[0] if config.tags else EMPTY)
    own, hidden = [], []
    mine = {one.service for one in config.outbounds}
    for each in config.all_outbounds():
        if each.service in named:
            made = gamma.routed(each, http, tcp, book)
            own.append(made)
            hidden += [each.service] if made is None else []
        elif each.service in mine:
            own.append(each)
    return changed(
        config,
        clusters=(*config.clusters, *book.all()),
        outbounds=tuple(one for one in own if one is not None),
        hidden=tuple(sorted(set(hidden))),
    )
