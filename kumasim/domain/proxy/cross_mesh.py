"""Gateways of other meshes that a sidecar may call: listeners with crossMesh.

Source: E-1 to E-20.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.policy import selector
from kumasim.domain.policy.identity import KUMA, MESH_TAG, SERVICE_TAG, content, display_name, mesh_of
from kumasim.domain.proxy.config import ProxyCluster, ProxyEndpoint
from kumasim.domain.proxy.endpoints import remote_gateways
from kumasim.domain.proxy.mesh import MeshSettings, settings
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig

Crossing = tuple[int, str]
"""Port and hostname of an outbound."""


def outbounds(view: View, client: MeshSettings) -> Iterable[tuple[Crossing, ProxyCluster]]:
    """The outbounds that sidecars of a mesh have to cross-mesh listeners of any mesh, their own too (E-13).

    Two listeners that claim one host and port: the first by mesh and name stays (E-6). They are there with mTLS or
    without (E-8); where persisted addresses are skipped nobody asks for them (E-22).

    Args:
        view: the zone control plane's.
        client: the sidecars' mesh.
    """
    taken: set[tuple[str, int]] = set()
    gateways = sorted(view.list("MeshGateway", group=KUMA), key=lambda one: (mesh_of(one), one.key))
    for gateway in gateways:
        for listener in dig(content(gateway), "conf", "listeners", default=()):
            place = (hostname(gateway, listener), int(dig(listener, "port", default=0)))
            if dig(listener, "crossMesh") and place not in taken:
                taken.add(place)
                yield (place[1], place[0]), _cluster(view, client, gateway, place)


def hostname(gateway: Resource, listener: Any) -> str:
    """The name that others call a cross-mesh listener by. Source: E-2."""
    written = str(dig(listener, "hostname", default=""))
    return f"internal.{gateway.name}.{mesh_of(gateway)}.mesh" if not written or "*" in written else written


def _cluster(view: View, client: MeshSettings, gateway: Resource, place: tuple[str, int]) -> ProxyCluster:
    """TLS is used only if both meshes have mTLS (E-11); bytes are forwarded, so the Host stays (E-20 [U]). The service tag finds them (E-19)."""
    there = settings(view, mesh_of(gateway))
    service = next((dig(one, SERVICE_TAG, default="") for one in selector.selectors(gateway)), "")
    endpoints = (*_local(view, gateway, place[1]), *remote_gateways(view, client, there.name, service))
    return ProxyCluster(
        f"{there.name}/{display_name(gateway)}/{place[0]}:{place[1]}", service, there.name,
        FrozenMap({SERVICE_TAG: service, MESH_TAG: there.name}), tuple(endpoints),
        mtls=bool(client.mtls and there.mtls), protocol="tcp", listener_port=place[1],
    )  # fmt: skip


def _local(view: View, gateway: Resource, port: int) -> Iterable[ProxyEndpoint]:
    """The gateway's pods in this zone, ready or not (E-14, E-18)."""
    candidates = view.find("proxy-meshgateway-by-mesh", mesh_of(gateway))
    for dataplane in view.find("proxy-gateway-by-mesh", mesh_of(gateway)):
        tags = dig(content(dataplane), "networking", "gateway", "tags", default=EMPTY)
        best = selector.best(candidates, tags)
        if best is not None and best.key == gateway.key:
            address = dig(content(dataplane), "networking", "address", default="")
            yield ProxyEndpoint(
                address, port, view.around.zone, "gateway", tags, dataplane=(dataplane.namespace, dataplane.name)
            )
