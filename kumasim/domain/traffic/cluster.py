"""Finding things in a zone's cluster: Services by address, their ready endpoints, pods, workloads.

Source: H-1 [U].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.policy.identity import KUMA, content
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Store
from kumasim.domain.tree import dig

SLICES = "discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"


@attrs.frozen
class Place:
    """An address and port of a pod, and the pod if one has it."""

    address: str
    port: int
    pod: Resource | None


def service_port(service: Resource, port: int, field: str = "port") -> Mapping[str, Any] | None:
    """The port of a Service by its number (`field="nodePort"` for the one on nodes)."""
    ports: tuple[Any, ...] = dig(content(service), "ports", default=())
    return next((one for one in ports if dig(one, field) == port), None)


def ready_places(store: Store, service: Resource, port: Mapping[str, Any]) -> tuple[Place, ...]:
    """Where kube-proxy may send a connection to a Service's port: the ready endpoints of its EndpointSlices."""
    found: list[Place] = []
    for one in store.list(SLICES, "EndpointSlice", service.namespace):
        if one.meta.labels.get(SERVICE_NAME) != service.name:
            continue
        number = _slice_port(one, dig(port, "name", default=""))
        for endpoint in dig(one.body, "endpoints", default=()) if number else ():
            if dig(endpoint, "conditions", "ready", default=True):
                found += [
                    _place(store, service.namespace, endpoint, at, number)
                    for at in dig(endpoint, "addresses", default=())
                ]
    return tuple(sorted(found, key=lambda place: (place.address, place.port)))


def _slice_port(one: Resource, name: str) -> int:
    for port in dig(one.body, "ports", default=()):
        if dig(port, "name", default="") == name:
            return int(dig(port, "port", default=0))
    return 0


def _place(store: Store, namespace: str, endpoint: Any, address: str, port: int) -> Place:
    target = dig(endpoint, "targetRef")
    pod = None
    if dig(target, "kind") == "Pod":
        pod = store.get(Key("", "Pod", dig(target, "namespace", default=namespace), dig(target, "name", default="")))
    return Place(address, port, pod or pod_at(store, address, namespace))


def pod_at(store: Store, address: str, namespace: str | None = None) -> Resource | None:
    """The pod that has an address."""
    pods = store.list("", "Pod", namespace)
    return next((pod for pod in pods if dig(pod.status, "podIP") == address and not _over(pod)), None)


def _over(pod: Resource) -> bool:
    return dig(pod.status, "phase", default="Running") in ("Succeeded", "Failed")


def is_ready(pod: Resource) -> bool:
    """Whether a pod answers: its Ready condition, if it has one."""
    for condition in dig(pod.status, "conditions", default=()):
        if dig(condition, "type") == "Ready":
            return bool(dig(condition, "status") == "True")
    return not _over(pod)


def workload_of(store: Store, pod: Resource) -> str:
    """The Deployment behind a pod, else the pod itself."""
    owner = _controller(pod)
    if owner is not None and owner.kind == "ReplicaSet":
        replicas = store.get(Key("apps", "ReplicaSet", pod.namespace, owner.name))
        owner = None if replicas is None else _controller(replicas)
    return owner.name if owner is not None and owner.kind == "Deployment" else pod.name


def _controller(resource: Resource) -> Any:
    return next((owner for owner in resource.meta.owners if owner.controller), None)


def pods_of(store: Store, namespace: str, deployment: str) -> tuple[Resource, ...]:
    """The pods of a Deployment, the ready ones if there are any."""
    mine = [pod for pod in store.list("", "Pod", namespace) if workload_of(store, pod) == deployment and not _over(pod)]
    return tuple([pod for pod in mine if is_ready(pod)] or mine)


def dataplane_key(namespace: str, name: str) -> Key:
    """The key of the Dataplane of a pod. Source: B-13."""
    return Key(KUMA, "Dataplane", namespace, name)


def services_at(store: Store, address: str, public: bool) -> Iterable[Resource]:
    """The Services that have an address: of their load balancer if `public`, of the cluster otherwise."""
    for service in store.list("", "Service"):
        if address in (_public_addresses(service) if public else _cluster_addresses(service)):
            yield service


def addresses_of(service: Resource) -> tuple[str, ...]:
    """Where a Service is reached: its load balancer's addresses, else the cluster's."""
    return tuple(one for one in _public_addresses(service) if one) or tuple(dict.fromkeys(_cluster_addresses(service)))


def _public_addresses(service: Resource) -> list[str]:
    entries = dig(service.status, "loadBalancer", "ingress", default=())
    given = [dig(entry, field, default="") for entry in entries for field in ("ip", "hostname")]
    return [*given, *dig(content(service), "externalIPs", default=())]


def _cluster_addresses(service: Resource) -> list[str]:
    ips = [dig(content(service), "clusterIP", default=""), *dig(content(service), "clusterIPs", default=())]
    return [ip for ip in ips if ip not in ("", "None")]


def has_node(store: Store, address: str) -> bool:
    """Whether a node of the cluster has an address."""
    nodes = store.list("", "Node")
    return any(dig(one, "address") == address for node in nodes for one in dig(node.status, "addresses", default=()))


def node_port_service(store: Store, port: int) -> Resource | None:
    """The Service that a port on the nodes leads to."""
    return next((one for one in store.list("", "Service") if service_port(one, port, "nodePort") is not None), None)
