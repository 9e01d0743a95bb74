"""Pod templates: how workloads describe the pods they want, and the pods made from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.resource import Metadata, OwnerReference, Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig, freeze

HASH_LABEL = "pod-template-hash"


def _defaulted_container(container: FrozenMap) -> FrozenMap:
    ports = container.get("ports")
    if not ports or all("protocol" in port for port in ports):
        return container
    return container.with_(ports=tuple(port if "protocol" in port else port.with_(protocol="TCP") for port in ports))


def defaulted_pod_spec(spec: FrozenMap) -> FrozenMap:
    """A pod's spec with what Kubernetes fills in: the restart policy, the protocol of ports."""
    filled = {"restartPolicy": "Always", **spec}
    for containers in ("containers", "initContainers"):
        if spec.get(containers):
            filled[containers] = tuple(_defaulted_container(container) for container in spec[containers])
    return FrozenMap(filled)


def defaulted_template(template: FrozenMap) -> FrozenMap:
    """A pod template with the defaults of its spec."""
    return template.with_(spec=defaulted_pod_spec(template.get("spec") or EMPTY))


def template_labels(workload: Resource) -> FrozenMap:
    """The labels of the pods that a workload makes."""
    labels: FrozenMap = dig(workload.spec, "template", "metadata", "labels", default=EMPTY)
    return labels


def controller_reference(owner: Resource) -> OwnerReference:
    """The reference by which a controller's object is known to be its own."""
    return OwnerReference(owner.api_version, owner.kind, owner.name, owner.meta.uid, controller=True, block=True)


def controlled_by(child: Resource, owner: Resource) -> bool:
    """Whether an object is the controller of another."""
    return any(reference.controller and reference.uid == owner.meta.uid for reference in child.meta.owners)


def pod_from(owner: Resource, name: str, labels: Mapping[str, str] = EMPTY) -> Resource:
    """A pod of a workload, made from its template.

    Args:
        owner: the workload; it controls the pod.
        name: the pod's.
        labels: on top of the template's.
    """
    template = owner.spec["template"]
    meta = template.get("metadata") or EMPTY
    return Resource(
        "v1",
        "Pod",
        Metadata(
            name=name,
            namespace=owner.namespace,
            labels=freeze({**(meta.get("labels") or {}), **labels}),
            annotations=meta.get("annotations") or EMPTY,
            owners=(controller_reference(owner),),
            finalizers=tuple(meta.get("finalizers") or ()),
            generate_name=f"{owner.name}-",
        ),
        FrozenMap(spec=template.get("spec") or EMPTY),
    )


def is_ready(pod: Resource) -> bool:
    """Whether a pod's Ready condition is True."""
    conditions: tuple[Any, ...] = dig(pod.status, "conditions", default=())
    return any(found.get("type") == "Ready" and found.get("status") == "True" for found in conditions)


def is_active(pod: Resource) -> bool:
    """Whether a pod counts as one of its workload's: neither finished nor on its way out."""
    return pod.meta.deleted_ns < 0 and dig(pod.status, "phase") not in ("Failed", "Succeeded")
