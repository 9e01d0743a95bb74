"""Deployment controller: a replica set for each template, and the change over from one to the next.

Source: pkg/controller/deployment of Kubernetes.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.kubernetes.deployment_status import deployment_status
from kumasim.domain.kubernetes.names import template_hash
from kumasim.domain.kubernetes.rollout import Limits, limits, new_size, old_sizes, wanted
from kumasim.domain.kubernetes.statuses import status_writes
from kumasim.domain.kubernetes.templates import HASH_LABEL, controlled_by, controller_reference, template_labels
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, controller_of, itself
from kumasim.domain.resource import Key, Metadata, Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig
from kumasim.domain.writes import Write, create, delete, merge

REVISION = "deployment.kubernetes.io/revision"


@attrs.frozen
class _Sets:
    """A deployment's replica sets.

    Args:
        new: the one of its present template, if there is one.
        old: the others, oldest first.
        name: what the new one is or will be called.
        hash: the hash of the present template.
    """

    new: Resource | None
    old: list[Resource]
    name: str
    hash: str

    @property
    def all(self) -> list[Resource]:
        """The old ones, oldest first, then the new one."""
        return self.old if self.new is None else [*self.old, self.new]


def _reconcile(view: View, key: Key) -> Plan:
    deployment = view.store.get(key)
    if deployment is None or deployment.meta.deleted_ns >= 0:
        return NOTHING
    sets = _sets(view, deployment)
    taken = view.get("ReplicaSet", key.namespace, sets.name, "apps")
    if sets.new is None and taken is not None:
        return Plan(error=f"replica set {sets.name} exists and is not controlled by deployment {deployment.name}")
    status = status_writes(deployment, deployment_status(deployment, sets.all, sets.new, view.now_ns))
    return Plan((*status, *_revision_of_deployment(deployment, sets), *_steps(view, deployment, sets)))


def _sets(view: View, deployment: Resource) -> _Sets:
    hashed = template_hash(deployment.spec.get("template"))
    owned = [
        one
        for one in view.owned(deployment.meta.uid)
        if one.kind == "ReplicaSet" and controlled_by(one, deployment) and one.meta.deleted_ns < 0
    ]
    new = next((one for one in owned if one.meta.labels.get(HASH_LABEL) == hashed), None)
    old = sorted((one for one in owned if one is not new), key=lambda one: (_revision(one), one.name))
    return _Sets(new, old, f"{deployment.name}-{hashed}", hashed)


def _revision(holder: Resource) -> int:
    """The revision that an object is annotated with; what is no number counts as none."""
    written = str(holder.meta.annotations.get(REVISION, ""))
    return int(written) if written.isascii() and written.isdigit() else 0


def _next_revision(sets: _Sets) -> int:
    newest = max((_revision(one) for one in sets.old), default=0)
    return newest + 1 if sets.new is None else max(_revision(sets.new), newest + 1)


def _annotated(key: Key, revision: int) -> Write:
    return merge(key, {"metadata": {"annotations": {REVISION: str(revision)}}})


def _revision_of_deployment(deployment: Resource, sets: _Sets) -> tuple[Write, ...]:
    revision = _next_revision(sets)
    if sets.new is None or _revision(deployment) == revision:
        return ()
    return (_annotated(deployment.key, revision),)


def _steps(view: View, deployment: Resource, sets: _Sets) -> tuple[Write, ...]:
    if deployment.spec.get("paused"):
        return _scale_paused(deployment, sets)
    recreate = dig(deployment.spec, "strategy", "type") == "Recreate"
    desired = int(deployment.spec.get("replicas", 1))
    # A strategy that recreates is one that may lack every pod and have none too many, with one more rule: no new pod
    # before the last old one is gone.
    allowed = Limits(0, desired) if recreate else limits(deployment, desired)
    if recreate and _old_pods_left(view, sets):
        return tuple([_sized(one, 0) for one in sets.old if wanted(one) > 0])
    if sets.new is None:
        total = sum(wanted(one) for one in sets.old)
        return (create(_replica_set(deployment, sets, new_size(0, total, desired, allowed))),)
    return _roll(deployment, sets, sets.new, desired, allowed)


def _roll(deployment: Resource, sets: _Sets, new: Resource, desired: int, allowed: Limits) -> tuple[Write, ...]:
    writes: list[Write] = []
    if _revision(new) != _next_revision(sets):
        # A template that comes back takes its old replica set up again, as the newest revision.
        writes.append(_annotated(new.key, _next_revision(sets)))
    size = new_size(wanted(new), sum(wanted(one) for one in sets.all), desired, allowed)
    if size != wanted(new):
        return (*writes, _sized(new, size))
    if any(wanted(one) for one in sets.old):
        smaller = old_sizes(sets.old, new, desired, allowed)
        writes.extend(_sized(one, smaller[one.name]) for one in sets.old if one.name in smaller)
        return tuple(writes)
    return (*writes, *_forget(deployment, sets.old))


def _scale_paused(deployment: Resource, sets: _Sets) -> tuple[Write, ...]:
    """A paused deployment does not change over, but its only living replica set still follows `replicas`."""
    desired = int(deployment.spec.get("replicas", 1))
    living = [one for one in sets.all if wanted(one) > 0] or sets.all[-1:]
    if len(living) != 1 or wanted(living[0]) == desired:
        return ()
    return (_sized(living[0], desired),)


def _old_pods_left(view: View, sets: _Sets) -> bool:
    return any(wanted(one) > 0 or any(pod.kind == "Pod" for pod in view.owned(one.meta.uid)) for one in sets.old)


def _forget(deployment: Resource, old: list[Resource]) -> tuple[Write, ...]:
    """Deletes the oldest empty replica sets beyond `revisionHistoryLimit`."""
    limit = int(deployment.spec.get("revisionHistoryLimit", 10))
    empty = [one for one in old if wanted(one) == 0 and not dig(one.status, "replicas")]
    return tuple([delete(one.key, one.meta.uid) for one in empty[: max(0, len(old) - limit)]])


def _sized(replica_set: Resource, size: int) -> Write:
    return merge(replica_set.key, {"spec": {"replicas": size}})


def _replica_set(deployment: Resource, sets: _Sets, size: int) -> Resource:
    template = deployment.spec["template"]
    labels = template_labels(deployment).with_(**{HASH_LABEL: sets.hash})
    selector: FrozenMap = deployment.spec["selector"]
    matched = (selector.get("matchLabels") or EMPTY).with_(**{HASH_LABEL: sets.hash})
    spec: dict[str, Any] = {
        "replicas": size,
        "selector": selector.with_(matchLabels=matched),
        "template": template.with_(metadata=(template.get("metadata") or EMPTY).with_(labels=labels)),
    }
    if deployment.spec.get("minReadySeconds"):
        spec["minReadySeconds"] = deployment.spec["minReadySeconds"]
    return Resource(
        "apps/v1",
        "ReplicaSet",
        Metadata(
            name=sets.name,
            namespace=deployment.namespace,
            labels=labels,
            annotations=FrozenMap({**deployment.meta.annotations, REVISION: str(_next_revision(sets))}),
            owners=(controller_reference(deployment),),
        ),
        FrozenMap(spec=FrozenMap(spec)),
    )


DEPLOYMENT = Reconciler(
    "deployment",
    {("apps", "Deployment"): itself, ("apps", "ReplicaSet"): controller_of("Deployment")},
    _reconcile,
    source="Kubernetes, Deployment",
)
