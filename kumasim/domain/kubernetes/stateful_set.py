"""StatefulSet controller, in simple form: pods with lasting names, one after the other.

A pod is created when all before it are ready (`podManagementPolicy: Parallel`: at once); a changed template replaces
the pods from the last to the first, each when all others are ready. Volumes are not modelled.

Source: pkg/controller/statefulset of Kubernetes.
"""

from __future__ import annotations

from kumasim.domain.kubernetes.names import template_hash
from kumasim.domain.kubernetes.statuses import status_writes
from kumasim.domain.kubernetes.templates import controlled_by, is_active, is_ready, pod_from
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, controller_of, itself
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import dig
from kumasim.domain.writes import Write, create, delete

REVISION = "controller-revision-hash"


def _reconcile(view: View, key: Key) -> Plan:
    owner = view.store.get(key)
    if owner is None or owner.meta.deleted_ns >= 0:
        return NOTHING
    pods = {pod.name: pod for pod in view.owned(owner.meta.uid) if pod.kind == "Pod" and controlled_by(pod, owner)}
    revision = f"{owner.name}-{template_hash(owner.spec.get('template'))}"
    first = int(dig(owner.spec, "ordinals", "start", default=0))
    names = [f"{owner.name}-{first + place}" for place in range(int(owner.spec.get("replicas", 1)))]
    return Plan((*_status(owner, list(pods.values()), revision), *_steps(owner, pods, names, revision)))


def _steps(owner: Resource, pods: dict[str, Resource], names: list[str], revision: str) -> tuple[Write, ...]:
    surplus = sorted((pod for name, pod in pods.items() if name not in names), key=_ordinal, reverse=True)
    missing = [name for name in names if name not in pods]
    if owner.spec.get("podManagementPolicy") == "Parallel":
        return (*[_created(owner, name, revision) for name in missing], *[_deleted(pod) for pod in surplus])
    for name in names:
        if name not in pods:
            return (_created(owner, name, revision),)
        if not (is_ready(pods[name]) and is_active(pods[name])):
            return _update(owner, [pods[name]], revision)
    if surplus:
        return (_deleted(surplus[0]),)
    return _update(owner, [pods[name] for name in reversed(names)], revision)


def _update(owner: Resource, candidates: list[Resource], revision: str) -> tuple[Write, ...]:
    """Replaces the first of some pods that is of another revision."""
    if dig(owner.spec, "updateStrategy", "type") == "OnDelete":
        return ()
    old = [pod for pod in candidates if pod.meta.labels.get(REVISION) != revision]
    return (_deleted(old[0]),) if old else ()


def _created(owner: Resource, name: str, revision: str) -> Write:
    labels = {
        REVISION: revision,
        "statefulset.kubernetes.io/pod-name": name,
        "apps.kubernetes.io/pod-index": name.rpartition("-")[2],
    }
    return create(pod_from(owner, name, labels))


def _deleted(pod: Resource) -> Write:
    return delete(pod.key, pod.meta.uid)


def _ordinal(pod: Resource) -> tuple[int, str]:
    written = str(pod.meta.labels.get("apps.kubernetes.io/pod-index", ""))
    return (int(written) if written.isascii() and written.isdigit() else 0), pod.name


def _status(owner: Resource, pods: list[Resource], revision: str) -> tuple[Write, ...]:
    active = [pod for pod in pods if is_active(pod)]
    updated = sum(pod.meta.labels.get(REVISION) == revision for pod in active)
    before = dig(owner.status, "currentRevision", default=revision)
    ready = sum(is_ready(pod) for pod in active)
    status = {
        "observedGeneration": owner.meta.generation,
        "replicas": len(active),
        "readyReplicas": ready,
        "availableReplicas": ready,
        "currentReplicas": sum(pod.meta.labels.get(REVISION) == before for pod in active),
        "updatedReplicas": updated,
        "currentRevision": revision if updated == len(active) else before,
        "updateRevision": revision,
    }
    return status_writes(owner, status, always=("replicas", "availableReplicas"))


STATEFUL_SET = Reconciler(
    "statefulset",
    {("apps", "StatefulSet"): itself, ("", "Pod"): controller_of("StatefulSet")},
    _reconcile,
    source="Kubernetes, StatefulSet",
)
