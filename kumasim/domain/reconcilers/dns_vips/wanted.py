"""Which names of a mesh need a virtual address in this zone.

Source: F-1 to F-3, E-1 to E-7, KDS-189.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.policy import selector
from kumasim.domain.policy.identity import KUMA, MESH_TAG, SERVICE_TAG, content, mesh_of
from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.dns_vips.virtual_outbounds import matching, named
from kumasim.domain.resource import Resource
from kumasim.domain.store import Index
from kumasim.domain.tree import EMPTY, FrozenMap, dig
from kumasim.domain.vips import FQDN, HOST, SERVICE, Name, VipOutbound

SERVICELESS_PORT = 49151

Offer = tuple[str, FrozenMap]
"""A mesh, and the tags of something in it that can be called."""


@attrs.frozen
class Offers:
    """What a Dataplane or a ZoneIngress lets others call."""

    all: tuple[Offer, ...]

    @classmethod
    def of(cls, resource: Resource) -> Offers:
        """Reads a Dataplane or ZoneIngress. Source: F-1, F-2."""
        return cls(tuple(OFFERS[resource.kind](resource)))

    @property
    def services(self) -> tuple[tuple[str, str], ...]:
        """Mesh and service tag of each, sorted."""
        return tuple(sorted({(mesh, str(tags[SERVICE_TAG])) for mesh, tags in self.all if tags.get(SERVICE_TAG)}))


def _inbounds(dataplane: Resource) -> Iterable[Offer]:
    """Readiness does not matter; ignored and serviceless inbounds do not count. Source: F-1."""
    for inbound in dig(content(dataplane), "networking", "inbound", default=()):
        if dig(inbound, "state") != "Ignored" and dig(inbound, "port") != SERVICELESS_PORT:
            yield mesh_of(dataplane), dig(inbound, "tags", default=EMPTY)


def _advertised(ingress: Resource) -> Iterable[Offer]:
    for available in dig(content(ingress), "availableServices", default=()):
        yield dig(available, "mesh", default="default"), dig(available, "tags", default=EMPTY)


OFFERS = {"Dataplane": _inbounds, "ZoneIngress": _advertised}


def _services(resource: Resource) -> Iterable[tuple[str, str]]:
    return resource.view(Offers).services


def _meshes(resource: Resource) -> Iterable[str]:
    return sorted({mesh for mesh, _ in resource.view(Offers).all})


def _mesh(resource: Resource) -> Iterable[str]:
    return (mesh_of(resource),)


def external_service(resource: Resource) -> tuple[str, str]:
    """Mesh and service tag of an ExternalService."""
    return mesh_of(resource), str(dig(content(resource), "tags", SERVICE_TAG, default=""))


INDEXES = (
    Index("vips-dataplane-by-service", "Dataplane", _services),
    Index("vips-dataplane-by-mesh", "Dataplane", _meshes),
    Index("vips-ingress-by-service", "ZoneIngress", _services),
    Index("vips-ingress-by-mesh", "ZoneIngress", _meshes),
    Index("vips-external-by-service", "ExternalService", lambda one: (external_service(one),)),
    Index("vips-external-by-mesh", "ExternalService", _mesh),
    Index("vips-virtualoutbound-by-mesh", "VirtualOutbound", _mesh),
)


def is_remote(view: View, ingress: Resource) -> bool:
    """Whether an ingress is another zone's. Source: KDS-198."""
    return dig(content(ingress), "zone", default="") not in ("", view.around.zone)


def still_offered(view: View, mesh: str, service: str) -> bool:
    """Whether anybody offers a service tag: a local inbound, a remote ingress, an ExternalService."""
    place = (mesh, service)
    return bool(
        view.find("vips-dataplane-by-service", place)
        or view.find("vips-external-by-service", place)
        or any(is_remote(view, ingress) for ingress in view.find("vips-ingress-by-service", place))
    )


def wanted(view: View, mesh: str) -> Mapping[Name, tuple[VipOutbound, ...]]:
    """Every name that needs an address, with the ports it leads to.

    Args:
        view: the zone control plane's.
        mesh: a mesh.
    """
    book = _Book()
    virtual = view.find("vips-virtualoutbound-by-mesh", mesh)
    for tags in _offered(view, mesh):
        service = str(tags.get(SERVICE_TAG, ""))
        if service:
            book.add(Name(SERVICE, service), _default(service))
        for one in matching(virtual, tags):
            found = named(one, tags)
            if found is not None:
                book.add(*found)
    for external in view.find("vips-external-by-mesh", mesh):
        _add_external(book, external)
    for gateway in sorted(view.list("MeshGateway", group=KUMA), key=lambda one: (mesh_of(one), one.key)):
        _add_gateway(book, gateway)
    return book.entries


def _offered(view: View, mesh: str) -> Iterable[FrozenMap]:
    for dataplane in view.find("vips-dataplane-by-mesh", mesh):
        yield from (tags for _, tags in dataplane.view(Offers).all)
    for ingress in view.find("vips-ingress-by-mesh", mesh):
        if is_remote(view, ingress):
            yield from (tags for place, tags in ingress.view(Offers).all if place == mesh)


def _default(service: str, port: int = 0) -> VipOutbound:
    return VipOutbound(port, FrozenMap({SERVICE_TAG: service}))


def _add_external(book: _Book, external: Resource) -> None:
    """Its service tag at its own port, and its host unless it says otherwise. Source: F-3."""
    spec, service = content(external), external_service(external)[1]
    host, _, port = str(dig(spec, "networking", "address", default="")).rpartition(":")
    number = int(port) if port.isdigit() else 0
    if service:
        book.add(Name(SERVICE, service), _default(service, number))
    if host and not dig(spec, "networking", "disableHostDNSEntry", default=False):
        book.add(Name(HOST, host), VipOutbound(number, FrozenMap({SERVICE_TAG: service}), f"host:{external.name}"))


def _add_gateway(book: _Book, gateway: Resource) -> None:
    """Each cross-mesh listener, in every mesh's table. Source: E-1 to E-7."""
    mesh = mesh_of(gateway)
    for listener in dig(content(gateway), "conf", "listeners", default=()):
        if not dig(listener, "crossMesh"):
            continue
        host = str(dig(listener, "hostname", default=""))
        host = f"internal.{gateway.name}.{mesh}.mesh" if not host or "*" in host else host
        common = {
            **dig(content(gateway), "tags", default=EMPTY),
            **dig(listener, "tags", default=EMPTY),
            MESH_TAG: mesh,
        }
        for match in selector.selectors(gateway):
            origin = f"mesh-gateway:{mesh}:{gateway.name}:{host}"
            port = int(dig(listener, "port", default=0))
            book.add(Name(FQDN, host), VipOutbound(port, FrozenMap({**common, **match}), origin))


class _Book:
    """The names gathered so far; of two claims to one name and port the first stays. Source: E-6."""

    def __init__(self) -> None:
        self.entries: dict[Name, tuple[VipOutbound, ...]] = {}

    def add(self, name: Name, outbound: VipOutbound) -> None:
        """Let a name lead somewhere at a port."""
        held = self.entries.get(name, ())
        if all(one.port != outbound.port for one in held):
            self.entries[name] = tuple(sorted((*held, outbound), key=lambda one: (one.port, one.origin)))


def names_of(view: View, changed: Resource) -> Iterable[tuple[str, Any]]:
    """Mesh and service tag of everything that a changed Dataplane or ZoneIngress offers or offered."""
    if changed.kind == "ZoneIngress" and not is_remote(view, changed):
        return ()
    return changed.view(Offers).services
