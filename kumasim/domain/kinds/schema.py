"""A small language for what a tree may hold, as expressive as the schemas of Kubernetes' custom resources.

A schema is a value: it is checked by `check.py`, completed by `default.py` and searched for fields that the simulator
does not act on by `marks.py`. Each of those is one table from the classes below to one function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

from kumasim.domain.kinds.violation import Path
from kumasim.domain.tree import freeze


class _NoDefault:
    """The type of the sentinel that says: this field has no default."""

    def __repr__(self) -> str:
        return "NO_DEFAULT"


NO_DEFAULT: Final = _NoDefault()


@attrs.frozen
class Rule:
    """A rule over one part of a tree, as `x-kubernetes-validations` has them.

    It is only asked once the part itself has no violation, and after defaults were filled in.

    Args:
        message: what is wrong when it does not hold.
        holds: whether it holds for the part.
        at: where in the part the fault is shown; () for the part itself.
        fix: what to do about it.
    """

    message: str
    holds: Callable[[Any], bool]
    at: Path = ()
    fix: str = ""


@attrs.frozen(kw_only=True)
class Schema:
    """What all schemas have.

    Args:
        default: what a missing (or null) field is taken to be.
        modelled: False for a field that is accepted and stored, but that the simulator does not act on: its use with
            another value than the default is reported once.
        ignored: the rule that says that Kuma itself ignores the field, "" for none. Such a field is modelled: the
            simulator ignores it too; a user may still want to know.
        rules: what must hold for the part as a whole.
    """

    default: Any = attrs.field(default=NO_DEFAULT, converter=freeze)
    modelled: bool = True
    ignored: str = ""
    rules: tuple[Rule, ...] = ()

    fills: bool = attrs.field(init=False, eq=False, repr=False)
    """Whether this or anything inside has a default."""
    marked: bool = attrs.field(init=False, eq=False, repr=False)
    """Whether this or anything inside is not modelled, or ignored."""

    def __attrs_post_init__(self) -> None:
        inside = self._inside()
        object.__setattr__(self, "fills", self.default is not NO_DEFAULT or any(part.fills for part in inside))
        own_mark = not self.modelled or bool(self.ignored)
        object.__setattr__(self, "marked", own_mark or any(part.marked for part in inside))

    def _inside(self) -> Iterable[Schema]:
        return ()


@attrs.frozen
class Obj(Schema):
    """A mapping with known fields.

    Args:
        fields: their schemas.
        required: names of those that must be there.
        extra: whether others are kept as they are instead of being refused.
    """

    fields: Mapping[str, Schema]
    required: tuple[str, ...] = ()
    extra: bool = False
    filled: tuple[tuple[str, Schema], ...] = attrs.field(init=False, eq=False, repr=False)
    """The fields that have, or hold, defaults."""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.extra and self.fields:
            object.__setattr__(self, "marked", True)
        object.__setattr__(self, "filled", tuple(item for item in self.fields.items() if item[1].fills))

    def _inside(self) -> Iterable[Schema]:
        return self.fields.values()


@attrs.frozen
class ListOf(Schema):
    """A list.

    Args:
        item: the schema of its items.
        map_keys: fields that together tell an item from the others (list type "map").
        unique: no two items may be equal (list type "set").
    """

    item: Schema
    map_keys: tuple[str, ...] = ()
    unique: bool = False
    min_items: int = 0
    max_items: int | None = None

    def _inside(self) -> Iterable[Schema]:
        return (self.item,)


@attrs.frozen
class MapOf(Schema):
    """A mapping whose keys the user chooses.

    Args:
        value: the schema of its values.
        key: the schema of its keys.
        max_entries: how many there may be.
    """

    value: Schema
    key: Text | None = None
    max_entries: int | None = None

    def _inside(self) -> Iterable[Schema]:
        return (self.value,)


@attrs.frozen
class Text(Schema):
    """A string.

    Args:
        enum: the only values, all of them if empty.
        pattern: a regular expression that must be found in it.
        format: "date-time", "duration", "ip", "ipv4", or "" for none.
    """

    enum: tuple[str, ...] = ()
    pattern: str = ""
    min_length: int = 0
    max_length: int | None = None
    format: str = ""


@attrs.frozen
class Int(Schema):
    """A whole number."""

    min: int | None = None
    max: int | None = None
    enum: tuple[int, ...] = ()


@attrs.frozen
class Num(Schema):
    """A number."""


@attrs.frozen
class Bool(Schema):
    """True or false."""


@attrs.frozen
class IntOrText(Schema):
    """A whole number or a string."""


@attrs.frozen
class Quantity(Schema):
    """An amount as Kubernetes writes them: 1, "100m", "64Mi"."""


@attrs.frozen
class Anything(Schema):
    """Any tree: unknown fields are preserved."""
