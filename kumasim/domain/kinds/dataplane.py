"""Dataplane: one proxy of a mesh, with what it serves or which gateway it is.

Source: B-13 to B-48.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.kinds.fields import INERT, UNMODELLED, inert
from kumasim.domain.kinds.kind import AGE, Column, Kind, SyncTraits
from kumasim.domain.kinds.names import TEXTS
from kumasim.domain.kinds.schema import Bool, Int, ListOf, Obj, Text
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig


@attrs.frozen
class Inbound:
    """One port that the workload behind a proxy serves.

    Args:
        state: "Ready", "NotReady" or "Ignored" (B-30 to B-32).
        health_ready: what `health.ready` says, None when absent.
    """

    port: int
    tags: FrozenMap = EMPTY
    state: str = "Ready"
    health_ready: bool | None = None
    address: str = ""
    service_port: int = 0
    service_address: str = ""
    name: str = ""

    @property
    def service(self) -> str:
        """Its `kuma.io/service` tag."""
        return self.tags.get("kuma.io/service") or ""

    @property
    def healthy(self) -> bool:
        """Whether traffic may go there (B-34)."""
        return self.state == "Ready" and self.health_ready is not False


@attrs.frozen
class DataplaneGateway:
    """The gateway part of a Dataplane; type "BUILTIN" or "DELEGATED"."""

    type: str
    tags: FrozenMap


@attrs.frozen
class DataplaneOutbound:
    """An outbound that a user wrote by hand (Universal): a port, and the tags of the destination."""

    port: int
    address: str
    tags: FrozenMap
    backend: FrozenMap = EMPTY


@attrs.frozen
class Dataplane:
    """A Dataplane as rules read it.

    Args:
        transparent: the tree of `transparentProxying`, None when it is off.
    """

    mesh: str
    address: str
    inbounds: tuple[Inbound, ...]
    gateway: DataplaneGateway | None
    outbounds: tuple[DataplaneOutbound, ...] = ()
    transparent: FrozenMap | None = None
    advertised_address: str = ""

    @classmethod
    def of(cls, resource: Resource) -> Dataplane:
        networking = resource.spec.get("networking") or resource.body.get("networking") or EMPTY
        gateway = networking.get("gateway")
        return cls(
            mesh=resource.body.get("mesh") or resource.meta.labels.get("kuma.io/mesh") or "default",
            address=networking.get("address") or "",
            inbounds=tuple(_inbound(tree) for tree in networking.get("inbound") or ()),
            gateway=None
            if gateway is None
            else DataplaneGateway(gateway.get("type") or "DELEGATED", gateway.get("tags") or EMPTY),
            outbounds=tuple(_outbound(tree) for tree in networking.get("outbound") or ()),
            transparent=networking.get("transparentProxying"),
            advertised_address=networking.get("advertisedAddress") or "",
        )

    @property
    def zone(self) -> str:
        """The zone tag of its gateway or first inbound (KDS-32)."""
        first = self.inbounds[0].tags if self.inbounds else EMPTY
        tags = first if self.gateway is None else self.gateway.tags
        return tags.get("kuma.io/zone") or ""


def _inbound(tree: Any) -> Inbound:
    return Inbound(
        port=tree.get("port") or 0,
        tags=tree.get("tags") or EMPTY,
        state=tree.get("state") or "Ready",
        health_ready=dig(tree, "health", "ready"),
        address=tree.get("address") or "",
        service_port=tree.get("servicePort") or 0,
        service_address=tree.get("serviceAddress") or "",
        name=tree.get("name") or "",
    )


def _outbound(tree: Any) -> DataplaneOutbound:
    return DataplaneOutbound(
        port=tree.get("port") or 0,
        address=tree.get("address") or "127.0.0.1",
        tags=tree.get("tags") or EMPTY,
        backend=tree.get("backendRef") or EMPTY,
    )


_INBOUND = Obj(
    {
        "port": Int(0, 65535),
        "servicePort": Int(0, 65535),
        "serviceAddress": Text(),
        "address": Text(),
        "name": Text(),
        "tags": TEXTS,
        "state": Text(enum=("Ready", "NotReady", "Ignored")),
        "health": Obj({"ready": Bool()}, extra=True),
        "serviceProbe": UNMODELLED,
    },
    extra=True,
)

_OUTBOUND = Obj({"port": Int(0, 65535), "address": Text(), "tags": TEXTS, "backendRef": INERT}, extra=True)

_NETWORKING = Obj(
    {
        "address": Text(),
        "advertisedAddress": Text(),
        "inbound": ListOf(_INBOUND),
        "outbound": ListOf(_OUTBOUND),
        "gateway": Obj({"type": Text(enum=("DELEGATED", "BUILTIN")), "tags": TEXTS}, extra=True),
        "transparentProxying": INERT,
        "admin": INERT,
    },
    extra=True,
)

KIND = Kind(
    group="kuma.io",
    kind="Dataplane",
    plural="dataplanes",
    versions=("v1alpha1",),
    schema=Obj({"mesh": Text(), "spec": Obj({"networking": _NETWORKING, **inert("metrics", "probes")}, extra=True)}),
    sync=SyncTraits("mesh", z2g=True),
    columns=(
        Column("Mesh", "mesh"),
        Column("Services", "join(',', (spec.networking.inbound || `[]`)[].tags.\"kuma.io/service\")"),
        AGE,
    ),
    source="KDS section B; B-13; CRD dataplanes.kuma.io",
)
