"""Namespace controller: empties a namespace that is going away, then lets it go.

Source: pkg/controller/namespace/deletion of Kubernetes.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, itself
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import FrozenMap
from kumasim.domain.writes import Write, delete


def namespace(kinds: tuple[tuple[str, str], ...]) -> Reconciler:
    """The reconciler that empties namespaces.

    Args:
        kinds: (group, kind) of all that may live in one, as discovery would tell it.
    """

    def reconcile(view: View, key: Key) -> Plan:
        going = view.store.get(key)
        if going is None or going.meta.deleted_ns < 0:
            return NOTHING
        left = [one for group, kind in kinds for one in view.list(kind, key.name, group)]
        if left:
            return Plan(tuple([delete(one.key, one.meta.uid) for one in left if one.meta.deleted_ns < 0]))
        if not going.spec.get("finalizers"):
            return NOTHING
        patch = FrozenMap(spec=FrozenMap(finalizers=()))
        return Plan((Write("merge", key, patch=patch, subresource="finalize"),))

    wakes = dict.fromkeys(kinds, _its_namespace)
    return Reconciler(
        "namespace", {**wakes, ("", "Namespace"): itself}, reconcile, source="Kubernetes, namespace deletion"
    )


def _its_namespace(changed: Resource, view: View) -> Iterable[Key]:
    """Contents only matter once their namespace is going away."""
    key = Key("", "Namespace", "", changed.namespace)
    going = view.store.get(key)
    return () if going is None or going.meta.deleted_ns < 0 else (key,)
