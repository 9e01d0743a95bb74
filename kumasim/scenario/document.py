"""A document that was read from a file: its value, and where each key and value of it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import attrs

from kumasim.domain.resource import Origin

Path = tuple[str | int, ...]
"""A way into a document: keys and list indexes."""


class Place(NamedTuple):
    """Where a value stands (line and column from 1), and the same for what is inside it.

    `inside` holds, for a mapping, key -> (line, column, place of the value); for a list, its places; otherwise the
    text as written where that is not the value itself (`2.10`, `yes`), or None.
    """

    line: int
    column: int
    inside: dict[str, tuple[int, int, Place]] | tuple[Place, ...] | str | None = None


@attrs.frozen
class Document:
    """One document of a file.

    Args:
        value: plain mappings, lists and scalars, to be read only (aliases share them).
        file: as the user would open it, for error messages.
        place: the positions.
        name: the file as the scenario names it, which does not depend on where the scenario lies; this is what
            resources remember.
    """

    value: Any
    file: str
    place: Place = attrs.field(repr=False)
    name: str = ""

    def at(self, path: Iterable[str | int] = (), *, key: bool = False) -> Origin:
        """Where a value (or, with `key`, its key) stands; for a path that does not exist, the nearest thing above it."""
        line, column, _ = self._find(tuple(path), key)
        return Origin(self.file, line, column)

    def named(self, path: Iterable[str | int] = ()) -> Origin:
        """Like `at`, with the name of the file that does not depend on the machine."""
        line, column, _ = self._find(tuple(path), False)
        return Origin(self.name or self.file, line, column)

    def raw(self, path: Iterable[str | int]) -> str | None:
        """The text of a scalar as written, where its value is not that text: "2.10" for a float."""
        inside = self._find(tuple(path), False)[2]
        return inside if isinstance(inside, str) else None

    def _find(self, path: Path, key: bool) -> tuple[int, int, Any]:
        place = self.place
        where = key_where = (place.line, place.column)
        for step in path:
            inside = place.inside
            if isinstance(inside, dict) and step in inside:
                key_line, key_column, place = inside[str(step)]
                where, key_where = (place.line, place.column), (key_line, key_column)
            elif isinstance(inside, tuple) and isinstance(step, int) and 0 <= step < len(inside):
                place = inside[step]
                where = key_where = (place.line, place.column)
            else:
                return *(key_where if key else where), None
        return *(key_where if key else where), place.inside
