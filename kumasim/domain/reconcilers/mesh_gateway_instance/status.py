"""The status of a MeshGatewayInstance: one condition, and the address of its Service.

Source: A-46 to A-53.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kumasim.domain.reconcilers.conditions import Condition, condition_status, set_conditions
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig

_NOT_AVAILABLE = "DeploymentNotAvailable"
_ADDRESS_NOT_READY = "LoadBalancerAddressNotReady"


def instance_status(
    instance: Resource,
    mesh: str,
    gateway: Resource | None,
    service: Resource | None,
    deployment: Resource | None,
    now_ns: int,
) -> dict[str, Any]:
    """The fields of the status; the address follows the Service only while a MeshGateway matches (A-52).

    Args:
        instance: as last seen, with the status to merge into.
        mesh: its mesh.
        gateway: the MeshGateway that matches, if any.
        service, deployment: as last seen, None before they are.
        now_ns: the time of conditions that flip.
    """
    if gateway is None:
        ready = Condition("Ready", "False", "NoGatewayMatched", f"No Gateway matched by tags in mesh: '{mesh}'")
    else:
        ready = _ready(service, deployment)
    conditions = dig(instance.status, "conditions", default=())
    status: dict[str, Any] = {"conditions": set_conditions(conditions, (ready,), instance.meta.generation, now_ns)}
    if gateway is not None:
        status["loadBalancer"] = dig(None if service is None else service.status, "loadBalancer", default=EMPTY)
    return status


def _ready(service: Resource | None, deployment: Resource | None) -> Condition:
    """The Deployment first, then the address. Source: A-48 to A-51."""
    available = condition_status(dig(None if deployment is None else deployment.status, "conditions"), "Available")
    if available in ("False", "Unknown"):
        return Condition("Ready", available, _NOT_AVAILABLE)
    if service is not None and _addressed(service):
        return Condition("Ready", "True", "Ready")
    return Condition("Ready", "False", _ADDRESS_NOT_READY)


def _addressed(service: Resource) -> bool:
    check = _ADDRESSED.get(str(service.spec.get("type", "ClusterIP")))
    return check is not None and check(service)


def _has_cluster_ip(service: Resource) -> bool:
    addresses = dig(service.spec, "clusterIPs", default=()) or (dig(service.spec, "clusterIP", default=""),)
    return any(address not in ("", "None") for address in addresses)


def _has_ingress(service: Resource) -> bool:
    ingress: tuple[FrozenMap, ...] = dig(service.status, "loadBalancer", "ingress", default=())
    return bool(ingress)


_ADDRESSED: dict[str, Callable[[Resource], bool]] = {
    "LoadBalancer": _has_ingress,
    "ClusterIP": _has_cluster_ip,
    "NodePort": _has_cluster_ip,
}
