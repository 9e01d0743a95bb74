"""The shapes of which the scenario format is made: each reads a value and describes itself as JSON Schema.

Because one table of shapes both reads files and writes the schema, the two cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import attrs

from kumasim.scenario import durations, shares
from kumasim.scenario.cursor import INVALID, Cursor, suggest

Check = Callable[[Cursor, Any], Any]
"""Looks at a value of the right type; answers with the value to keep, or INVALID after reporting a problem."""


class Shape(Protocol):
    """What a value of the format looks like."""

    def read(self, at: Cursor) -> Any:
        """The value as the model wants it, or INVALID once every problem is reported."""

    def schema(self) -> dict[str, Any]:
        """The shape as JSON Schema."""


@attrs.frozen
class Text:
    """A string; a boolean or number is refused with the quotes as remedy.

    Args:
        choices: the only strings allowed.
        check: what else must hold.
        scalars: whether whole numbers are taken, as they would be in an environment or a header.
        pattern: for the schema.
    """

    choices: tuple[str, ...] = ()
    check: Check | None = None
    scalars: bool = False
    pattern: str = ""

    def read(self, at: Cursor) -> Any:
        value = at.value
        if self.scalars and type(value) is int:
            value = at.text()
        if isinstance(value, bool | int | float):
            kind = "boolean" if isinstance(value, bool) else "number"
            message = f"{at.label} is a string, but {at.text()} is a {kind}"
            return at.problem("KS1206", message, f'write "{at.text()}"')
        if not isinstance(value, str):
            return at.wrong_type("a string")
        if self.choices and value not in self.choices:
            return at.problem("KS1204", f"{at.label} cannot be {value!r}", suggest(value, self.choices))
        return self.check(at, value) if self.check else value

    def schema(self) -> dict[str, Any]:
        made: dict[str, Any] = {"type": ["string", "integer"] if self.scalars else "string"}
        if self.choices:
            made["enum"] = list(self.choices)
        if self.pattern:
            made["pattern"] = f"^({self.pattern})$"
        return made


@attrs.frozen
class Integer:
    """A whole number between two bounds, both included."""

    low: int = 0
    high: int = 2**63 - 1

    def read(self, at: Cursor) -> Any:
        if type(at.value) is not int:
            fix = f"write {at.value} without quotes" if isinstance(at.value, str) and at.value.isdigit() else ""
            return at.wrong_type("a whole number", fix)
        if not self.low <= at.value <= self.high:
            return at.problem("KS1205", f"{at.label} is {at.text()}, not between {self.low} and {self.high}")
        return at.value

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@attrs.frozen
class Flag:
    """A boolean."""

    def read(self, at: Cursor) -> Any:
        return at.value if isinstance(at.value, bool) else at.wrong_type("true or false")

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@attrs.frozen
class Duration:
    """A duration as Go writes it, not negative; read into nanoseconds."""

    def read(self, at: Cursor) -> Any:
        value = at.value
        if type(value) is int and value == 0:
            return 0
        if type(value) in (int, float):
            message = f"{at.label} is a duration, and {at.text()} has no unit"
            return at.problem("KS1207", message, f"write {at.text()}s if seconds are meant")
        if not isinstance(value, str):
            return at.wrong_type("a duration like 1m30s")
        try:
            ns = durations.parse_duration(value)
        except ValueError as error:
            return at.problem("KS1207", str(error), f"units are {', '.join(('ns', 'us', 'ms', 's', 'm', 'h'))}")
        return at.problem("KS1207", f"{value!r} is negative") if ns < 0 else ns

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "integer"], "pattern": f"^({durations.PATTERN})$", "maximum": 0, "minimum": 0}


@attrs.frozen
class Share:
    """A share of requests, read into an exact fraction."""

    def read(self, at: Cursor) -> Any:
        if not isinstance(at.value, str):
            return at.problem("KS1208", f"{at.label} is {at.text()}, not a share", "write 50%, 37.5% or 1/3")
        try:
            return shares.parse_share(at.value)
        except ValueError as error:
            return at.problem("KS1208", str(error), "write 50%, 37.5% or 1/3")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^({shares.PATTERN})$"}


@attrs.frozen
class Anything:
    """Any value, kept as it is."""

    def read(self, at: Cursor) -> Any:
        return at.value

    def schema(self) -> dict[str, Any]:
        return {}


@attrs.frozen
class ListOf:
    """A list, read into a tuple.

    Args:
        item: what each element looks like.
        least: how many there must be.
        one: whether a single element may stand without the list.
        check: what must hold of them together.
    """

    item: Shape
    least: int = 0
    one: bool = False
    check: Check | None = None
    most: int | None = None

    def read(self, at: Cursor) -> Any:
        if self.one and not isinstance(at.value, list):
            read = [self.item.read(at)]
        elif not isinstance(at.value, list):
            fix = "begin with `- `" if isinstance(at.value, dict) else ""
            return at.wrong_type("a list", fix)
        else:
            read = [self.item.read(at.child(index)) for index in range(len(at.value))]
        if len(read) < self.least or (self.most is not None and len(read) > self.most):
            wanted = f"exactly {self.least}" if self.least == self.most else f"at least {self.least}"
            return at.problem("KS1205", f"{at.label} needs {wanted}, not {len(read)}")
        if any(item is INVALID for item in read):
            return INVALID
        return self.check(at, tuple(read)) if self.check else tuple(read)

    def schema(self) -> dict[str, Any]:
        many: dict[str, Any] = {"type": "array", "items": self.item.schema()}
        if self.least:
            many["minItems"] = self.least
        if self.most is not None:
            many["maxItems"] = self.most
        return {"anyOf": [self.item.schema(), many]} if self.one else many


@attrs.frozen
class MapOf:
    """A mapping of free keys, read into a dict.

    Args:
        item: what each value looks like.
        key: checks a key: gets the cursor of its value and the key, answers with the key to use or INVALID.
    """

    item: Shape
    key: Check | None = None

    def read(self, at: Cursor) -> Any:
        if not isinstance(at.value, dict):
            return at.wrong_type("a mapping")
        made: dict[str, Any] = {}
        good = True
        for name in at.value:
            child = at.child(name)
            key = self.key(child, name) if self.key else name
            value = self.item.read(child)
            good = good and key is not INVALID and value is not INVALID
            if good:
                made[key] = value
        return made if good else INVALID

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.item.schema()}


@attrs.frozen
class Either:
    """One shape or another, chosen by the type of the value: `pending`, or a mapping with a delay.

    Args:
        by_type: the shape for each Python type of a value.
        wanted: what messages say that belongs here.
    """

    by_type: Mapping[type, Shape]
    wanted: str

    def read(self, at: Cursor) -> Any:
        shape = self.by_type.get(type(at.value))
        return at.wrong_type(self.wanted) if shape is None else shape.read(at)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [shape.schema() for shape in dict.fromkeys(self.by_type.values())]}


@attrs.frozen
class Nothing:
    """Null, which stands for a value of the model."""

    value: Any = None

    def read(self, at: Cursor) -> Any:
        return self.value

    def schema(self) -> dict[str, Any]:
        return {"type": "null"}


@attrs.frozen
class Field:
    """A field of a record: its shape, whether it must be there, and what it means."""

    shape: Shape
    doc: str = ""
    required: bool = False
    default: Any = None


@attrs.frozen(eq=False)
class Record:
    """A mapping with known fields.

    Args:
        fields: by name.
        build: makes the model's value of what was read (every field, defaults filled in); may report problems.
        unknown: code and word for a field that is not known ("KS1401", "verb").
        empty: whether null stands for a mapping without fields.
        doc: what the mapping is, for the schema.
        extra: whether a name that is not in the table is let through (to be checked by `build`).
    """

    fields: Mapping[str, Field]
    build: Callable[[Cursor, dict[str, Any]], Any]
    unknown: tuple[str, str] = ("KS1201", "field")
    empty: bool = False
    doc: str = ""

    def read(self, at: Cursor) -> Any:
        if at.value is None and self.empty:
            at = Cursor(at.reading, at.document, {}, at.path)
        if not isinstance(at.value, dict):
            return at.wrong_type("a mapping")
        good = self._no_strangers(at)
        values: dict[str, Any] = {}
        for name, field in self.fields.items():
            if name in at.value:
                values[name] = field.shape.read(at.child(name))
                good = good and values[name] is not INVALID
            elif field.required:
                good = bool(at.problem("KS1202", f"{at.label} lacks `{name}`", key=True)) and False
            else:
                values[name] = field.default
        return self.build(at, values) if good else INVALID

    def _no_strangers(self, at: Cursor) -> bool:
        code, word = self.unknown
        strangers = [name for name in at.value if name not in self.fields]
        for name in strangers:
            at.child(name).problem(code, f"unknown {word} {name!r}", suggest(name, self.fields), key=True)
        return not strangers

    def schema(self) -> dict[str, Any]:
        properties = {}
        for name, field in self.fields.items():
            properties[name] = {**field.shape.schema(), **({"description": field.doc} if field.doc else {})}
        made: dict[str, Any] = {"type": ["object", "null"] if self.empty else "object"}
        if self.doc:
            made["description"] = self.doc
        required = [name for name, field in self.fields.items() if field.required]
        made.update(properties=properties, additionalProperties=False)
        return {**made, "required": required} if required else made
