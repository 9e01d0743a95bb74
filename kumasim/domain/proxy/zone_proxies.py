"""The configuration of a zone's own doors: what its ingress passes on to, and where its egress sends.

An ingress gets one cluster for each service of its zone, with the healthy inbounds behind it; an egress one for each
service that other zones advertise in meshes that route through egresses, and one for each external service.

Source: KDS-205, KDS-213, E-15, C-25, C-31, H-21, H-30, H-32.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.changed import changed
from kumasim.domain.policy.identity import KUMA, MESH_TAG, SERVICE_TAG, content, mesh_of
from kumasim.domain.proxy import indexes
from kumasim.domain.proxy.config import ProxyCluster, ProxyConfig, ProxyEndpoint, ProxyInbound
from kumasim.domain.proxy.endpoints import Advertised, external_endpoints, remote_endpoints
from kumasim.domain.proxy.mesh import MeshSettings, settings
from kumasim.domain.proxy.meshservices import is_local, meshservice_endpoints
from kumasim.domain.proxy.permissions import permissions
from kumasim.domain.proxy.workloads import endpoint_of, healthy
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig

Places = dict[tuple[str, str], list[ProxyEndpoint]]
"""Endpoints by mesh and service."""


def destination(mesh: str, service: str) -> str:
    """What a zone proxy calls a destination: what the SNI of a connection to it says."""
    return f"{mesh}/{service}"


def ingress(view: View, _: Resource) -> ProxyConfig:
    """What a zone ingress can pass on to now: every service of the zone, in all meshes, with its healthy inbounds.

    A local MeshService's own endpoints stand for those of the same name, as they do for sidecars (C-31).
    """
    found: Places = {}
    for dataplane in view.list("Dataplane", group=KUMA):
        for service, endpoint in _offered(dataplane):
            found.setdefault((mesh_of(dataplane), service), []).append(endpoint)
    for one in view.list("MeshService", group=KUMA):
        for port in dig(content(one), "ports", default=()) if is_local(view, one) else ():
            place = (mesh_of(one), indexes.destination_name(one, dig(port, "port", default=0)))
            selected = meshservice_endpoints(view, settings(view, place[0]), place[1])
            if selected:
                found[place] = list(selected)
    return ProxyConfig(mesh="", clusters=tuple(_cluster(place, found[place]) for place in sorted(found)))


def _offered(dataplane: Resource) -> Iterable[tuple[str, ProxyEndpoint]]:
    if indexes.is_builtin(dataplane):
        tags = dig(content(dataplane), "networking", "gateway", "tags", default=EMPTY)
        who = (dataplane.namespace, dataplane.name)
        yield (
            dig(tags, SERVICE_TAG, default=""),
            ProxyEndpoint("", 0, kind="gateway", tags=tags.with_(**{MESH_TAG: mesh_of(dataplane)}), dataplane=who),
        )
        return
    for inbound in indexes.inbounds(dataplane):
        if healthy(inbound):
            yield dig(inbound, "tags", SERVICE_TAG, default=""), endpoint_of(dataplane, inbound)


def _cluster(place: tuple[str, str], endpoints: Iterable[ProxyEndpoint]) -> ProxyCluster:
    mesh, service = place
    tags = FrozenMap({SERVICE_TAG: service})
    return ProxyCluster(destination(mesh, service), service, mesh, tags, tuple(endpoints), True, "tcp")


def egress(view: View, _: Resource) -> ProxyConfig:
    """What a zone egress knows: other zones' ingresses and external services, of meshes that route through egresses.

    Source: KDS-205, H-32.
    """
    clusters: list[ProxyCluster] = []
    doors: list[ProxyInbound] = []
    for mesh in (settings(view, each.name) for each in view.list("Mesh", group=KUMA)):
        if not mesh.zone_egress:
            continue
        direct = changed(mesh, zone_egress=False)
        for service in _remote_services(view, mesh):
            clusters.append(_cluster((mesh.name, service), remote_endpoints(view, direct, service)))
        for external in view.find("proxy-external-by-mesh", mesh.name):
            tags = dig(content(external), "tags", default=EMPTY)
            service = dig(tags, SERVICE_TAG, default="")
            clusters.append(_cluster((mesh.name, service), external_endpoints(view, direct, service)))
            doors.append(_door(view, mesh, tags))
    kept = {one.name: one for one in reversed(clusters)}
    return ProxyConfig(mesh="", clusters=tuple(kept[name] for name in sorted(kept)), inbounds=tuple(doors))


def _door(view: View, mesh: MeshSettings, tags: FrozenMap) -> ProxyInbound:
    found = permissions(view, mesh.name, tags)
    strict = "STRICT" if mesh.mtls else ""
    marked = tags.with_(**{MESH_TAG: mesh.name})
    return ProxyInbound("", 0, marked, True, strict, found.rules, network_level=True)


def _remote_services(view: View, mesh: MeshSettings) -> list[str]:
    seen = (each.view(Advertised) for each in view.find("proxy-ingress-by-mesh", mesh.name))
    found = {
        service
        for ingress in seen
        if ingress.zone not in ("", view.around.zone)
        for of_mesh, service in ingress.services
        if of_mesh == mesh.name
    }
    return sorted(found - {""})
