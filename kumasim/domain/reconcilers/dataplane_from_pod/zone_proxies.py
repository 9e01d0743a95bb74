"""Zone ingress and zone egress pods become a ZoneIngress and a ZoneEgress.

Source: KDS-185, B-9.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.reconcilers.annotations import number
from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.dataplane_from_pod.dataplane import ADMIN_PORT
from kumasim.domain.reconcilers.dataplane_from_pod.inbounds import inbounds
from kumasim.domain.reconcilers.dataplane_from_pod.pod import PodView
from kumasim.domain.reconcilers.dataplane_from_pod.services import matching_services
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig

_PUBLIC_ADDRESS = "kuma.io/ingress-public-address"
_PUBLIC_PORT = "kuma.io/ingress-public-port"

Coordinates = tuple[str, int]
"""Address and port under which an ingress can be reached from other zones."""


def ingress_spec(view: View, pod: Resource, observed: FrozenMap) -> FrozenMap:
    """The spec of a ZoneIngress; its available services are kept, somebody else counts them.

    A public address that is lost stays: it is only ever overwritten by another one. The zone is empty, as it is for
    every local ingress (KDS-39).

    Raises:
        ValueError: not exactly one Service and port selects the pod, or an annotation cannot be read.

    Source: KDS-185.
    """
    service = _one_service(view, pod, "ingress")
    networking = dig(observed, "networking", default=EMPTY).with_(**_networking(view, pod, service))
    public = _annotated(pod) or _from_service(view, service)
    if public is not None:
        networking = networking.with_(advertisedAddress=public[0], advertisedPort=public[1])
    return observed.with_(networking=networking)


def egress_spec(view: View, pod: Resource, observed: FrozenMap) -> FrozenMap:
    """The spec of a ZoneEgress.

    Raises:
        ValueError: not exactly one Service and port selects the pod.
    """
    service = _one_service(view, pod, "egress")
    networking = dig(observed, "networking", default=EMPTY).with_(**_networking(view, pod, service))
    return observed.with_(zone=view.around.zone, networking=networking)


def _one_service(view: View, pod: Resource, what: str) -> Resource:
    services = matching_services(view, pod)
    if len(services) != 1:
        raise ValueError(f"{what} should be matched by exactly one service. Matched {len(services)} services")
    return services[0]


def _networking(view: View, pod: Resource, service: Resource) -> dict[str, Any]:
    found = inbounds(view, pod, (service,))
    if len(found) != 1:
        raise ValueError(f"generated {len(found)} inbound interfaces, expected 1")
    made: dict[str, Any] = {"address": pod.view(PodView).ip, "port": found[0]["port"]}
    admin_port = number(pod.meta.annotations, ADMIN_PORT)
    if admin_port is not None:
        made["admin"] = FrozenMap({"port": admin_port})
    return made


def _annotated(pod: Resource) -> Coordinates | None:
    address = pod.meta.annotations.get(_PUBLIC_ADDRESS)
    port = number(pod.meta.annotations, _PUBLIC_PORT)
    if (address is None) != (port is None):
        raise ValueError(f"both {_PUBLIC_ADDRESS} and {_PUBLIC_PORT} has to be defined")
    return None if address is None or port is None else (str(address), port)


def _from_service(view: View, service: Resource) -> Coordinates | None:
    finder = _FINDERS.get(str(service.spec.get("type")))
    return None if finder is None else finder(view, service)


def _from_load_balancer(_: View, service: Resource) -> Coordinates | None:
    ingress = dig(service.status, "loadBalancer", "ingress", 0, default=EMPTY)
    address = ingress.get("ip") or ingress.get("hostname")
    return (str(address), dig(service.spec, "ports", 0, "port", default=0)) if address else None


def _from_node_port(view: View, service: Resource) -> Coordinates | None:
    """The first node's external address, else its internal one, with the node port."""
    nodes = view.list("Node")
    if not nodes:
        raise ValueError("there are no nodes")
    addresses = dig(nodes[0].status, "addresses", default=())
    for kind in ("ExternalIP", "InternalIP"):
        for address in addresses:
            if address.get("type") == kind:
                return str(address.get("address")), dig(service.spec, "ports", 0, "nodePort", default=0)
    raise ValueError("could not find valid Node address for Ingress publicAddress")


_FINDERS = {"LoadBalancer": _from_load_balancer, "NodePort": _from_node_port}
