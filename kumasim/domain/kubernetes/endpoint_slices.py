"""EndpointSlice controller: the addresses behind each Service that has a selector.

A Service without selector is left alone: whoever made it makes its slices. Where a named target port means different
numbers on different pods, each set of numbers gets a slice of its own.

Source: pkg/controller/endpointslice and k8s.io/endpointslice of Kubernetes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.kinds import defaulted
from kumasim.domain.kubernetes.names import suffix
from kumasim.domain.kubernetes.selectors import has_all
from kumasim.domain.kubernetes.templates import controlled_by, controller_reference, is_ready
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, controller_of, itself
from kumasim.domain.resource import Key, Metadata, Resource
from kumasim.domain.store import Index
from kumasim.domain.tree import FrozenMap, dig, freeze
from kumasim.domain.writes import Write, create, delete, update

GROUP = "discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
MANAGER = "endpointslice-controller.k8s.io"
HEADLESS = "service.kubernetes.io/headless"

Label = tuple[str, str, str]
"""(namespace, name, value)."""


def _labels(pod: Resource) -> Iterable[Label]:
    return [(pod.namespace, name, value) for name, value in pod.meta.labels.items()]


def _selector(service: Resource) -> Mapping[str, str]:
    if service.spec.get("type") == "ExternalName":
        return {}
    return service.spec.get("selector") or {}


def _entry(service: Resource) -> list[Label]:
    """The one label of a Service's selector under which it looks pods up.

    Any would do; a long value is more likely to be said by few pods ("checkout" rather than "v1").
    """
    selector = _selector(service)
    names = sorted(selector, key=lambda name: (-len(str(selector[name])), name))
    return [(service.namespace, name, selector[name]) for name in names[:1]]


PODS_BY_LABEL = Index("pod-by-label", "Pod", _labels)
SERVICES_BY_LABEL = Index("service-by-selected-label", "Service", _entry)


def _services_of(pod: Resource, view: View) -> Iterable[Key]:
    """The Services whose selector takes a pod."""
    for label in _labels(pod):
        for service in view.find(SERVICES_BY_LABEL.name, label):
            if has_all(pod.meta.labels, _selector(service)):
                yield service.key


def _reconcile(view: View, key: Key) -> Plan:
    service = view.store.get(key)
    if service is None or service.meta.deleted_ns >= 0 or not _selector(service):
        return NOTHING
    held = {
        one.name: one
        for one in view.owned(service.meta.uid)
        if one.kind == "EndpointSlice" and controlled_by(one, service) and one.meta.labels.get(MANAGED_BY) == MANAGER
    }
    wanted = [defaulted(one) for one in _slices(service, _pods(view, service))]
    writes = [write for one in wanted for write in _brought_to(held.get(one.name), one)]
    names = {one.name for one in wanted}
    writes += [delete(one.key, one.meta.uid) for name, one in sorted(held.items()) if name not in names]
    return Plan(tuple(writes))


def _pods(view: View, service: Resource) -> list[Resource]:
    selector = _selector(service)
    return [
        pod
        for label in _entry(service)
        for pod in view.find(PODS_BY_LABEL.name, label)
        if has_all(pod.meta.labels, selector)
        and dig(pod.status, "podIP")
        and dig(pod.status, "phase") not in ("Failed", "Succeeded")
    ]


def _slices(service: Resource, pods: list[Resource]) -> list[Resource]:
    """The slices that a Service should have; one without endpoints if there is no pod."""
    by_ports: dict[str, tuple[tuple[FrozenMap, ...], list[FrozenMap]]] = {}
    for pod in pods:
        ports = _ports(service, pod)
        entry = by_ports.setdefault(repr([sorted(port.items()) for port in ports]), (ports, []))
        entry[1].append(_endpoint(service, pod))
    groups = [by_ports[name] for name in sorted(by_ports)] or [((), [])]
    return [_slice(service, place, ports, endpoints) for place, (ports, endpoints) in enumerate(groups)]


def _ports(service: Resource, pod: Resource) -> tuple[FrozenMap, ...]:
    """A Service's ports as numbers of one pod; a name that no container has leaves its port out."""
    found: list[FrozenMap] = []
    for port in service.spec.get("ports") or ():
        number = _number(port, pod)
        if number is None:
            continue
        told = {"name": port.get("name") or "", "port": number, "protocol": port.get("protocol", "TCP")}
        if port.get("appProtocol"):
            told["appProtocol"] = port["appProtocol"]
        found.append(FrozenMap(told))
    return tuple(found)


def _number(port: Mapping[str, Any], pod: Resource) -> int | None:
    target = port.get("targetPort") or port.get("port")
    if isinstance(target, int):
        return target
    always = [one for one in pod.spec.get("initContainers", ()) if one.get("restartPolicy") == "Always"]
    for container in (*pod.spec.get("containers", ()), *always):
        for offered in container.get("ports") or ():
            same = offered.get("protocol", "TCP") == port.get("protocol", "TCP")
            if offered.get("name") == target and same:
                return int(offered["containerPort"])
    return None


def _endpoint(service: Resource, pod: Resource) -> FrozenMap:
    serving, going = is_ready(pod), pod.meta.deleted_ns >= 0
    ready = bool(service.spec.get("publishNotReadyAddresses")) or (serving and not going)
    made: FrozenMap = freeze(
        {
            "addresses": [pod.status["podIP"]] if pod.status is not None else [],
            "conditions": {"ready": ready, "serving": serving, "terminating": going},
            "nodeName": pod.spec.get("nodeName", ""),
            "targetRef": {"kind": "Pod", "name": pod.name, "namespace": pod.namespace, "uid": pod.meta.uid},
        }
    )
    return made


def _slice(service: Resource, place: int, ports: tuple[FrozenMap, ...], endpoints: list[FrozenMap]) -> Resource:
    labels = {**service.meta.labels, SERVICE_NAME: service.name, MANAGED_BY: MANAGER}
    if service.spec.get("clusterIP") == "None":
        labels[HEADLESS] = ""
    return Resource(
        f"{GROUP}/v1",
        "EndpointSlice",
        Metadata(
            name=f"{service.name[:57]}-{suffix('endpoint-slice', service.meta.uid, place)}",
            namespace=service.namespace,
            labels=FrozenMap(labels),
            owners=(controller_reference(service),),
            generate_name=f"{service.name}-",
        ),
        FrozenMap(addressType="IPv4", endpoints=tuple(endpoints), ports=ports),
    )


def _brought_to(held: Resource | None, wanted: Resource) -> Iterable[Write]:
    if held is None:
        yield create(wanted)
    elif held.body != wanted.body or held.meta.labels != wanted.meta.labels:
        yield update(attrs.evolve(held, body=wanted.body).with_meta(labels=wanted.meta.labels))


ENDPOINT_SLICES = Reconciler(
    "endpointslice",
    {
        ("", "Service"): itself,
        ("", "Pod"): _services_of,
        (GROUP, "EndpointSlice"): controller_of("Service"),
    },
    _reconcile,
    indexes=(PODS_BY_LABEL, SERVICES_BY_LABEL),
    source="Kubernetes, EndpointSlice",
)
