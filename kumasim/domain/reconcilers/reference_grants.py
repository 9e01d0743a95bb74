"""ReferenceGrants: whether an object of one namespace may refer to an object of another.

Source: GW-119 to GW-120.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.gateway_api import GROUP, ObjectRef
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import FrozenMap, dig


def is_permitted(view: View, from_kind: str, from_namespace: str, to: ObjectRef) -> bool:
    """Whether a reference is allowed: within one namespace always, across if one grant there lists both ends.

    Args:
        view: what is observed.
        from_kind: "Gateway" or "HTTPRoute".
        from_namespace: where the referring object is.
        to: what it refers to.
    """
    if from_namespace == to.namespace:
        return True
    asking = (GROUP, from_kind, from_namespace)
    return any(
        asking in map(_from, dig(grant.spec, "from", default=()))
        and any(_allows(entry, to) for entry in dig(grant.spec, "to", default=()))
        for grant in view.list("ReferenceGrant", to.namespace, GROUP)
    )


def granted_to(kind: str) -> Callable[[Resource, View], Iterable[Key]]:
    """Wakes every object of a kind in the namespaces that a changed grant speaks of. Source: section 14, GW-210."""

    def wakes(grant: Resource, view: View) -> Iterable[Key]:
        for group, from_kind, namespace in map(_from, dig(grant.spec, "from", default=())):
            if (group, from_kind) == (GROUP, kind):
                yield from (found.key for found in view.list(kind, namespace, GROUP))

    return wakes


def _from(entry: FrozenMap) -> tuple[str, str, str]:
    return str(entry.get("group")), str(entry.get("kind")), str(entry.get("namespace"))


def _allows(entry: FrozenMap, to: ObjectRef) -> bool:
    same_kind = (entry.get("group") or "", entry.get("kind")) == (to.group, to.kind)
    return same_kind and (not entry.get("name") or entry["name"] == to.name)
