"""Checks a tree against a schema, and says all at once what is wrong.

The answers are those of the API server's validation of custom resources, with a fix where one is likely.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from kumasim.domain.kinds.schema import (
    Anything,
    Bool,
    Int,
    IntOrText,
    ListOf,
    MapOf,
    Num,
    Obj,
    Quantity,
    Schema,
    Text,
)
from kumasim.domain.kinds.violation import Path, Violation, path_text

QUANTITY = (
    r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))"
    r"(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$"
)

FORMATS = {
    "date-time": r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$",
    "duration": r"^([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$|^0$",
    "ipv4": r"^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$",
    "ip": r"^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$|^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$",
}
"""The formats of strings that are checked."""

Found = list[Violation]


def violations(schema: Schema, tree: Any, path: Path = ()) -> tuple[Violation, ...]:
    """What is wrong with a tree; empty if nothing is.

    Args:
        schema: what it should be.
        tree: frozen or plain (dicts and lists).
        path: where the tree stands, the beginning of the violations' paths.
    """
    found: Found = []
    _check(schema, tree, path, found)
    return tuple(found)


def nearest(word: str, words: Any) -> str:
    """A question for the likeliest of some words, `did you mean "port"?`; "" if none is near."""
    known = sorted(words)
    by_lower = {item.lower(): item for item in known}
    close = difflib.get_close_matches(word.lower(), sorted(by_lower), n=1, cutoff=0.7)
    return f'did you mean "{by_lower[close[0]]}"?' if close else ""


def _check(schema: Schema, tree: Any, path: Path, found: Found) -> None:
    before = len(found)
    CHECKS[type(schema)](schema, tree, path, found)
    if schema.rules and len(found) == before:
        for rule in schema.rules:
            if not rule.holds(tree):
                message = f'Invalid value: "{_type_name(tree)}": {rule.message}'
                found.append(Violation((*path, *rule.at), message, rule.fix, "rule"))


def _obj(schema: Obj, tree: Any, path: Path, found: Found) -> None:
    if not isinstance(tree, Mapping):
        found.append(_mistyped(tree, path, "object"))
        return
    fields = schema.fields
    for key, value in tree.items():
        part = fields.get(key)
        if part is not None:
            if value is not None:
                _check(part, value, (*path, key), found)
        elif not schema.extra:
            found.append(_unknown(fields, str(key), path))
    for name in schema.required:
        if tree.get(name) is None:
            found.append(Violation((*path, name), "Required value", f'add "{name}"', "missing"))


def _unknown(fields: Mapping[str, Schema], key: str, path: Path) -> Violation:
    place = (*path, key)
    fix = nearest(key, fields) or (f"known here: {', '.join(sorted(fields))}" if len(fields) <= 12 else "remove it")
    return Violation(place, f'unknown field "{path_text(place)}"', fix, "unknown")


def _list(schema: ListOf, tree: Any, path: Path, found: Found) -> None:
    if not isinstance(tree, tuple | list):
        found.append(_mistyped(tree, path, "array"))
        return
    count = len(tree)
    if count < schema.min_items:
        text = f"Invalid value: {count}: {path_text(path)} in body should have at least {schema.min_items} items"
        found.append(Violation(path, text, "", "many"))
    if schema.max_items is not None and count > schema.max_items:
        text = f"Too many: {count}: must have at most {schema.max_items} items"
        found.append(Violation(path, text, "", "many"))
    for index, item in enumerate(tree):
        _check(schema.item, item, (*path, index), found)
    if schema.map_keys or schema.unique:
        _duplicates(schema, tree, path, found)


def _duplicates(schema: ListOf, tree: Any, path: Path, found: Found) -> None:
    seen: list[Any] = []
    for index, item in enumerate(tree):
        if schema.map_keys and not isinstance(item, Mapping):
            continue
        identity = [(key, item[key]) for key in schema.map_keys if key in item] if schema.map_keys else item
        if identity in seen:
            shown = _json(dict(identity)) if schema.map_keys else _json(item)
            found.append(Violation((*path, index), f"Duplicate value: {shown}", "remove one of the two", "duplicate"))
        seen.append(identity)


def _map(schema: MapOf, tree: Any, path: Path, found: Found) -> None:
    if not isinstance(tree, Mapping):
        found.append(_mistyped(tree, path, "object"))
        return
    if schema.max_entries is not None and len(tree) > schema.max_entries:
        text = f"Too many: {len(tree)}: must have at most {schema.max_entries} items"
        found.append(Violation(path, text, "", "many"))
    for key, value in tree.items():
        if schema.key is not None:
            _text(schema.key, key, (*path, key), found)
        _check(schema.value, value, (*path, key), found)


def _text(schema: Text, tree: Any, path: Path, found: Found) -> None:
    if not isinstance(tree, str):
        found.append(_mistyped(tree, path, "string"))
        return
    place = path_text(path)
    if schema.enum and tree not in schema.enum:
        found.append(_unsupported(tree, schema.enum, path))
    if len(tree) < schema.min_length:
        text = f"Invalid value: {_json(tree)}: {place} in body should be at least {schema.min_length} chars long"
        found.append(Violation(path, text, "", "length"))
    if schema.max_length is not None and len(tree) > schema.max_length:
        text = f"Too long: may not be longer than {schema.max_length}"
        found.append(Violation(path, text, f"it has {len(tree)} characters", "length"))
    if schema.pattern and _regex(schema.pattern).search(tree) is None:
        text = f"Invalid value: {_json(tree)}: {place} in body should match '{schema.pattern}'"
        found.append(Violation(path, text, "", "pattern"))
    if schema.format and _regex(FORMATS[schema.format]).search(tree) is None:
        text = f"Invalid value: {_json(tree)}: {place} in body must be of type {schema.format}: {_json(tree)}"
        found.append(Violation(path, text, "", "pattern"))


def _unsupported(tree: Any, enum: tuple[Any, ...], path: Path) -> Violation:
    shown = ", ".join(_json(item) for item in enum)
    fix = nearest(tree, enum) if isinstance(tree, str) else ""
    return Violation(path, f"Unsupported value: {_json(tree)}: supported values: {shown}", fix, "enum")


def _int(schema: Int, tree: Any, path: Path, found: Found) -> None:
    if isinstance(tree, bool) or not (isinstance(tree, int) or (isinstance(tree, float) and tree.is_integer())):
        found.append(_mistyped(tree, path, "integer"))
        return
    if schema.enum and tree not in schema.enum:
        found.append(_unsupported(tree, schema.enum, path))
    if schema.min is not None and tree < schema.min:
        found.append(_out_of_range(schema, tree, path, f"greater than or equal to {schema.min}"))
    if schema.max is not None and tree > schema.max:
        found.append(_out_of_range(schema, tree, path, f"less than or equal to {schema.max}"))


def _out_of_range(schema: Int, tree: Any, path: Path, bound: str) -> Violation:
    both = schema.min is not None and schema.max is not None
    fix = f"a number from {schema.min} to {schema.max}" if both else ""
    text = f"Invalid value: {_json(tree)}: {path_text(path)} in body should be {bound}"
    return Violation(path, text, fix, "range")


def _num(schema: Schema, tree: Any, path: Path, found: Found) -> None:
    if isinstance(tree, bool) or not isinstance(tree, int | float):
        found.append(_mistyped(tree, path, "number"))


def _bool(schema: Schema, tree: Any, path: Path, found: Found) -> None:
    if not isinstance(tree, bool):
        found.append(_mistyped(tree, path, "boolean"))


def _int_or_text(schema: Schema, tree: Any, path: Path, found: Found) -> None:
    if isinstance(tree, bool) or not isinstance(tree, int | str):
        found.append(_mistyped(tree, path, "integer,string"))


def _quantity(schema: Schema, tree: Any, path: Path, found: Found) -> None:
    if isinstance(tree, bool) or not isinstance(tree, int | float | str):
        found.append(_mistyped(tree, path, "integer,string"))
    elif isinstance(tree, str) and _regex(QUANTITY).search(tree) is None:
        text = f"Invalid value: {_json(tree)}: quantities must match the regular expression '{QUANTITY}'"
        found.append(Violation(path, text, 'as "100m" or "64Mi"', "pattern"))


def _anything(schema: Schema, tree: Any, path: Path, found: Found) -> None:
    """Nothing to say."""


def _mistyped(tree: Any, path: Path, wanted: str) -> Violation:
    got = _type_name(tree)
    text = f'Invalid value: "{got}": {path_text(path)} in body must be of type {wanted}: "{got}"'
    return Violation(path, text, _retyped(tree, wanted), "type")


def _retyped(tree: Any, wanted: str) -> str:
    """How to write a value so that it has the wanted type."""
    if wanted == "string" and isinstance(tree, bool):
        return f'quote it: "{str(tree).lower()}"'
    if "string" in wanted and isinstance(tree, int | float):
        return f'quote it: "{_json(tree)}"'
    if wanted in ("integer", "number") and isinstance(tree, str) and re.fullmatch(r"-?\d+", tree):
        return f"remove the quotes: {tree}"
    if wanted == "boolean" and isinstance(tree, str) and tree.lower() in ("true", "false"):
        return f"remove the quotes: {tree.lower()}"
    if wanted == "array":
        return "write it as a list"
    return ""


def _type_name(tree: Any) -> str:
    for names, name in _TYPE_NAMES:
        if isinstance(tree, names):
            return name
    return "null"


_TYPE_NAMES: tuple[tuple[Any, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (Mapping, "object"),
    ((tuple, list), "array"),
)


def _json(tree: Any) -> str:
    """A value as JSON writes it, for messages."""
    if isinstance(tree, str):
        return '"' + tree.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(tree, bool):
        return str(tree).lower()
    if isinstance(tree, Mapping):
        return "{" + ", ".join(f"{_json(key)}:{_json(item)}" for key, item in tree.items()) + "}"
    return "null" if tree is None else str(tree)


@lru_cache(maxsize=256)
def _regex(pattern: str) -> re.Pattern[str]:
    # In Go `$` is the very end of the text; in Python it also matches before a last newline. Inside brackets it is
    # a plain character, and no pattern here has it in the middle otherwise but at the end of an alternative.
    return re.compile(re.sub(r"\$(?=$|\||\))", r"\\Z", pattern))


CHECKS: dict[type[Schema], Callable[[Any, Any, Path, Found], None]] = {
    Obj: _obj,
    ListOf: _list,
    MapOf: _map,
    Text: _text,
    Int: _int,
    Num: _num,
    Bool: _bool,
    IntOrText: _int_or_text,
    Quantity: _quantity,
    Anything: _anything,
}
"""The check of each sort of schema."""
