"""Mesh: the frame of mTLS, routing and policies that Dataplanes belong to.

Source: KDS-111, KDS-112, KDS-198 to KDS-208, E-10.
"""

from __future__ import annotations

import attrs

from kumasim.domain.kinds.fields import UNMODELLED, inert
from kumasim.domain.kinds.kind import AGE, Column, Kind, SyncTraits
from kumasim.domain.kinds.schema import Anything, Bool, ListOf, Obj, Text
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, dig


@attrs.frozen
class MeshBackend:
    """A certificate authority of a Mesh; type "builtin", "provided" or a plugin's; mode "STRICT" or "PERMISSIVE"."""

    name: str
    type: str
    mode: str = "STRICT"


@attrs.frozen
class Mesh:
    """A Mesh as rules read it.

    Args:
        backend: the enabled mTLS backend, None when mTLS is off.
        zone_egress: traffic to other zones goes through the zone egress.
        locality_aware: other zones are only used when the own one has no endpoint.
        passthrough: sidecars let traffic to unknown addresses through.
        mesh_services: `meshServices.mode`, which only versions after 2.8 act on.
    """

    backend: MeshBackend | None
    zone_egress: bool = False
    locality_aware: bool = False
    passthrough: bool = True
    mesh_services: str = "Disabled"

    @property
    def mtls(self) -> bool:
        """Whether mTLS is on."""
        return self.backend is not None

    @classmethod
    def of(cls, resource: Resource) -> Mesh:
        spec = resource.spec or resource.body
        enabled = dig(spec, "mtls", "enabledBackend", default="")
        backends = dig(spec, "mtls", "backends", default=())
        found = next((item for item in backends if item.get("name") == enabled), None) if enabled else None
        routing = spec.get("routing") or EMPTY
        return cls(
            backend=None
            if found is None
            else MeshBackend(found["name"], found.get("type") or "", found.get("mode") or "STRICT"),
            zone_egress=bool(routing.get("zoneEgress")),
            locality_aware=bool(routing.get("localityAwareLoadBalancing")),
            passthrough=dig(spec, "networking", "outbound", "passthrough", default=True),
            mesh_services=dig(spec, "meshServices", "mode", default="Disabled"),
        )


_BACKEND = Obj(
    {
        "name": Text(),
        "type": Text(),
        "mode": Text(enum=("STRICT", "PERMISSIVE")),
        "conf": Anything(),
        **inert("dpCert", "rootChain"),
    },
    extra=True,
)

SPEC = Obj(
    {
        "mtls": Obj(
            {"enabledBackend": Text(), "backends": ListOf(_BACKEND), "skipValidation": Bool()},
            extra=True,
        ),
        "routing": Obj(
            {
                "zoneEgress": Bool(),
                "localityAwareLoadBalancing": Bool(),
                "defaultForbidMeshExternalServiceAccess": Bool(modelled=False),
            },
            extra=True,
        ),
        "networking": Obj({"outbound": Obj({"passthrough": Bool()}, extra=True)}, extra=True),
        "skipCreatingInitialPolicies": ListOf(Text()),
        "meshServices": Obj({"mode": Text()}, extra=True),
        "constraints": UNMODELLED,
        **inert("tracing", "logging", "metrics"),
    },
    extra=True,
)
"""Kuma keeps unknown fields of a Mesh, and drops them when it reads it."""

KIND = Kind(
    group="kuma.io",
    kind="Mesh",
    plural="meshes",
    versions=("v1alpha1",),
    namespaced=False,
    schema=Obj({"spec": SPEC}),
    sync=SyncTraits("global", g2a=True),
    columns=(Column("mTLS", "spec.mtls.enabledBackend"), AGE),
    source="KDS section B; CRD meshes.kuma.io",
)
