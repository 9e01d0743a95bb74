"""Garbage collector: what nobody owns any more goes too, in the background.

An owner that left wakes the objects that named its uid; each of them is looked at by itself.

Source: pkg/controller/garbagecollector of Kubernetes; KDS-91 for the name of its account.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View
from kumasim.domain.resource import Key, OwnerReference, Resource, group_of
from kumasim.domain.writes import delete


def garbage_collector(kinds: tuple[tuple[str, str], ...]) -> Reconciler:
    """The reconciler that deletes orphans.

    Args:
        kinds: (group, kind) of all that may own or be owned.
    """
    return Reconciler(
        "generic-garbage-collector",
        dict.fromkeys(kinds, _concerned),
        _reconcile,
        source="Kubernetes, garbage collection",
    )


def _concerned(changed: Resource, view: View) -> Iterable[Key]:
    if changed.meta.owners:
        yield changed.key
    living = view.store.get(changed.key)
    if living is None or living.meta.uid != changed.meta.uid:
        for dependent in view.owned(changed.meta.uid):
            yield dependent.key


def _reconcile(view: View, key: Key) -> Plan:
    dependent = view.store.get(key)
    if dependent is None or not dependent.meta.owners or dependent.meta.deleted_ns >= 0:
        return NOTHING
    if any(_lives(view, owner, key.namespace) for owner in dependent.meta.owners):
        return NOTHING
    return Plan((delete(key, dependent.meta.uid),))


def _lives(view: View, owner: OwnerReference, namespace: str) -> bool:
    """Whether an owner exists: in the dependent's namespace, or in none."""
    for place in dict.fromkeys((namespace, "")):
        found = view.get(owner.kind, place, owner.name, group_of(owner.api_version))
        if found is not None and found.meta.uid == owner.uid:
            return True
    return False
