"""Frozen JSON-like values: what the free part of a resource is made of.

A tree is None, a bool, an int, a float, a string, a tuple of trees, or a `FrozenMap` from strings to trees. Trees are
shared freely between actors, stores and the journal, because nobody can change them. `FrozenMap` is a `dict` whose
changing methods refuse, so that codecs, JMESPath and printers read it without a copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn


class FrozenMap(dict[str, Any]):
    """A mapping from strings to trees that refuses to change; keeps the order it was written in."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a FrozenMap cannot be changed; make a new one")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = _refuse
    __ior__ = _refuse

    def with_(self, **changes: Any) -> FrozenMap:
        """This mapping with some entries put in or replaced."""
        return FrozenMap({**self, **changes})

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


EMPTY = FrozenMap()


def freeze(value: Any) -> Any:
    """A tree of the same content as a plain value (mappings, lists, scalars)."""
    if type(value) is FrozenMap:
        return value
    if isinstance(value, Mapping):
        return FrozenMap({str(key): freeze(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple([freeze(item) for item in value])
    return value


def thaw(tree: Any) -> Any:
    """Plain dicts and lists with the content of a tree, free to change."""
    if isinstance(tree, Mapping):
        return {key: thaw(item) for key, item in tree.items()}
    if isinstance(tree, tuple):
        return [thaw(item) for item in tree]
    return tree


def dig(tree: Any, *path: str | int, default: Any = None) -> Any:
    """The subtree at a path of keys and indexes, or `default` where the path ends early or holds null."""
    for step in path:
        if isinstance(tree, Mapping):
            tree = tree.get(step)
        elif isinstance(tree, tuple) and isinstance(step, int) and -len(tree) <= step < len(tree):
            tree = tree[step]
        else:
            return default
    return default if tree is None else tree


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386: mappings are merged, null removes, everything else replaces."""
    if not isinstance(patch, Mapping):
        return freeze(patch)
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, change in patch.items():
        if change is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), change)
    return FrozenMap(merged)
