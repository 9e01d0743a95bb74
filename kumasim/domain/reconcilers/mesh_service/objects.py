"""The MeshServices that a Service is turned into.

Source: C-11 to C-25.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.policy.identity import KUMA, NAMESPACE_TAG
from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.dataplane_from_pod.services import SLICES_BY_SERVICE, selector_of
from kumasim.domain.reconcilers.gateway_api import KUMA_API_VERSION
from kumasim.domain.reconcilers.mesh_service.names import headless_name
from kumasim.domain.reconcilers.names import MESH_LABEL
from kumasim.domain.reconcilers.ownership import owner_reference
from kumasim.domain.resource import Key, Metadata, OwnerReference, Resource
from kumasim.domain.tree import FrozenMap, dig, freeze

MANAGED_BY = "kuma.io/managed-by"
MANAGER = "k8s-controller"
SERVICE_NAME = "k8s.kuma.io/service-name"
HEADLESS = "k8s.kuma.io/is-headless-service"
POD_LABELS = ("statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index")


@attrs.frozen
class Generated:
    """A MeshService as it should be.

    Args:
        resource: metadata and spec.
        vips: its addresses.
        owner: what it goes with.
    """

    resource: Resource
    vips: tuple[str, ...]
    owner: OwnerReference


def key_of(service: Resource, name: str = "") -> Key:
    """The MeshService of a Service. Source: C-11."""
    return Key(KUMA, "MeshService", service.namespace, name or service.name)


def generated(view: View, service: Resource, mesh: str) -> Iterable[Generated]:
    """The MeshServices that a Service should have: one, or one for each pod of a headless one."""
    if service.spec.get("clusterIP") == "None":
        return _of_pods(view, service, mesh)
    return (_of_cluster_ip(service, mesh),)


def _of_cluster_ip(service: Resource, mesh: str) -> Generated:
    """Source: C-11 to C-19."""
    tags = {**selector_of(service), NAMESPACE_TAG: service.namespace}
    return _made(
        service, service.name, mesh, "false", {"dataplaneTags": tags},
        (str(service.spec.get("clusterIP")),), owner_reference(service, controller=False),
    )  # fmt: skip


def _of_pods(view: View, service: Resource, mesh: str) -> Iterable[Generated]:
    """One for each pod among the endpoints, named after the pod and the Service. Source: C-21 to C-23."""
    for name, addresses in sorted(_endpoints(view, service).items()):
        pod = view.get("Pod", service.namespace, name)
        if pod is None:
            continue
        labels = {label: pod.meta.labels[label] for label in POD_LABELS if label in pod.meta.labels}
        yield _made(
            service, headless_name(name, service.name, service.namespace), mesh, "true",
            {"dataplaneRef": {"name": f"{name}.{service.namespace}"}}, tuple(addresses),
            owner_reference(pod, controller=False), labels,
        )  # fmt: skip


def _endpoints(view: View, service: Resource) -> dict[str, dict[str, None]]:
    """The addresses of each pod behind a Service, in the order of its EndpointSlices."""
    found: dict[str, dict[str, None]] = {}
    for each in view.find(SLICES_BY_SERVICE.name, (service.namespace, service.name)):
        for endpoint in dig(each.body, "endpoints", default=()):
            if dig(endpoint, "targetRef", "kind") == "Pod":
                addresses = found.setdefault(str(dig(endpoint, "targetRef", "name", default="")), {})
                addresses.update(dict.fromkeys(dig(endpoint, "addresses", default=())))
    return found


def _made(
    service: Resource, name: str, mesh: str, headless: str, selector: Mapping[str, Any], vips: tuple[str, ...],
    owner: OwnerReference, more_labels: Mapping[str, str] = FrozenMap(),
) -> Generated:  # fmt: skip
    labels = {
        **service.meta.labels, **more_labels, MESH_LABEL: mesh, SERVICE_NAME: service.name, MANAGED_BY: MANAGER,
        HEADLESS: headless,
    }  # fmt: skip
    spec = {
        "selector": selector,
        "ports": [_port(port) for port in dig(service.spec, "ports", default=()) if _is_tcp(port)],
    }
    meta = Metadata(name, service.namespace, labels=FrozenMap(labels), owners=(owner,))
    return Generated(Resource(KUMA_API_VERSION, "MeshService", meta, freeze({"spec": spec})), vips, owner)


def _is_tcp(port: FrozenMap) -> bool:
    return bool(port.get("protocol", "TCP") == "TCP")


def _port(port: FrozenMap) -> dict[str, Any]:
    """Name, number, target as written, appProtocol as written or tcp; no annotation counts. Source: C-17, C-18."""
    target = port.get("targetPort")
    made = {"port": port.get("port"), "targetPort": port.get("port") if target in (None, 0, "") else target}
    named = {"name": port["name"]} if port.get("name") else {}
    return {**named, **made, "appProtocol": port.get("appProtocol") or "tcp"}
