"""What a Mesh says that configuration depends on: mTLS and routing."""

from __future__ import annotations

import attrs

from kumasim.domain.policy.identity import KUMA, content
from kumasim.domain.reconcilers.base import View
from kumasim.domain.tree import dig


@attrs.frozen
class MeshSettings:
    """The settings of one mesh.

    Args:
        name: of the mesh.
        mtls: "" when off, else "STRICT" or "PERMISSIVE".
        zone_egress: whether traffic to other zones leaves through the zone egress.
        locality_aware: whether the own zone is preferred.
    """

    name: str
    mtls: str = ""
    zone_egress: bool = False
    locality_aware: bool = False


def settings(view: View, mesh: str) -> MeshSettings:
    """The settings of a mesh; one that does not exist has everything off."""
    found = view.get("Mesh", "", mesh, KUMA)
    if found is None:
        return MeshSettings(mesh)
    routing = dig(content(found), "routing", default={})
    return MeshSettings(
        mesh, _mtls(content(found)), bool(dig(routing, "zoneEgress")), bool(dig(routing, "localityAwareLoadBalancing"))
    )


def _mtls(spec: object) -> str:
    enabled = dig(spec, "mtls", "enabledBackend", default="")
    if not enabled:
        return ""
    for backend in dig(spec, "mtls", "backends", default=()):
        if dig(backend, "name") == enabled:
            return str(dig(backend, "mode", default="STRICT"))
    return "STRICT"
