"""What a cluster holds before anybody wrote anything: its namespaces and its node.

Source: `kuma.io/system-namespace` is what Kuma's Helm chart labels its namespace with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.kubernetes.addresses import node_address
from kumasim.domain.kubernetes.api.strategies.namespace import NAME_LABEL
from kumasim.domain.kubernetes.names import uid_of
from kumasim.domain.resource import Metadata, Resource, timestamp
from kumasim.domain.tree import EMPTY, freeze

SYSTEM_LABELS: Mapping[str, str] = {"kuma.io/system-namespace": "true"}


def initial_objects(
    cluster: str,
    ordinal: int = 1,
    system_namespace: str = "kuma-system",
    system_labels: Mapping[str, str] = SYSTEM_LABELS,
) -> tuple[Resource, ...]:
    """The objects of a new cluster, with uids and resource versions 1, 2, 3, ...

    Args:
        cluster: its name.
        ordinal: its place among the world's clusters; chooses its addresses.
        system_namespace: where Kuma lives.
        system_labels: what that namespace is labelled with.
    """
    names = {"default": EMPTY, "kube-system": EMPTY, system_namespace: freeze(dict(system_labels))}
    objects = [_namespace(name, labels) for name, labels in names.items()]
    objects.append(_node(f"{cluster}-node-1", node_address(ordinal, 1)))
    return tuple(
        one.with_meta(uid=uid_of(cluster, one.key, 0), resource_version=place, generation=1, created_ns=0)
        for place, one in enumerate(objects, 1)
    )


def _namespace(name: str, labels: Mapping[str, str]) -> Resource:
    return Resource(
        "v1",
        "Namespace",
        Metadata(name=name, labels=freeze({NAME_LABEL: name, **labels})),
        freeze({"spec": {"finalizers": ["kubernetes"]}}),
        freeze({"phase": "Active"}),
    )


def _node(name: str, address: str) -> Resource:
    ready: dict[str, Any] = {
        "type": "Ready",
        "status": "True",
        "reason": "KubeletReady",
        "message": "kubelet is posting ready status",
        "lastTransitionTime": timestamp(0),
    }
    addresses = [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}]
    return Resource(
        "v1",
        "Node",
        Metadata(name=name, labels=freeze({"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"})),
        freeze({"spec": {}}),
        freeze({"addresses": addresses, "conditions": [ready]}),
    )
