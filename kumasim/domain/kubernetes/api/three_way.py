"""Apply: what a user says now, against what they said before, on top of what there is.

A field that the user names gets the user's value; a field that the user named before and no longer names disappears; a
field that only others wrote stays. Lists that are maps in disguise are merged item by item, others replaced whole.

Source: Kubernetes, "Server-Side Apply", "Merge strategy"; `kubectl apply`, "How apply calculates differences".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.kubernetes.api.list_keys import ListKeys, identity
from kumasim.domain.tree import FrozenMap

_ABSENT = object()


def merged(before: Any, wanted: Mapping[str, Any], live: Any, keys: ListKeys) -> FrozenMap:
    """The mapping that results.

    Args:
        before: what the user applied last, None if nothing.
        wanted: what the user applies now; a null asks for absence.
        live: what there is.
        keys: the keyed lists of the kind.
    """
    old = before if isinstance(before, Mapping) else {}
    result = dict(live) if isinstance(live, Mapping) else {}
    for name in old:
        if name not in wanted and name in result:
            _put(result, name, _without(name, old[name], result[name], keys))
    for name, value in wanted.items():
        _put(result, name, _with(name, old.get(name), value, result.get(name), keys))
    return FrozenMap(result)


def _put(result: dict[str, Any], name: str, value: Any) -> None:
    if value is _ABSENT:
        result.pop(name, None)
    else:
        result[name] = value


def _with(name: str, before: Any, value: Any, live: Any, keys: ListKeys) -> Any:
    if value is None:
        return _ABSENT
    if isinstance(value, Mapping):
        return merged(before, value, live, keys)
    if isinstance(value, tuple) and isinstance(live, tuple):
        names = keys.names(name, before, value, live)
        if names is not None:
            return _items(before or (), value, live, names, keys)
    return value


def _items(before: Any, wanted: Any, live: Any, names: tuple[str, ...], keys: ListKeys) -> tuple[Any, ...]:
    """The user's items in the user's order, then those that only others wrote."""
    old = {identity(item, names): item for item in before}
    held = {identity(item, names): item for item in live}
    new = {identity(item, names): item for item in wanted}
    mine = [merged(old.get(which), item, held.get(which), keys) for which, item in new.items()]
    others = [item for which, item in held.items() if which not in new and which not in old]
    return (*mine, *others)


def _without(name: str, before: Any, live: Any, keys: ListKeys) -> Any:
    """What others wrote into a field that the user no longer names."""
    if isinstance(before, Mapping) and isinstance(live, Mapping):
        left = merged(before, {}, live, keys)
        return left if left or not before else _ABSENT
    if isinstance(before, tuple) and isinstance(live, tuple):
        names = keys.names(name, before, live)
        if names is not None:
            return _items(before, (), live, names, keys) or _ABSENT
    return _ABSENT
