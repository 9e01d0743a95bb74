"""Finds what a tree uses that the simulator does not act on, or that Kuma ignores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from kumasim.domain.kinds.fields import UNMODELLED
from kumasim.domain.kinds.schema import ListOf, MapOf, Obj, Schema
from kumasim.domain.kinds.violation import Path


def unmodelled(schema: Schema, tree: Any, path: Path = ()) -> tuple[Path, ...]:
    """Where a tree uses fields that are stored but not acted on, in the tree's order."""
    return tuple(place for place, part in _marked(schema, tree, path) if not part.modelled)


def ignored(schema: Schema, tree: Any, path: Path = ()) -> tuple[tuple[Path, str], ...]:
    """Where a tree uses fields that Kuma itself ignores, each with the rule that says so."""
    return tuple((place, part.ignored) for place, part in _marked(schema, tree, path) if part.ignored)


def _marked(schema: Schema, tree: Any, path: Path) -> Iterator[tuple[Path, Schema]]:
    """The outermost marked parts that a tree uses with another value than the default."""
    if not schema.marked or tree is None or tree == schema.default:
        return
    if not schema.modelled or schema.ignored:
        yield path, schema
        return
    for step, part, value in INSIDES[type(schema)](schema, tree):
        yield from _marked(part, value, (*path, step))


def _in_obj(schema: Obj, tree: Any) -> Iterable[tuple[str | int, Schema, Any]]:
    if isinstance(tree, Mapping):
        # Beside fields that are known, one that is merely kept is as good as not modelled: perhaps it is a typo.
        other = UNMODELLED if schema.extra and schema.fields else None
        for name, value in tree.items():
            part = schema.fields.get(name, other)
            if part is not None:
                yield name, part, value


def _in_list(schema: ListOf, tree: Any) -> Iterable[tuple[str | int, Schema, Any]]:
    if isinstance(tree, tuple | list):
        for index, item in enumerate(tree):
            yield index, schema.item, item


def _in_map(schema: MapOf, tree: Any) -> Iterable[tuple[str | int, Schema, Any]]:
    if isinstance(tree, Mapping):
        for key, item in tree.items():
            yield key, schema.value, item


INSIDES: dict[type[Schema], Callable[[Any, Any], Iterable[tuple[str | int, Schema, Any]]]] = {
    Obj: _in_obj,
    ListOf: _in_list,
    MapOf: _in_map,
}
"""The parts of a tree that belong to the insides of each sort of schema."""
