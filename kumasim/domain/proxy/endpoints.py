"""The endpoints that a zone's control plane knows for a service: local workloads, other zones' ingresses, externals.

Source: H-13 to H-24, H-29, H-30, KDS-198 to KDS-201.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.policy.identity import KUMA, MESH_TAG, SERVICE_TAG, content
from kumasim.domain.proxy.config import ProxyEndpoint
from kumasim.domain.proxy.indexes import inbounds
from kumasim.domain.proxy.mesh import MeshSettings
from kumasim.domain.proxy.meshservices import meshservice_endpoints
from kumasim.domain.proxy.workloads import endpoint_of, healthy
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig


def endpoints_of(view: View, mesh: MeshSettings, service: str) -> tuple[ProxyEndpoint, ...]:
    """All endpoints of a service tag as this zone sees them, in a fixed order.

    A local MeshService of the same name hides everything else once it has a healthy endpoint (C-31, C-32, KDS-210).

    Args:
        view: the zone control plane's.
        mesh: its settings.
        service: value of `kuma.io/service`.
    """
    own = meshservice_endpoints(view, mesh, service)
    if own:
        return own
    local = _local(view, mesh.name, service)
    remote = remote_endpoints(view, mesh, service)
    weight = max(1, _remote_ingresses(view, mesh))
    found = (*(changed(one, weight=weight) for one in local), *remote)
    located = tuple(changed(one, priority=_priority(view, mesh, one)) for one in found)
    return located or external_endpoints(view, mesh, service)


def _local(view: View, mesh: str, service: str) -> Iterable[ProxyEndpoint]:
    for dataplane in view.find("proxy-dataplane-by-service", (mesh, service)):
        for inbound in inbounds(dataplane):
            if dig(inbound, "tags", SERVICE_TAG) == service and healthy(inbound):
                yield endpoint_of(dataplane, inbound)


def remote_endpoints(view: View, mesh: MeshSettings, service: str, zone: str = "") -> tuple[ProxyEndpoint, ...]:
    """What ingresses of other zones advertise for a service; nothing without mTLS.

    With zone egress, one endpoint of weight 1 for each of the zone's egresses and each advertised service.

    Args:
        view, mesh, service: as above.
        zone: only this zone's, "" for all.

    Source: H-15 to H-18, H-21, KDS-198 to KDS-201.
    """
    if not mesh.mtls:
        return ()
    found: list[ProxyEndpoint] = []
    for ingress in _distinct(view, view.find("proxy-ingress-by-service", (mesh.name, service))):
        if zone in ("", ingress.zone):
            found += _advertised(view, mesh, service, ingress)
    return tuple(found)


def remote_gateways(view: View, client: MeshSettings, mesh: str, service: str) -> tuple[ProxyEndpoint, ...]:
    """The ingresses of other zones that advertise a cross-mesh gateway; none in the documented reading.

    Args:
        view: the zone control plane's.
        client: the calling mesh, which must have mTLS.
        mesh, service: of the gateway.

    Source: E-14 to E-17 for the code; the documentation says that cross-mesh does not leave the zone (S-3).
    """
    if view.around.profile.documented or not client.mtls:
        return ()
    found = []
    for ingress in _distinct(view, view.find("proxy-ingress-by-service", (mesh, service))):
        address, port = ingress.place
        for tags, instances in ingress.services.get((mesh, service), ()):
            if dig(tags, MESH_TAG) == mesh:
                found.append(ProxyEndpoint(address, port, ingress.zone, "zone-ingress", tags, weight=instances))
    return tuple(found)


@attrs.frozen
class Advertised:
    """A ZoneIngress as others see it: where it is, whose it is, and what it offers by mesh and service tag."""

    zone: str
    place: tuple[str, int]
    services: Mapping[tuple[str, str], tuple[tuple[FrozenMap, int], ...]]

    @classmethod
    def of(cls, ingress: Resource) -> Advertised:
        """Reads a ZoneIngress; a destination that it offers several times has tags and instances of each. H-18."""
        networking = dig(content(ingress), "networking", default={})
        place = dig(networking, "advertisedAddress", default=""), dig(networking, "advertisedPort", default=0)
        found: dict[tuple[str, str], list[tuple[FrozenMap, int]]] = {}
        for available in dig(content(ingress), "availableServices", default=()):
            tags = dig(available, "tags", default=EMPTY)
            key = dig(available, "mesh", default="default"), dig(tags, SERVICE_TAG, default="")
            found.setdefault(key, []).append((tags, max(1, dig(available, "instances", default=0))))
        return cls(dig(content(ingress), "zone", default=""), place, {key: tuple(each) for key, each in found.items()})


def _advertised(view: View, mesh: MeshSettings, service: str, ingress: Advertised) -> Iterable[ProxyEndpoint]:
    address, port = ingress.place
    for tags, instances in ingress.services.get((mesh.name, service), ()):
        if mesh.zone_egress:
            yield from (ProxyEndpoint(at, to, ingress.zone, "zone-egress", tags) for at, to in egresses(view))
        else:
            yield ProxyEndpoint(address, port, ingress.zone, "zone-ingress", tags, weight=instances)


def _distinct(view: View, ingresses: Iterable[Resource]) -> Iterable[Advertised]:
    """The usable ingresses of other zones, each address once. Source: H-15, H-17, KDS-198, KDS-201."""
    seen: set[tuple[str, int]] = set()
    for one in ingresses:
        ingress = one.view(Advertised)
        if ingress.zone in ("", view.around.zone) or not all(ingress.place) or ingress.place in seen:
            continue
        if ingress.services:
            seen.add(ingress.place)
        yield ingress


def _remote_ingresses(view: View, mesh: MeshSettings) -> int:
    """How many remote ingress addresses there are: the weight of a local endpoint. Source: H-19."""
    if not mesh.mtls:
        return 0
    return sum(1 for _ in _distinct(view, view.find("proxy-ingress-by-mesh", mesh.name)))


def egresses(view: View) -> tuple[tuple[str, int], ...]:
    """Address and port of each zone egress of this zone. Source: H-21."""
    found = []
    for egress in view.list("ZoneEgress", group=KUMA):
        if dig(content(egress), "zone", default="") in ("", view.around.zone):
            networking = dig(content(egress), "networking", default={})
            found.append((dig(networking, "address", default=""), dig(networking, "port", default=0)))
    return tuple(found)


def _priority(view: View, mesh: MeshSettings, endpoint: ProxyEndpoint) -> int:
    return 1 if mesh.locality_aware and endpoint.zone != view.around.zone else 0


def external_endpoints(view: View, mesh: MeshSettings, service: str) -> tuple[ProxyEndpoint, ...]:
    """The ExternalServices of this name; through the zone's egresses where the mesh says so. Source: H-29, H-30."""
    found: list[ProxyEndpoint] = []
    for external in view.find("proxy-external-by-service", (mesh.name, service)):
        tags = dig(content(external), "tags", default=EMPTY)
        if mesh.zone_egress:
            found += [ProxyEndpoint(at, port, "", "zone-egress", tags) for at, port in egresses(view)]
            continue
        host, _, port = dig(content(external), "networking", "address", default="").rpartition(":")
        found.append(ProxyEndpoint(host, int(port) if port.isdigit() else 0, "", "external", tags))
    return tuple(found)
