"""Kinds of the Gateway API that Kuma does not watch: they never get a status and never have an effect.

Source: GW-9.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.gateway_api import GROUP
from kumasim.projections.findings.base import Converged, Finding, found

CODE = "KS0206"

IGNORED = {
    "GRPCRoute": "use an HTTPRoute: gRPC is HTTP/2",
    "TCPRoute": "use a MeshTCPRoute",
    "TLSRoute": "use a MeshTCPRoute on a TLS listener of a MeshGateway",
    "UDPRoute": "",
    "BackendTLSPolicy": "",
}


def ignored_kind(world: Converged) -> Iterable[Finding]:
    """Finds objects of such kinds."""
    for kind, remedy in IGNORED.items():
        for written, _ in world.of_kind(GROUP, kind):
            yield found(
                CODE, written, f"Kuma does not watch {kind}: the object has no effect and gets no status", remedy
            )
