"""Completes a tree with the defaults of its schema, as the API server does before it validates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kumasim.domain.kinds.schema import NO_DEFAULT, ListOf, MapOf, Obj, Schema
from kumasim.domain.tree import FrozenMap, freeze


def with_defaults(schema: Schema, tree: Any) -> Any:
    """A tree with every missing field that has a default; the same tree if nothing was missing.

    A null counts as missing. What does not fit the schema is left as it is: checking is another step.
    """
    return _fill(schema, freeze(tree)) if schema.fills else tree


def _fill(schema: Schema, tree: Any) -> Any:
    filler = FILLERS.get(type(schema))
    return tree if filler is None or not schema.fills else filler(schema, tree)


def _fill_obj(schema: Obj, tree: Any) -> Any:
    if not isinstance(tree, Mapping):
        return tree
    changed: dict[str, Any] | None = None
    for name, part in schema.filled:
        value = tree.get(name)
        if value is None:
            if part.default is NO_DEFAULT:
                continue
            value = part.default
        new = _fill(part, value)
        if new is not tree.get(name):
            changed = dict(tree) if changed is None else changed
            changed[name] = new
    return tree if changed is None else FrozenMap(changed)


def _fill_list(schema: ListOf, tree: Any) -> Any:
    if not isinstance(tree, tuple):
        return tree
    new = tuple([_fill(schema.item, item) for item in tree])
    return tree if all(map(_same, new, tree)) else new


def _fill_map(schema: MapOf, tree: Any) -> Any:
    if not isinstance(tree, Mapping):
        return tree
    new = {key: _fill(schema.value, item) for key, item in tree.items()}
    return tree if all(map(_same, new.values(), tree.values())) else FrozenMap(new)


def _same(one: Any, other: Any) -> bool:
    return one is other


FILLERS: dict[type[Schema], Callable[[Any, Any], Any]] = {Obj: _fill_obj, ListOf: _fill_list, MapOf: _fill_map}
"""How to complete the insides of each sort of schema that has insides."""
