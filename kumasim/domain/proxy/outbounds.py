"""The outbounds that every sidecar of a mesh shares: one for each service that the zone knows, before route policies.

Source: F-1 to F-8, F-10, F-11, B-48, C-30, C-37, H-11 to H-24.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kumasim.domain.changed import changed
from kumasim.domain.policy.identity import NAMESPACE_TAG, SERVICE_TAG, ZONE_TAG, content, display_name, mesh_of
from kumasim.domain.proxy import cross_mesh, indexes, matches, vips
from kumasim.domain.proxy.clusters import cluster, protocol_of
from kumasim.domain.proxy.config import (
    MeshOutbounds,
    ProxyCluster,
    ProxyOutbound,
    ProxyRoute,
    WeightedCluster,
)
from kumasim.domain.proxy.endpoints import Advertised
from kumasim.domain.proxy.mesh import MeshSettings
from kumasim.domain.proxy.meshservices import at_home, is_local, meshservice_ingresses
from kumasim.domain.proxy.permissions import HTTP_PROTOCOLS
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap, dig
from kumasim.domain.vips import FQDN, SERVICE

SERVICELESS_PORT = 49151
CATCH_ALL = "automatic route to the parent service (GW-174)"


def mesh_outbounds(view: View, mesh: MeshSettings) -> MeshOutbounds:
    """What every sidecar of a mesh in this zone has; to be made once for all of them.

    Args:
        view: the zone control plane's.
        mesh: its settings.
    """
    clusters: dict[str, ProxyCluster] = {}
    made = [] if vips.skipped(view) else list(_from_table(view, mesh, clusters))
    for place, to in _meshservices(view, mesh, clusters):
        clusters.setdefault(to.name, to)
        made.append(changed(outbound(clusters[to.name], *place), own_address=True))
    return MeshOutbounds(tuple(made), tuple(clusters[name] for name in sorted(clusters)))


def _from_table(view: View, mesh: MeshSettings, clusters: dict[str, ProxyCluster]) -> Iterable[ProxyOutbound]:
    """The outbounds that virtual addresses give: services, VirtualOutbounds, hosts, cross-mesh gateways; C-3 drops all.

    Source: C-3, F-3 to F-5, E-2 to E-4.
    """
    held = vips.table(view, mesh.name)
    for service in _services(view, mesh):
        to = clusters[service] = service_cluster(view, mesh, service)
        address = held.address(SERVICE, service)
        yield from (outbound(to, address, port, vips.mesh_names(service)) for port in vips.ports(held, service))
        yield from (outbound(to, at, port, ()) for at, port in _cluster_ips(view, mesh, service))
    for address, port, hostname, tags in vips.invented(held):
        made = cluster(view, mesh, tags)
        to = clusters.setdefault(made.name, changed(made, protocol=protocol_of(made.endpoints)))
        yield outbound(to, address, port, (hostname,))
    for (port, hostname), to in cross_mesh.outbounds(view, mesh):
        clusters.setdefault(to.name, to)
        yield outbound(to, held.address(FQDN, hostname), port, (hostname,))


def outbound(to: ProxyCluster, address: str, port: int, hostnames: tuple[str, ...]) -> ProxyOutbound:
    """An outbound to one cluster, HTTP if its service speaks it, with the automatic route only."""
    route = ProxyRoute(matches.read({}), (WeightedCluster(to.name),), source=CATCH_ALL)
    http = to.protocol in HTTP_PROTOCOLS
    return ProxyOutbound(address, port, hostnames, to.service, http, matches.expanded([route]))


def service_cluster(view: View, mesh: MeshSettings, service: str) -> ProxyCluster:
    """The cluster of a whole service, spoken to in the protocol that its endpoints agree on."""
    made = cluster(view, mesh, FrozenMap({SERVICE_TAG: service}))
    return changed(made, protocol=protocol_of(made.endpoints))


def _services(view: View, mesh: MeshSettings) -> list[str]:
    """The service tags that the zone knows in a mesh. Source: F-1, F-2, F-3."""
    found: set[str] = set()
    for dataplane in view.find("proxy-sidecar-by-mesh", mesh.name):
        for inbound in indexes.inbounds(dataplane):
            ignored = dig(inbound, "state") == "Ignored" or dig(inbound, "port") == SERVICELESS_PORT
            if not ignored and dig(content(dataplane), "networking", "gateway") is None:
                found.add(dig(inbound, "tags", SERVICE_TAG, default=""))
    for ingress in view.find("proxy-ingress-by-mesh", mesh.name):
        seen = ingress.view(Advertised)
        if seen.zone not in ("", view.around.zone):
            found.update(service for of_mesh, service in seen.services if of_mesh == mesh.name)
    for external in view.find("proxy-external-by-mesh", mesh.name):
        found.add(dig(content(external), "tags", SERVICE_TAG, default=""))
    return sorted(found - {""})


def _cluster_ips(view: View, mesh: MeshSettings, service: str) -> list[tuple[str, int]]:
    """The ClusterIPs (or, headless, pod addresses) of Services behind a service tag's local inbounds.

    Source: B-48, F-10.
    """
    found: set[tuple[str, int]] = set()
    for dataplane in view.find("proxy-dataplane-by-service", (mesh.name, service)):
        for inbound in indexes.inbounds(dataplane):
            tags = dig(inbound, "tags", default={})
            if dig(tags, SERVICE_TAG) == service:
                found.update(_service_addresses(view, dataplane, tags))
    return sorted(found)


def _service_addresses(view: View, dataplane: Resource, tags: Mapping[str, str]) -> list[tuple[str, int]]:
    namespace, name = dig(tags, NAMESPACE_TAG, default=""), dig(tags, "k8s.kuma.io/service-name", default="")
    found = view.get("Service", namespace, name)
    port = dig(tags, "k8s.kuma.io/service-port", default="")
    if found is None or not port.isdigit():
        return []
    address = dig(content(found), "clusterIP", default="")
    if address == "None":
        return [(dig(content(dataplane), "networking", "address", default=""), int(port))]
    return [(address, int(port))] if address else []


Place = tuple[str, int, tuple[str, ...]]
"""Address, port and hostnames of an outbound."""


def _meshservices(
    view: View, mesh: MeshSettings, known: Mapping[str, ProxyCluster]
) -> Iterable[tuple[Place, ProxyCluster]]:
    """Outbounds at each VIP and port of the mesh's MeshServices; hostnames go to the first VIP. Source: C-37."""
    for service in view.find("proxy-meshservice-by-mesh", mesh.name):
        addresses = [dig(one, "ip", default="") for one in dig(service.status, "vips", default=())]
        names = tuple(dig(one, "hostname", default="") for one in dig(service.status, "addresses", default=()))
        for port in dig(content(service), "ports", default=()):
            number = dig(port, "port", default=0)
            made = _meshservice_cluster(view, mesh, service, number, known)
            for position, address in enumerate(dict.fromkeys(addresses)):
                yield (address, number, names if position == 0 else ()), made


def _meshservice_cluster(
    view: View, mesh: MeshSettings, service: Resource, port: int, known: Mapping[str, ProxyCluster]
) -> ProxyCluster:
    name = indexes.destination_name(service, port)
    by_hand = "" if "kuma.io/managed-by" in service.meta.labels else display_name(service)
    if is_local(view, service):
        return known.get(name) or changed(service_cluster(view, mesh, name), shown=by_hand)
    home = service.meta.labels.get(ZONE_TAG, "")
    there = indexes.destination_name(at_home(service), port)
    endpoints = meshservice_ingresses(view, mesh, there, home)
    made = ProxyCluster(name, name, mesh_of(service), FrozenMap({SERVICE_TAG: there}), endpoints, bool(mesh.mtls))
    return changed(made, protocol=_protocol(service, port), shown=by_hand)


def _protocol(service: Resource, port: int) -> str:
    """What a MeshService says that it speaks at a port; ingresses do not tell. Source: C-17."""
    for one in dig(content(service), "ports", default=()):
        if dig(one, "port") == port:
            return str(dig(one, "appProtocol", default="tcp"))
    return "tcp"
