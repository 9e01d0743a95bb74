"""The tags of an inbound.

Source: B-24 to B-28, B-40.
"""

from __future__ import annotations

from collections.abc import Mapping

from kumasim.domain.reconcilers.annotations import truthy
from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.dataplane_from_pod.pod import PodView
from kumasim.domain.reconcilers.names import SERVICE_TAG, ZONE_TAG, service_tag
from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap

NODE_LABELS = "KUMA_RUNTIME_KUBERNETES_INJECTOR_NODE_LABELS_TO_COPY"
_DEFAULT_NODE_LABELS = "topology.kubernetes.io/zone,topology.kubernetes.io/region,kubernetes.io/hostname"

NAMESPACE_TAG = "k8s.kuma.io/namespace"
PROTOCOL_TAG = "kuma.io/protocol"
INSTANCE_TAG = "kuma.io/instance"

_PROTOCOLS = ("http", "http2", "grpc", "tcp", "tls", "kafka")


def service_tags(view: View, pod: Resource, service: Resource, port: FrozenMap) -> FrozenMap:
    """The tags of the inbound that serves a port of a Service; the number in the service tag is the Service's.

    A delegated gateway, which can only be tcp, leaves any other protocol out (B-40).

    Source: B-24 to B-26.
    """
    number = int(port.get("port", 0))
    kept = {key: value for key, value in pod.meta.labels.items() if value and "kuma.io/" not in key}
    tags = {
        **kept,
        NAMESPACE_TAG: pod.namespace,
        "k8s.kuma.io/service-name": service.name,
        "k8s.kuma.io/service-port": str(number),
        SERVICE_TAG: service_tag(service.namespace, service.name, number),
        **_zone(view),
        **node_labels(view, pod),
    }
    protocol = protocol_of(service, port)
    if protocol == "tcp" or not truthy(pod.meta.annotations, "kuma.io/gateway"):
        tags[PROTOCOL_TAG] = protocol
    if service.spec.get("clusterIP") == "None":
        tags[INSTANCE_TAG] = pod.name
    return FrozenMap(tags)


def pod_tags(view: View, pod: Resource, name: str) -> FrozenMap:
    """The tags of the inbound of a pod without Services: all its labels, Kuma's own included. Source: B-27."""
    return FrozenMap({
        **{key: value for key, value in pod.meta.labels.items() if value},
        NAMESPACE_TAG: pod.namespace,
        SERVICE_TAG: service_tag(pod.namespace, name),
        **_zone(view),
        PROTOCOL_TAG: "tcp",
        INSTANCE_TAG: pod.name,
        **node_labels(view, pod),
    })  # fmt: skip


def protocol_of(service: Resource, port: FrozenMap) -> str:
    """The protocol of a Service port: a recognised appProtocol, then the annotation as it stands, then tcp.

    Source: B-28.
    """
    written = str(port.get("appProtocol") or "")
    if written.lower() in _PROTOCOLS:
        return written.lower()
    annotated = service.meta.annotations.get(f"{port.get('port')}.service.kuma.io/protocol")
    return str(annotated or "tcp").lower()


def node_labels(view: View, pod: Resource) -> Mapping[str, str]:
    """The labels of the pod's node that become tags; a node that is not known gives none. Source: B-24."""
    node = view.get("Node", "", pod.view(PodView).node)
    if node is None:
        return {}
    wanted = view.around.config.get(NODE_LABELS, _DEFAULT_NODE_LABELS).split(",")
    return {label: node.meta.labels[label] for label in map(str.strip, wanted) if label in node.meta.labels}


def _zone(view: View) -> Mapping[str, str]:
    return {ZONE_TAG: view.around.zone} if view.around.zone else {}
