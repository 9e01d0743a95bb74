"""MeshGateway: the listeners of a built-in gateway, wherever its Dataplanes run.

Source: A-6 to A-9, D-1 to D-17.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.kinds.kind import AGE, Column, Kind, SyncTraits
from kumasim.domain.kinds.names import TEXTS
from kumasim.domain.kinds.schema import Anything, Bool, Int, ListOf, Obj, Text
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig


@attrs.frozen
class MeshGatewayListener:
    """One listener of a MeshGateway.

    Args:
        hostname: "*" when none is written: every host (D-10).
        tls_mode: "TERMINATE", "PASSTHROUGH", or "" without a `tls` block.
        secrets: names of the mesh's secrets that hold its certificates.
        connection_limit: 0 for none.
    """

    port: int
    protocol: str
    hostname: str = "*"
    cross_mesh: bool = False
    tls_mode: str = ""
    secrets: tuple[str, ...] = ()
    tags: FrozenMap = EMPTY
    connection_limit: int = 0


@attrs.frozen
class MeshGateway:
    """A MeshGateway as rules read it.

    Args:
        mesh: the top-level field `mesh` of the object (A-45), "default" unless written.
        selectors: tags that a gateway's Dataplane must have, any of them (A-6).
        tags: of the gateway; they overlay those of the Dataplane (D-15).
    """

    mesh: str
    selectors: tuple[FrozenMap, ...]
    listeners: tuple[MeshGatewayListener, ...]
    tags: FrozenMap = EMPTY

    @classmethod
    def of(cls, resource: Resource) -> MeshGateway:
        spec = resource.spec
        return cls(
            mesh=resource.body.get("mesh") or "default",
            selectors=tuple(item.get("match") or EMPTY for item in spec.get("selectors") or ()),
            listeners=tuple(_listener(tree) for tree in dig(spec, "conf", "listeners", default=())),
            tags=spec.get("tags") or EMPTY,
        )


def _listener(tree: Any) -> MeshGatewayListener:
    tls = tree.get("tls")
    certificates = dig(tls, "certificates", default=())
    return MeshGatewayListener(
        port=tree.get("port") or 0,
        protocol=tree.get("protocol") or "",
        hostname=tree.get("hostname") or "*",
        cross_mesh=bool(tree.get("crossMesh")),
        tls_mode="" if tls is None else tls.get("mode") or "NONE",
        secrets=tuple(item["secret"] for item in certificates if item.get("secret")),
        tags=tree.get("tags") or EMPTY,
        connection_limit=dig(tree, "resources", "connectionLimit", default=0),
    )


_LISTENER = Obj(
    {
        "port": Int(0),
        "protocol": Text(enum=("NONE", "TCP", "TLS", "HTTP", "HTTPS")),
        "hostname": Text(),
        "crossMesh": Bool(),
        "tls": Obj(
            {
                "mode": Text(enum=("NONE", "TERMINATE", "PASSTHROUGH")),
                "certificates": ListOf(Obj({"secret": Text()}, extra=True)),
                "options": Anything(),
            },
            extra=True,
        ),
        "tags": TEXTS,
        "resources": Obj({"connectionLimit": Int(0)}, extra=True),
    },
    extra=True,
)

SPEC = Obj(
    {
        "selectors": ListOf(Obj({"match": TEXTS}, extra=True)),
        "tags": TEXTS,
        "conf": Obj({"listeners": ListOf(_LISTENER)}, extra=True),
    },
    extra=True,
)
"""The API server knows no field of it: what must hold is Kuma's webhook's affair (D-1 to D-11)."""

KIND = Kind(
    group="kuma.io",
    kind="MeshGateway",
    plural="meshgateways",
    versions=("v1alpha1",),
    namespaced=False,
    schema=Obj({"mesh": Text(), "spec": SPEC}),
    sync=SyncTraits("mesh", z2g=True, g2a=True, hashed_down=True),
    columns=(Column("Mesh", "mesh"), AGE),
    source="KDS section B; A-45, D-12; CRD meshgateways.kuma.io",
)
