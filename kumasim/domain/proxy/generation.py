"""The configuration of any proxy, whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kumasim.domain.policy.identity import mesh_of
from kumasim.domain.proxy import gateway, sidecar, zone_proxies
from kumasim.domain.proxy.config import GenerationFailure, MeshOutbounds, ProxyConfig
from kumasim.domain.proxy.indexes import is_builtin
from kumasim.domain.proxy.mesh import settings
from kumasim.domain.proxy.outbounds import mesh_outbounds
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource

DOORS: dict[str, Callable[[View, Resource], ProxyConfig]] = {
    "ZoneIngress": zone_proxies.ingress,
    "ZoneEgress": zone_proxies.egress,
}
"""The proxies that stand at the edge of a zone, and what makes their configuration."""


def generate(view: View, dataplane: Resource, shared: MeshOutbounds | None = None) -> ProxyConfig | str:
    """What a control plane sends to a proxy.

    Args:
        view: what the zone's control plane has observed; its store declares `wakes.INDEXES`.
        dataplane: a sidecar's, a delegated or a built-in gateway's; or a ZoneIngress or ZoneEgress of the zone.
        shared: `mesh_outbounds` of the same view and the sidecar's mesh, if the caller has made it already.

    Returns:
        The configuration, equal for equal inputs; or a text that says why there is none, in which case a running
        proxy keeps its last good one (D-42b).
    """
    door = DOORS.get(dataplane.kind)
    if door is not None:
        return door(view, dataplane)
    if is_builtin(dataplane):
        made = gateway.generate(view, dataplane)
        return str(made) if isinstance(made, GenerationFailure) else made
    return sidecar.generate(view, dataplane, shared)


def generator(view: View, known: Mapping[str, MeshOutbounds] | None = None) -> Callable[[Resource], ProxyConfig | str]:
    """`generate` for many proxies of one view: what the sidecars of a mesh share is made once.

    Args:
        view: as for `generate`.
        known: what was shared last time, by mesh; used again where nothing has changed, so that equal configurations
            are quickly seen to be equal.
    """
    made: dict[str, MeshOutbounds] = {}

    def one(dataplane: Resource) -> ProxyConfig | str:
        mesh = mesh_of(dataplane)
        if mesh not in made and not is_builtin(dataplane) and dataplane.kind not in DOORS:
            fresh = mesh_outbounds(view, settings(view, mesh))
            before = None if known is None else known.get(mesh)
            made[mesh] = before if before is not None and before == fresh else fresh
        return generate(view, dataplane, made.get(mesh))

    return one
