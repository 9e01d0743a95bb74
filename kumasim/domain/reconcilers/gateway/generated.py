"""What a Gateway is turned into: a MeshGateway, and the MeshGatewayInstance that runs it.

Source: GW-58 to GW-71, GW-183.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.reconcilers.comparison import same
from kumasim.domain.reconcilers.gateway_api import KUMA_API_VERSION
from kumasim.domain.reconcilers.names import MESH_LABEL, OWNER_LABEL, mesh_gateway_name, owner_label, service_tag
from kumasim.domain.reconcilers.objects import with_body
from kumasim.domain.reconcilers.ownership import controlled_by
from kumasim.domain.resource import Metadata, Resource
from kumasim.domain.tree import EMPTY, FrozenMap, freeze
from kumasim.domain.writes import Write, create, update


@attrs.frozen
class GatewayConfig:
    """The MeshGatewayConfig behind a Gateway, or its default.

    Args:
        cross_mesh: whether every listener is a cross-mesh one.
        instance: the spec of the MeshGatewayInstance.
    """

    cross_mesh: bool
    instance: FrozenMap


def gateway_config(config: Resource | None) -> GatewayConfig:
    """How the Gateways of a class are to run: LoadBalancer with one replica unless its config says otherwise.

    A cross-mesh gateway is always a ClusterIP. Source: GW-67, GW-68, GW-70, GW-71, GW-183.
    """
    written = EMPTY if config is None else config.spec
    cross_mesh = bool(written.get("crossMesh"))
    spec = {"replicas": 1, "serviceType": "LoadBalancer", **written}
    spec.pop("crossMesh", None)
    if cross_mesh:
        spec["serviceType"] = "ClusterIP"
    return GatewayConfig(cross_mesh, freeze(spec))


def mesh_gateway(gateway: Resource, mesh: str, listeners: tuple[FrozenMap, ...], suffix: str) -> Resource:
    """The MeshGateway of a Gateway.

    Args:
        gateway: the Gateway.
        mesh: the Gateway's mesh.
        listeners: those that can be served.
        suffix: ending of the service tag: the profile's `gateway_service_suffix`.

    Source: GW-58 to GW-60, GW-63.
    """
    namespace, name = gateway.namespace, gateway.name
    tag = service_tag(namespace, name).removesuffix("svc") + suffix
    spec: dict[str, Any] = {
        "selectors": [{"match": {"kuma.io/service": tag}}],
        "conf": {"listeners": listeners},
    }
    meta = Metadata(
        mesh_gateway_name(namespace, name), labels=FrozenMap({OWNER_LABEL: owner_label(namespace, name)})
    )  # fmt: skip
    body = freeze({"mesh": mesh, "spec": spec})
    return Resource(KUMA_API_VERSION, "MeshGateway", meta, body, origin=gateway.origin)


def instance_writes(
    gateway: Resource, mesh: str, observed: Resource | None, config: GatewayConfig
) -> tuple[Write, ...]:
    """The write that leaves the Gateway with its MeshGatewayInstance: same name, label for the mesh, spec overwritten.

    A name that no Service can have fails later, at the instance (GW-76 [U]).

    Raises:
        AlreadyOwned: an instance of that name is controlled by something else.

    Source: GW-67.
    """
    if observed is None:
        meta = Metadata(gateway.name, gateway.namespace, labels=FrozenMap({MESH_LABEL: mesh}))
        body = FrozenMap({"spec": config.instance})
        wanted = Resource(KUMA_API_VERSION, "MeshGatewayInstance", meta, body, origin=gateway.origin)
        return (create(controlled_by(gateway, wanted)),)
    wanted = controlled_by(gateway, observed.with_meta(labels=observed.meta.labels.with_(**{MESH_LABEL: mesh})))
    if not same(observed.spec, config.instance):
        wanted = with_body(wanted, spec=config.instance)
    return () if wanted == observed else (update(wanted),)
