"""How a workload numbers the pods it creates.

Kubernetes draws the end of a pod's name at random. Here the n-th pod of a workload has a name derived from the
workload's uid and n. How many were created is kept in the workload's status (`createdPods`, a field of ours): a pod
that goes is replaced by one with a new name, and a create that is still on its way when the workload is looked at
again is asked for under the same name, refused with AlreadyExists, and does no harm.
"""

from __future__ import annotations

from kumasim.domain.kubernetes.names import suffix
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import dig

CREATED = "createdPods"


def pod_name(owner: Resource, number: int) -> str:
    """The name of the n-th pod of a workload, counted from 0."""
    base = owner.name[:57]
    return f"{base}-{suffix('pod', owner.meta.uid, number)}"


def created(view: View, owner: Resource) -> int:
    """How many pods a workload is known to have created: those its status counts, and those seen since."""
    number = int(dig(owner.status, CREATED, default=0))
    while Key("", "Pod", owner.namespace, pod_name(owner, number)) in view.store:
        number += 1
    return number


def free_names(view: View, owner: Resource, after: int, count: int) -> list[str]:
    """The next names for `count` new pods.

    Args:
        view: what is observed.
        owner: the workload.
        after: the first number to try, from `created`.
        count: how many are wanted.
    """
    names: list[str] = []
    number = after
    while len(names) < count:
        name = pod_name(owner, number)
        if Key("", "Pod", owner.namespace, name) not in view.store:
            names.append(name)
        number += 1
    return names
