"""A frozen value with some fields replaced.

The same as `attrs.evolve`, which works out anew for each call what fields a class has; this remembers it, and costs a
quarter. Every fold of an event goes through here.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar

import attrs

V = TypeVar("V")

_KNOWN: dict[type, tuple[Callable[[Any], Any], dict[str, int]]] = {}
"""For each class: what reads all of its fields at once, and the place of each by the name its constructor has for it."""


def changed(value: V, **changes: Any) -> V:
    """A value with some of its fields replaced.

    Args:
        value: an instance of a frozen attrs class with at least two fields, none of them keyword-only.
        changes: new values by field name (without leading underscore).

    Raises:
        KeyError: the class has no such field.
    """
    cls = type(value)
    known = _KNOWN.get(cls)
    if known is None:
        known = _KNOWN[cls] = _learnt(cls)
    read, places = known
    fields = list(read(value))
    for name, replacement in changes.items():
        fields[places[name]] = replacement
    return cls(*fields)


def _learnt(cls: Any) -> tuple[Callable[[Any], Any], dict[str, int]]:
    fields = [field for field in attrs.fields(cls) if field.init]
    if len(fields) < 2 or any(field.kw_only for field in fields):
        raise TypeError(f"{cls.__name__} has too few fields, or keyword-only ones")
    return attrgetter(*(field.name for field in fields)), {field.alias: place for place, field in enumerate(fields)}
