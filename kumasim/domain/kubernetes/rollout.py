"""Rolling updates: how far the new pods may grow and the old ones must shrink, as arithmetic.

Source: pkg/controller/deployment/rolling.go and util/deployment_util.go of Kubernetes.
"""

from __future__ import annotations

import attrs

from kumasim.domain.kubernetes.quantities import scaled
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig


@attrs.frozen
class Limits:
    """How many pods a deployment may have too many, and how many it may lack, while it changes over."""

    surge: int
    unavailable: int


def limits(deployment: Resource, desired: int) -> Limits:
    """The limits that a deployment's strategy sets; both 0 would never move, so one pod may then be lacking."""
    rolling = dig(deployment.spec, "strategy", "rollingUpdate", default={})
    surge = scaled(rolling.get("maxSurge", "25%"), desired, up=True)
    unavailable = scaled(rolling.get("maxUnavailable", "25%"), desired, up=False)
    return Limits(surge, min(unavailable if surge or unavailable else 1, desired))


def wanted(replica_set: Resource) -> int:
    """How many pods a replica set is asked for."""
    return int(replica_set.spec.get("replicas", 1))


def available(replica_set: Resource) -> int:
    """How many of a replica set's pods are available."""
    return int(dig(replica_set.status, "availableReplicas", default=0))


def new_size(new: int, total: int, desired: int, allowed: Limits) -> int:
    """The size that the new replica set gets next.

    Args:
        new: its size.
        total: the sizes of all replica sets added up.
        desired: the deployment's.
        allowed: its limits.
    """
    if new >= desired:
        return desired
    room = desired + allowed.surge - total
    return new + max(0, min(room, desired - new))


def old_sizes(old: list[Resource], new: Resource, desired: int, allowed: Limits) -> dict[str, int]:
    """The sizes that old replica sets get next, by name, where they change; the oldest shrinks first.

    Pods that are not available go first: nobody misses them. Of the available ones so many stay that the deployment
    does not fall below what it may lack.
    """
    total = sum(wanted(one) for one in old) + wanted(new)
    floor = desired - allowed.unavailable
    may_go = total - floor - max(0, wanted(new) - available(new))
    sizes = {one.name: wanted(one) for one in old}
    for one in old:
        broken = min(max(0, wanted(one) - available(one)), max(0, may_go))
        sizes[one.name] -= broken
        may_go -= broken
    spare = min(sum(min(available(one), sizes[one.name]) for one in old) + available(new) - floor, may_go)
    for one in old:
        gone = min(max(0, spare), sizes[one.name])
        sizes[one.name] -= gone
        spare -= gone
    return {one.name: sizes[one.name] for one in old if sizes[one.name] != wanted(one)}
