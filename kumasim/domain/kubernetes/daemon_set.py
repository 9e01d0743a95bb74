"""DaemonSet controller, in simple form: one pod on each node.

A changed template replaces the pods one after the other. Node selectors and taints are not modelled.

Source: pkg/controller/daemon of Kubernetes.
"""

from __future__ import annotations

import attrs

from kumasim.domain.kubernetes.names import template_hash
from kumasim.domain.kubernetes.pod_numbers import CREATED, created, free_names
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
    nodes = [node.name for node in view.list("Node")]
    pods = [one for one in view.owned(owner.meta.uid) if one.kind == "Pod" and controlled_by(one, owner)]
    active = [pod for pod in pods if is_active(pod)]
    revision = template_hash(owner.spec.get("template"))
    count = created(view, owner)
    status = _status(owner, active, nodes, revision, count)
    return Plan((*status, *_steps(view, owner, active, nodes, revision, count)))


def _steps(
    view: View, owner: Resource, pods: list[Resource], nodes: list[str], revision: str, count: int
) -> tuple[Write, ...]:
    held: dict[str, Resource] = {}
    surplus: list[Resource] = []
    for pod in sorted(pods, key=lambda one: (one.meta.created_ns, one.name)):
        node = pod.spec.get("nodeName", "")
        if node in held or node not in nodes:
            surplus.append(pod)
        else:
            held[node] = pod
    bare = [node for node in nodes if node not in held]
    writes = [delete(pod.key, pod.meta.uid) for pod in surplus]
    names = free_names(view, owner, count, len(bare))
    writes += [
        create(_on(node, pod_from(owner, name, {REVISION: revision}))) for node, name in zip(bare, names, strict=True)
    ]
    return tuple(writes) or _update(owner, [held[node] for node in nodes], revision)


def _update(owner: Resource, pods: list[Resource], revision: str) -> tuple[Write, ...]:
    """Replaces one pod of another revision, when all of the present one are ready."""
    if dig(owner.spec, "updateStrategy", "type") == "OnDelete":
        return ()
    old = [pod for pod in pods if pod.meta.labels.get(REVISION) != revision]
    lagging = any(not is_ready(pod) for pod in pods if pod not in old)
    return () if lagging or not old else (delete(old[0].key, old[0].meta.uid),)


def _on(node: str, pod: Resource) -> Resource:
    return attrs.evolve(pod, body=pod.body.with_(spec=pod.spec.with_(nodeName=node)))


def _status(owner: Resource, active: list[Resource], nodes: list[str], revision: str, count: int) -> tuple[Write, ...]:
    ready = sum(is_ready(pod) for pod in active)
    status = {
        "observedGeneration": owner.meta.generation,
        "desiredNumberScheduled": len(nodes),
        "currentNumberScheduled": len(active),
        "numberMisscheduled": 0,
        "numberReady": ready,
        "numberAvailable": ready,
        "numberUnavailable": len(nodes) - ready,
        "updatedNumberScheduled": sum(pod.meta.labels.get(REVISION) == revision for pod in active),
        CREATED: count,
    }
    always = ("currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady")
    return status_writes(owner, status, always)


DAEMON_SET = Reconciler(
    "daemonset",
    {
        ("apps", "DaemonSet"): itself,
        ("", "Pod"): controller_of("DaemonSet"),
        ("", "Node"): lambda _, view: [one.key for one in view.list("DaemonSet", group="apps")],
    },
    _reconcile,
    source="Kubernetes, DaemonSet",
)
