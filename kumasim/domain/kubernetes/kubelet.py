"""Scheduler and kubelet: a pod gets a node, and after its start-up time it runs.

Containers become ready when the pod starts, except Kuma's proxies: theirs is for the dataplane to say, which writes
`status.containerStatuses[].ready` itself. The kubelet keeps what is written there and derives the pod's conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kumasim.domain.kubernetes.conditions import with_condition
from kumasim.domain.kubernetes.names import digest
from kumasim.domain.kubernetes.statuses import status_writes
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, itself
from kumasim.domain.resource import Key, Resource, timestamp
from kumasim.domain.tree import EMPTY, FrozenMap, dig
from kumasim.domain.writes import Write

PROXIES = ("kuma-gateway", "kuma-sidecar")
"""The containers whose readiness the kubelet does not decide."""

START_UP_NS = 2_000_000_000
"""From a pod's creation to its containers running: image at hand, one scheduling round."""

_FINISHED = ("Failed", "Succeeded")


def kubelet(start_up_ns: int = START_UP_NS) -> Reconciler:
    """The reconciler that makes pods run.

    Args:
        start_up_ns: from a pod's creation to its containers running.
    """

    def reconcile(view: View, key: Key) -> Plan:
        pod = view.store.get(key)
        if pod is None or pod.meta.deleted_ns >= 0 or dig(pod.status, "phase") in _FINISHED:
            return NOTHING
        if not pod.spec.get("nodeName"):
            return _schedule(view, pod)
        left = pod.meta.created_ns + start_up_ns - view.now_ns
        if left > 0:
            return Plan(again_in_ns=left)
        node = view.get("Node", "", pod.spec["nodeName"])
        return NOTHING if node is None else Plan(status_writes(pod, _running(pod, node, start_up_ns, view.now_ns)))

    return Reconciler(
        "kubelet",
        {("", "Pod"): itself, ("", "Node"): _unscheduled},
        reconcile,
        source="Kubernetes, Pod lifecycle",
    )


def _unscheduled(changed: Resource, view: View) -> Iterable[Key]:
    """A node that came or changed wakes the pods that may have waited for one."""
    if view.store.get(changed.key) is None:
        return ()
    return [pod.key for pod in view.list("Pod") if dig(pod.status, "phase") == "Pending"]


def _schedule(view: View, pod: Resource) -> Plan:
    nodes = [node for node in view.list("Node") if not node.spec.get("unschedulable")]
    if not nodes:
        message = "0/0 nodes are available: no nodes available to schedule pods."
        status = pod.status or EMPTY
        conditions = with_condition(
            status.get("conditions", ()), "PodScheduled", "False", "Unschedulable", message, at_ns=view.now_ns
        )
        return Plan(status_writes(pod, status.with_(conditions=conditions)))
    chosen = nodes[digest("node", pod.namespace, pod.name) % len(nodes)]
    patch = FrozenMap(spec=FrozenMap(nodeName=chosen.name))
    return Plan((Write("merge", pod.key, patch=patch, subresource="binding"),))


def _running(pod: Resource, node: Resource, start_up_ns: int, now_ns: int) -> FrozenMap:
    """The status of a pod whose containers run."""
    status = pod.status or EMPTY
    started = timestamp(pod.meta.created_ns + start_up_ns)
    always = [one for one in pod.spec.get("initContainers", ()) if one.get("restartPolicy") == "Always"]
    containers = _container_statuses(pod.spec.get("containers", ()), status.get("containerStatuses", ()), started)
    sidecars = _container_statuses(always, status.get("initContainerStatuses", ()), started)
    lagging = [one["name"] for one in (*sidecars, *containers) if not one["ready"]]
    host = next((one["address"] for one in dig(node.status, "addresses", default=()) if one.get("address")), "")
    own = {"podIP": host, "podIPs": (FrozenMap(ip=host),)} if pod.spec.get("hostNetwork") else {}
    return FrozenMap(
        {
            **status,
            **own,
            "phase": "Running",
            "conditions": _conditions(status.get("conditions", ()), lagging, now_ns),
            "containerStatuses": containers,
            **({"initContainerStatuses": sidecars} if sidecars else {}),
            "hostIP": host,
            "startTime": timestamp(pod.meta.created_ns),
        }
    )


def _container_statuses(
    containers: Iterable[Mapping[str, Any]], before: Iterable[FrozenMap], started: str
) -> tuple[FrozenMap, ...]:
    known = {status["name"]: status for status in before}
    return tuple([_container_status(container, known.get(container["name"]), started) for container in containers])


def _container_status(container: Mapping[str, Any], before: FrozenMap | None, started: str) -> FrozenMap:
    name = container["name"]
    ready = bool(before and before.get("ready")) if name in PROXIES else True
    return FrozenMap(
        {
            "restartCount": 0,
            "state": FrozenMap(running=FrozenMap(startedAt=started)),
            **(before or {}),
            "name": name,
            "image": container.get("image", ""),
            "ready": ready,
            "started": True,
        }
    )


_NOT_READY = "ContainersNotReady"


def _conditions(before: Iterable[FrozenMap], lagging: list[str], now_ns: int) -> tuple[FrozenMap, ...]:
    found = with_condition(before, "Initialized", "True", at_ns=now_ns)
    message = f"containers with unready status: [{' '.join(lagging)}]" if lagging else ""
    for kind in ("Ready", "ContainersReady"):
        said = ("False", _NOT_READY, message) if lagging else ("True", "", "")
        found = with_condition(found, kind, *said, at_ns=now_ns)
    return with_condition(found, "PodScheduled", "True", at_ns=now_ns)
