"""What a Deployment says of itself: how many pods there are, whether they suffice, how far a change over is.

Source: pkg/controller/deployment/sync.go and progress.go of Kubernetes. `ProgressDeadlineExceeded` is not modelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.kubernetes.conditions import condition, with_condition
from kumasim.domain.kubernetes.rollout import limits, wanted
from kumasim.domain.resource import Resource, timestamp
from kumasim.domain.tree import FrozenMap, dig


def deployment_status(
    deployment: Resource, all_sets: list[Resource], new: Resource | None, now_ns: int
) -> Mapping[str, Any]:
    """The status that a deployment should have.

    Args:
        deployment: as observed.
        all_sets: its replica sets.
        new: the one of its present template.
        now_ns: for the times of conditions that change.
    """
    ready = sum(dig(one.status, "availableReplicas", default=0) for one in all_sets)
    there = sum(dig(one.status, "replicas", default=0) for one in all_sets)
    counts = {
        "observedGeneration": deployment.meta.generation,
        "replicas": there,
        "updatedReplicas": 0 if new is None else dig(new.status, "replicas", default=0),
        "readyReplicas": sum(dig(one.status, "readyReplicas", default=0) for one in all_sets),
        "availableReplicas": ready,
        "unavailableReplicas": max(0, sum(wanted(one) for one in all_sets) - ready),
    }
    return {**counts, "conditions": _conditions(deployment, counts, new, now_ns)}


def _conditions(
    deployment: Resource, counts: Mapping[str, int], new: Resource | None, now_ns: int
) -> tuple[FrozenMap, ...]:
    found = dig(deployment.status, "conditions", default=())
    desired = int(deployment.spec.get("replicas", 1))
    enough = counts["availableReplicas"] >= desired - limits(deployment, desired).unavailable
    does, reason = ("has", "Available") if enough else ("does not have", "Unavailable")
    found = _set(
        found, "Available", str(enough), f"MinimumReplicas{reason}", f"Deployment {does} minimum availability.", now_ns
    )
    if new is None:
        return found
    return _set(found, "Progressing", "True", *_progress(found, counts, desired, new), now_ns)


def _progress(found: tuple[FrozenMap, ...], counts: Mapping[str, int], desired: int, new: Resource) -> tuple[str, str]:
    complete = counts["updatedReplicas"] == counts["replicas"] == counts["availableReplicas"] == desired
    if complete:
        return "NewReplicaSetAvailable", f'ReplicaSet "{new.name}" has successfully progressed.'
    if counts["replicas"] == 0 and condition(found, "Progressing") is None:
        return "NewReplicaSetCreated", f'Created new replica set "{new.name}"'
    return "ReplicaSetUpdated", f'ReplicaSet "{new.name}" is progressing.'


def _set(
    found: tuple[FrozenMap, ...], kind: str, status: str, reason: str, message: str, now_ns: int
) -> tuple[FrozenMap, ...]:
    """The conditions with one set; Deployments also tell when they last looked at it anew."""
    before = condition(found, kind)
    same = before is not None and (before.get("status"), before.get("reason")) == (status, reason)
    at = before["lastUpdateTime"] if before is not None and same else timestamp(now_ns)
    changed = with_condition(found, kind, status, reason, message, at_ns=now_ns)
    return tuple(one.with_(lastUpdateTime=at) if one["type"] == kind else one for one in changed)
