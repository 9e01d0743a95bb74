"""Builds plain values, with their places, from PyYAML's nodes, by kubectl's reading of scalars and merge keys."""

from __future__ import annotations

import math
from typing import Any

import yaml

from kumasim.errors import Problem
from kumasim.scenario.document import Place
from kumasim.scenario.scalars import Unfitting, key_text, plain, tagged

_TAG = "tag:yaml.org,2002:"
_MOST_NODES = 1_000_000
_DEEPEST = 200
LONGEST_SCALAR = 1_572_864
"""Characters of one value: etcd takes no larger object."""

_MOST_GROWTH = 10
"""A document whose aliases make it this many times larger, and larger than that, is refused (as go-yaml does)."""

Built = tuple[Any, Place]


class Constructor:
    """Makes one document; `problems` holds what is wrong in it."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._line = 1
        self._made: dict[int, tuple[Built, int]] = {}
        self._open: set[int] = set()
        self._own = 0

    def construct(self, node: Any) -> Built:
        """The value of a document's root node, and the places in it."""
        self._line = getattr(node, "first_line", 0) + 1
        built, size = self._build(node, None)
        if size > _MOST_NODES and size > _MOST_GROWTH * self._own:
            self._report("KS1105", f"aliases make {size} values of {self._own}", node)
        return built

    def _build(self, node: Any, key: Any) -> tuple[Built, int]:
        """What a node holds, and how many nodes that is with aliases written out."""
        if isinstance(node, yaml.ScalarNode):
            self._own += 1
            return self._scalar(node, key), 1
        known = self._made.get(id(node))
        if known is not None:
            return known
        if id(node) in self._open:
            self._report("KS1105", "an anchor's value contains itself", node)
            return (None, Place(*self._position(node))), 1
        if len(self._open) >= _DEEPEST:
            self._report("KS1101", "the document is nested too deeply", node)
            return (None, Place(*self._position(node))), 1
        self._open.add(id(node))
        self._own += 1
        made = self._sequence(node) if isinstance(node, yaml.SequenceNode) else self._mapping(node)
        self._open.discard(id(node))
        self._made[id(node)] = made
        return made

    def _scalar(self, node: Any, key: Any) -> Built:
        text = node.value
        if len(text) > LONGEST_SCALAR:
            self._report("KS1107", f"a value has {len(text)} characters; {LONGEST_SCALAR} are the most", node)
            return None, Place(*self._position(node))
        line, column = self._position(key if key is not None and not text and node.tag == "plain" else node)
        if node.tag == "quoted":
            return text, Place(line, column)
        if node.tag == "plain":
            value = plain(text)
        else:
            try:
                value = tagged(node.tag.removeprefix(_TAG), text)
            except Unfitting as error:
                self._report("KS1104", str(error), node)
                return None, Place(line, column)
        if isinstance(value, float) and not math.isfinite(value):
            self._report(
                "KS1103", f"{text} is a number that JSON cannot hold", node, fix=f'write "{text}" for the text'
            )
        return value, Place(line, column, None if isinstance(value, str) else text)

    def _sequence(self, node: Any) -> tuple[Built, int]:
        built = [self._build(item, None) for item in node.value]
        size = 1 + sum(size for _, size in built)
        place = Place(*self._position(node), tuple([place for (_, place), _ in built]))
        return ([value for (value, _), _ in built], place), size

    def _mapping(self, node: Any) -> tuple[Built, int]:
        values: dict[str, Any] = {}
        places: dict[str, tuple[int, int, Place]] = {}
        written: set[str] = set()
        size = 1
        for key_node, value_node in node.value:
            (value, place), added = self._build(value_node, key_node)
            size += added
            if key_node.tag == "plain" and key_node.value == "<<":
                self._merge(value, place, value_node, values, places)
                continue
            key = self._key(key_node)
            if key is None:
                continue
            if key in written:
                first = places[key]
                message = f"key {key!r} is written twice; the first is in line {first[0]}"
                self._report("KS1102", message, key_node, fix="remove one of them")
                continue
            written.add(key)
            values[key] = value
            places[key] = (*self._position(key_node), place)
        return (values, Place(*self._position(node), places)), size

    def _key(self, node: Any) -> str | None:
        key = key_text(self._scalar(node, None)[0]) if isinstance(node, yaml.ScalarNode) else None
        if key is None:
            what = (
                f"{node.value or 'nothing'} as a key"
                if isinstance(node, yaml.ScalarNode)
                else "a key that is no scalar"
            )
            self._report("KS1103", f"JSON cannot hold {what}", node)
        return key

    def _merge(self, value: Any, place: Place, node: Any, values: dict[str, Any], places: dict[str, Any]) -> None:
        """Puts in what `<<` brings: like go-yaml v2, over the keys written above it, under those written below."""
        if isinstance(value, dict):
            values.update(value)
            places.update(place.inside if isinstance(place.inside, dict) else {})
        elif isinstance(value, list) and all(isinstance(item, dict) for item in value):
            inside = place.inside if isinstance(place.inside, tuple) else ()
            for item, item_place in zip(reversed(value), reversed(inside), strict=True):
                self._merge(item, item_place, node, values, places)
        else:
            self._report("KS1106", "a merge needs a mapping or a list of mappings", node)

    def _position(self, node: Any) -> tuple[int, int]:
        mark = node.start_mark
        return self._line + mark.line, mark.column + 1

    def _report(self, code: str, message: str, node: Any, fix: str = "") -> None:
        self.problems.append(Problem(code, message, self._file, *self._position(node), fix))
