"""What an API server knows of a kind before it looks at any object: its scope, its status, its plural.

The kinds that every cluster has stand in a table here; those that come as custom resources (Gateway API, Kuma) are
asked of `kumasim.domain.kinds`; a kind nobody knows is taken as it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Protocol

import attrs

from kumasim.domain import kinds as registry
from kumasim.domain.resource import Key


@attrs.frozen
class Scope:
    """Where the objects of a kind live, and who may write their status.

    Args:
        namespaced: whether they live in namespaces.
        has_status: whether the status is a subresource, which writes to the object itself leave alone.
    """

    namespaced: bool = True
    has_status: bool = False


_CLUSTER = Scope(namespaced=False)
_CLUSTER_STATUS = Scope(namespaced=False, has_status=True)
_PLAIN = Scope()
_STATUS = Scope(has_status=True)

BUILT_IN: Mapping[tuple[str, str], Scope] = {
    ("", "ConfigMap"): _PLAIN,
    ("", "Endpoints"): _PLAIN,
    ("", "Event"): _PLAIN,
    ("", "LimitRange"): _PLAIN,
    ("", "Namespace"): _CLUSTER_STATUS,
    ("", "Node"): _CLUSTER_STATUS,
    ("", "PersistentVolume"): _CLUSTER_STATUS,
    ("", "PersistentVolumeClaim"): _STATUS,
    ("", "Pod"): _STATUS,
    ("", "PodTemplate"): _PLAIN,
    ("", "ReplicationController"): _STATUS,
    ("", "ResourceQuota"): _STATUS,
    ("", "Secret"): _PLAIN,
    ("", "Service"): _STATUS,
    ("", "ServiceAccount"): _PLAIN,
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): _CLUSTER,
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): _CLUSTER,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _CLUSTER_STATUS,
    ("apps", "ControllerRevision"): _PLAIN,
    ("apps", "DaemonSet"): _STATUS,
    ("apps", "Deployment"): _STATUS,
    ("apps", "ReplicaSet"): _STATUS,
    ("apps", "StatefulSet"): _STATUS,
    ("autoscaling", "HorizontalPodAutoscaler"): _STATUS,
    ("batch", "CronJob"): _STATUS,
    ("batch", "Job"): _STATUS,
    ("coordination.k8s.io", "Lease"): _PLAIN,
    ("discovery.k8s.io", "EndpointSlice"): _PLAIN,
    ("networking.k8s.io", "Ingress"): _STATUS,
    ("networking.k8s.io", "IngressClass"): _CLUSTER,
    ("networking.k8s.io", "NetworkPolicy"): _PLAIN,
    ("policy", "PodDisruptionBudget"): _STATUS,
    ("rbac.authorization.k8s.io", "ClusterRole"): _CLUSTER,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): _CLUSTER,
    ("rbac.authorization.k8s.io", "Role"): _PLAIN,
    ("rbac.authorization.k8s.io", "RoleBinding"): _PLAIN,
    ("scheduling.k8s.io", "PriorityClass"): _CLUSTER,
    ("storage.k8s.io", "StorageClass"): _CLUSTER,
}
"""The kinds that every cluster has, by (group, kind)."""


class Kinds(Protocol):
    """What an API server asks about kinds; answers None for one that it does not know."""

    def scope(self, group: str, kind: str) -> Scope | None:
        """The scope of a kind."""


@cache
def registered() -> Mapping[tuple[str, str], Scope]:
    """The kinds that the simulator knows, by (group, kind), without those of universal stores alone."""
    return {
        (one.group, one.kind): Scope(one.namespaced, one.has_status)
        for one in registry.all_kinds()
        if not one.universal
    }


@attrs.frozen
class Served:
    """The built-in kinds plus custom ones.

    Args:
        custom: the kinds that came as custom resource definitions.
    """

    custom: Mapping[tuple[str, str], Scope] = attrs.field(factory=registered)

    def scope(self, group: str, kind: str) -> Scope | None:
        """The scope of a kind, or None."""
        return BUILT_IN.get((group, kind)) or self.custom.get((group, kind))


def groups_of(kind: str) -> tuple[str, ...]:
    """The API groups that have a kind of this name, custom resources first; the core group for a name nobody knows."""
    found = [one.group for one in registry.all_kinds() if one.kind == kind]
    found += [group for group, name in BUILT_IN if name == kind and group not in found]
    return tuple(found) or ("",)


def resolved(key: Key, kinds: Kinds) -> Key:
    """The key under which a store keeps what a client calls `key`.

    A namespaced object without a namespace goes to `default`, a cluster-scoped one loses its namespace, and an object
    of an unknown kind stays where it says it is.
    """
    scope = kinds.scope(key.group, key.kind)
    if scope is None:
        return key
    if not scope.namespaced:
        return key._replace(namespace="")
    return key if key.namespace else key._replace(namespace="default")


_IRREGULAR = {"Endpoints": "endpoints"}
_SIBILANT = ("s", "x", "z", "ch", "sh")


def plural(kind: str) -> str:
    """The name of a kind in URLs and messages: "httproutes", "gatewayclasses", "networkpolicies"."""
    if kind in _IRREGULAR:
        return _IRREGULAR[kind]
    name = kind.lower()
    if name.endswith(_SIBILANT):
        return name + "es"
    if name.endswith("y") and name[-2] not in "aeiou":
        return name[:-1] + "ies"
    return name + "s"


def resource_name(group: str, kind: str) -> str:
    """A kind as Kubernetes' messages name it: "deployments.apps", "services"."""
    return f"{plural(kind)}.{group}" if group else plural(kind)


def kind_name(group: str, kind: str) -> str:
    """A kind as Kubernetes' validation messages name it: "Deployment.apps", "Service"."""
    return f"{kind}.{group}" if group else kind
