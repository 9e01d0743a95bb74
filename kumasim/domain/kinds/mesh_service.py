"""MeshService: a destination of traffic, with its own addresses and names.

Source: C-1 to C-41; CRD meshservices.kuma.io of 2.8.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.kinds.kind import AGE, Column, Kind, SyncTraits
from kumasim.domain.kinds.names import TEXTS
from kumasim.domain.kinds.schema import Int, IntOrText, ListOf, Obj, Text
from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap, dig


@attrs.frozen
class MeshServicePort:
    """One port of a MeshService; `target_port` is a number, or the name of an inbound."""

    port: int
    target_port: int | str
    name: str = ""
    app_protocol: str = "tcp"


@attrs.frozen
class MeshService:
    """A MeshService as rules read it.

    Args:
        tags: of the inbounds that serve it; None when it selects otherwise.
        dataplane: the one Dataplane that serves it (a headless Service's Pod), "" for none.
        vips: its addresses.
        hostnames: its names.
    """

    mesh: str
    ports: tuple[MeshServicePort, ...]
    tags: FrozenMap | None
    dataplane: str = ""
    vips: tuple[str, ...] = ()
    hostnames: tuple[str, ...] = ()

    @classmethod
    def of(cls, resource: Resource) -> MeshService:
        spec = resource.spec
        return cls(
            mesh=resource.meta.labels.get("kuma.io/mesh") or resource.body.get("mesh") or "default",
            ports=tuple(_port(tree) for tree in spec.get("ports") or ()),
            tags=dig(spec, "selector", "dataplaneTags"),
            dataplane=dig(spec, "selector", "dataplaneRef", "name", default=""),
            vips=tuple(item.get("ip") or "" for item in dig(resource.status, "vips", default=())),
            hostnames=tuple(item.get("hostname") or "" for item in dig(resource.status, "addresses", default=())),
        )


def _port(tree: Any) -> MeshServicePort:
    number = tree.get("port") or 0
    return MeshServicePort(
        port=number,
        target_port=tree.get("targetPort") or number,
        name=tree.get("name") or "",
        app_protocol=tree.get("appProtocol") or "tcp",
    )


_PORT = Obj(
    {"name": Text(), "port": Int(), "targetPort": IntOrText(), "appProtocol": Text(default="tcp")}, required=("port",)
)

SPEC = Obj(
    {
        "selector": Obj({"dataplaneTags": TEXTS, "dataplaneRef": Obj({"name": Text()})}),
        "ports": ListOf(_PORT, map_keys=("port", "appProtocol")),
        "identities": ListOf(
            Obj({"type": Text(enum=("ServiceTag",)), "value": Text()}, required=("type", "value")),
        ),
    }
)

KIND = Kind(
    group="kuma.io",
    kind="MeshService",
    plural="meshservices",
    versions=("v1alpha1",),
    schema=Obj({"spec": SPEC}),
    has_status=True,
    sync=SyncTraits("mesh", z2g=True, g2o=True, plugin_originated=True, hashed_down=True),
    columns=(
        Column("Hostnames", "join(',', (status.addresses || `[]`)[].hostname)"),
        Column("VIPs", "join(',', (status.vips || `[]`)[].ip)"),
        AGE,
    ),
    source="KDS section B; C-26, C-48; CRD meshservices.kuma.io",
)
