"""The Service of a MeshGatewayInstance.

Source: A-14 to A-28; A-17 and A-18 for what its metadata keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.reconcilers.comparison import covers, replacing
from kumasim.domain.reconcilers.gateway_matching import listeners
from kumasim.domain.reconcilers.ownership import controlled_by
from kumasim.domain.resource import Metadata, Resource
from kumasim.domain.tree import FrozenMap, dig, freeze
from kumasim.domain.writes import Write, create, merge, update

GATEWAY_ANNOTATION = "kuma.io/gateway"


def service_writes(instance: Resource, gateway: Resource, observed: Resource | None) -> tuple[Write, ...]:
    """The write that gives the Service the ports of the MeshGateway; none if it is as it should be.

    Args:
        instance: the MeshGatewayInstance.
        gateway: the MeshGateway that matches it.
        observed: the Service that it controls, if there is one.
    """
    held = Metadata("") if observed is None else observed.meta
    template = dig(instance.spec, "serviceTemplate", "metadata", default=FrozenMap())
    annotations = {GATEWAY_ANNOTATION: "builtin", **held.annotations, **dig(template, "annotations", default={})}
    labels = {**held.labels, **dig(template, "labels", default={})}  # keys are never taken away again
    spec = _spec(instance, gateway, () if observed is None else dig(observed.spec, "ports", default=()))
    if observed is None:
        meta = Metadata(instance.name, instance.namespace, labels=freeze(labels), annotations=freeze(annotations))
        made = Resource("v1", "Service", meta, freeze({"spec": spec}), origin=instance.origin)
        return (create(controlled_by(instance, made)),)
    return _changed(instance, observed, labels, annotations, freeze(spec))


def _changed(
    instance: Resource, observed: Resource, labels: Mapping[str, Any], annotations: Mapping[str, Any], spec: FrozenMap
) -> tuple[Write, ...]:
    owned = controlled_by(instance, observed)
    adopt = () if owned is observed else (update(owned),)
    patch: dict[str, Any] = {}
    if labels != observed.meta.labels or annotations != observed.meta.annotations:
        patch["metadata"] = {"labels": labels, "annotations": annotations}
    selector = dig(observed.spec, "selector", default=FrozenMap())
    if not covers(observed.spec, spec) or selector != spec["selector"]:
        patch["spec"] = spec.with_(selector=replacing(selector, spec["selector"]))
    return (*adopt, *((merge(observed.key, patch),) if patch else ()))


def _spec(instance: Resource, gateway: Resource, held_ports: tuple[FrozenMap, ...]) -> dict[str, Any]:
    """Selector, type and ports. `loadBalancerIP` is only ever set, never cleared. Source: A-20, A-21, A-26."""
    service_type = instance.spec.get("serviceType", "LoadBalancer")
    spec = {
        "selector": {"app": instance.name},
        "type": service_type,
        "ports": _ports(gateway, held_ports, service_type == "NodePort"),
    }
    address = dig(instance.spec, "serviceTemplate", "spec", "loadBalancerIP")
    return {**spec, "loadBalancerIP": address} if address else spec


def _ports(gateway: Resource, held: tuple[FrozenMap, ...], as_node_port: bool) -> list[dict[str, Any]]:
    """One port for each distinct listener port, whatever the listener's protocol and whether it is cross-mesh.

    A port that exists is reused by the index of the *listener*, which matters to nodePorts that were allocated
    automatically, when several listeners share a port (A-27).

    Source: A-22 to A-25, A-28.
    """
    ports: dict[int, dict[str, Any]] = {}
    for index, listener in enumerate(listeners(gateway)):
        number = int(listener.get("port", 0))
        if number in ports:
            continue
        reused = dict(held[index]) if index < len(held) else {}
        node_port = {"nodePort": number} if as_node_port else {}
        ports[number] = {
            **reused, "name": str(number), "protocol": "TCP", "port": number, "targetPort": number, **node_port,
        }  # fmt: skip
    return list(ports.values())
