"""Clusters: destinations by tags, with the endpoints that satisfy them.

Source: H-11, H-12, H-29 to H-31.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.policy import selector
from kumasim.domain.policy.identity import SERVICE_TAG
from kumasim.domain.proxy.config import ProxyCluster, ProxyEndpoint
from kumasim.domain.proxy.endpoints import endpoints_of
from kumasim.domain.proxy.mesh import MeshSettings
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap


def cluster_name(tags: Mapping[str, Any]) -> str:
    """What routes call the destination with these tags: the service tag, then the others in braces."""
    others = ",".join(f"{key}={tags[key]}" for key in sorted(tags) if key != SERVICE_TAG)
    return f"{tags[SERVICE_TAG]}{{{others}}}" if others else str(tags[SERVICE_TAG])


def narrowed(endpoints: tuple[ProxyEndpoint, ...], tags: Mapping[str, Any]) -> tuple[ProxyEndpoint, ...]:
    """The endpoints that carry all destination tags but the service tag. Source: H-11."""
    others = {key: tags[key] for key in tags if key != SERVICE_TAG}
    if not others:
        return endpoints
    return tuple(one for one in endpoints if all(one.tags.get(key) == wanted for key, wanted in others.items()))


def protocol_of(endpoints: tuple[ProxyEndpoint, ...]) -> str:
    """The protocol that all endpoints of a service agree on, or "tcp" (also when there are none)."""
    spoken = {str(one.tags.get("kuma.io/protocol", "tcp")) for one in endpoints}
    return next(iter(spoken)) if len(spoken) == 1 else "tcp"


def cluster(view: View, mesh: MeshSettings, tags: Mapping[str, Any], protocol: str = "http") -> ProxyCluster:
    """The cluster of a destination.

    Args:
        view, mesh: of the zone control plane.
        tags: the destination's, the service tag among them.
        protocol: how the proxy speaks to it; a gateway speaks HTTP/1.1 unless the tags say otherwise (H-28).

    It uses mTLS whenever the mesh does, even before the service is ready for it (H-27).
    """
    service = str(tags[SERVICE_TAG])
    endpoints = narrowed(endpoints_of(view, mesh, service), tags)
    external = bool(endpoints) and endpoints[0].kind == "external"
    return ProxyCluster(
        cluster_name(tags), service, mesh.name, FrozenMap({key: tags[key] for key in sorted(tags)}), endpoints,
        mtls=bool(mesh.mtls) and not external, protocol=protocol,
    )  # fmt: skip


class ClusterBook:
    """The clusters that one configuration refers to, gathered while its routes are made."""

    def __init__(self, view: View, mesh: MeshSettings, client: Mapping[str, Any]) -> None:
        self._view, self._mesh, self._client = view, mesh, client
        self._clusters: dict[str, ProxyCluster] = {}

    def refer(self, tags: Mapping[str, Any]) -> str:
        """The name of the cluster of a destination, which is made on first use."""
        name = cluster_name(tags)
        if name not in self._clusters:
            made = cluster(self._view, self._mesh, tags)
            if made.endpoints and made.endpoints[0].kind == "external" and not self._permitted(tags):
                made = ProxyCluster(made.name, made.service, made.mesh, made.tags, (), made.mtls, made.protocol)
            self._clusters[name] = made
        return name

    def service_endpoints(self, service: str) -> tuple[ProxyEndpoint, ...]:
        """All endpoints of a service tag, whatever its other tags."""
        return endpoints_of(self._view, self._mesh, service)

    def all(self) -> tuple[ProxyCluster, ...]:
        """The clusters by name."""
        return tuple(self._clusters[name] for name in sorted(self._clusters))

    def _permitted(self, tags: Mapping[str, Any]) -> bool:
        """Whether the gateway may call an external service directly: yes while no TrafficPermission exists.

        Source: H-31.
        """
        permissions = self._view.find("proxy-old-permission-by-mesh", self._mesh.name)
        return not permissions or any(_allows(one, self._client, tags) for one in permissions)


def _allows(permission: Resource, client: Mapping[str, Any], destination: Mapping[str, Any]) -> bool:
    return any(selector.matches(one, client) for one in selector.selectors(permission, "sources")) and any(
        selector.matches(one, destination) for one in selector.selectors(permission, "destinations")
    )
