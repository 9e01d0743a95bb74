"""ReplicaSet controller: as many pods as asked for.

Source: pkg/controller/replicaset of Kubernetes.
"""

from __future__ import annotations

from kumasim.domain.kubernetes.pod_numbers import CREATED, created, free_names
from kumasim.domain.kubernetes.statuses import status_writes
from kumasim.domain.kubernetes.templates import controlled_by, is_active, is_ready, pod_from
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, controller_of, itself
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import dig
from kumasim.domain.writes import Write, create, delete

BURST = 500
"""At most so many creations in one go; the rest follows when these are seen."""


def surplus_first(pod: Resource) -> tuple[bool, bool, int, str]:
    """The order in which pods are given up: without node, not ready, newest, then by name."""
    return bool(pod.spec.get("nodeName")), is_ready(pod), -pod.meta.created_ns, pod.name


def _reconcile(view: View, key: Key) -> Plan:
    owner = view.store.get(key)
    if owner is None or owner.meta.deleted_ns >= 0:
        return NOTHING
    pods = [one for one in view.owned(owner.meta.uid) if one.kind == "Pod" and controlled_by(one, owner)]
    active = [pod for pod in pods if is_active(pod)]
    count = created(view, owner)
    return Plan((*_status(owner, active, count), *_pods(view, owner, active, count)))


def _pods(view: View, owner: Resource, active: list[Resource], count: int) -> tuple[Write, ...]:
    missing = int(owner.spec.get("replicas", 1)) - len(active)
    if missing >= 0:
        names = free_names(view, owner, count, min(missing, BURST))
        return tuple([create(pod_from(owner, name)) for name in names])
    return tuple([delete(pod.key, pod.meta.uid) for pod in sorted(active, key=surplus_first)[:-missing]])


def _status(owner: Resource, active: list[Resource], count: int) -> tuple[Write, ...]:
    ready = sum(is_ready(pod) for pod in active)
    status = {
        "replicas": len(active),
        "fullyLabeledReplicas": len(active),
        "readyReplicas": ready,
        "availableReplicas": ready,
        "observedGeneration": owner.meta.generation,
        "conditions": dig(owner.status, "conditions", default=()),
        CREATED: count,
    }
    return status_writes(owner, status, always=("replicas",))


REPLICA_SET = Reconciler(
    "replicaset",
    {("apps", "ReplicaSet"): itself, ("", "Pod"): controller_of("ReplicaSet")},
    _reconcile,
    source="Kubernetes, ReplicaSet",
)
