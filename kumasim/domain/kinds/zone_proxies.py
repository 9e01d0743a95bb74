"""ZoneIngress and ZoneEgress: the doors of a zone.

Source: KDS-25, KDS-198 to KDS-205, KDS-212.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.kinds.fields import INERT
from kumasim.domain.kinds.kind import AGE, Column, Kind, SyncTraits
from kumasim.domain.kinds.names import TEXTS
from kumasim.domain.kinds.schema import Int, ListOf, Obj, Text
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap


@attrs.frozen
class AvailableService:
    """A service that a zone offers to others, with the tags that they all share and their number."""

    tags: FrozenMap
    instances: int = 0
    mesh: str = "default"
    external: bool = False


@attrs.frozen
class ZoneProxy:
    """A ZoneIngress or a ZoneEgress as rules read it; a ZoneEgress advertises nothing and offers nothing."""

    zone: str
    address: str
    port: int
    advertised_address: str = ""
    advertised_port: int = 0
    services: tuple[AvailableService, ...] = ()

    @classmethod
    def of(cls, resource: Resource) -> ZoneProxy:
        spec = resource.spec or resource.body
        networking = spec.get("networking") or EMPTY
        return cls(
            zone=spec.get("zone") or "",
            address=networking.get("address") or "",
            port=networking.get("port") or 0,
            advertised_address=networking.get("advertisedAddress") or "",
            advertised_port=networking.get("advertisedPort") or 0,
            services=tuple(_service(tree) for tree in spec.get("availableServices") or ()),
        )


def _service(tree: Any) -> AvailableService:
    return AvailableService(
        tags=tree.get("tags") or EMPTY,
        instances=tree.get("instances") or 0,
        mesh=tree.get("mesh") or "default",
        external=bool(tree.get("externalService")),
    )


_NETWORKING = Obj(
    {
        "address": Text(),
        "port": Int(0, 65535),
        "advertisedAddress": Text(),
        "advertisedPort": Int(0, 65535),
        "admin": INERT,
    },
    extra=True,
)

_SERVICE = Obj({"tags": TEXTS, "instances": Int(0), "mesh": Text(), "externalService": INERT}, extra=True)

INGRESS = Kind(
    group="kuma.io",
    kind="ZoneIngress",
    plural="zoneingresses",
    versions=("v1alpha1",),
    schema=Obj(
        {
            "mesh": Text(),
            "spec": Obj({"zone": Text(), "networking": _NETWORKING, "availableServices": ListOf(_SERVICE)}, extra=True),
        }
    ),
    sync=SyncTraits("global", z2g=True, g2o=True),
    columns=(
        Column("Zone", "spec.zone"),
        Column("Address", "spec.networking.advertisedAddress"),
        Column("Port", "spec.networking.advertisedPort"),
        AGE,
    ),
    source="KDS section B; CRD zoneingresses.kuma.io",
)

EGRESS = Kind(
    group="kuma.io",
    kind="ZoneEgress",
    plural="zoneegresses",
    versions=("v1alpha1",),
    schema=Obj({"mesh": Text(), "spec": Obj({"zone": Text(), "networking": _NETWORKING}, extra=True)}),
    sync=SyncTraits("global", z2g=True),
    columns=(Column("Zone", "spec.zone"), Column("Address", "spec.networking.address"), AGE),
    source="KDS section B; CRD zoneegresses.kuma.io",
)

KINDS = (INGRESS, EGRESS)
