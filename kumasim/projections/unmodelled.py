"""What users applied that is stored but not acted on, or that Kuma itself ignores: told of once, never dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from kumasim.domain import kinds
from kumasim.domain.resource import Resource

NOT_MODELLED = "KS0201"
IGNORED_FIELD = "KS0205"

_STEP = re.compile(r"\[(?P<key>[^\]]*)\]|(?P<name>[^.\[]+)")


@attrs.frozen
class Mark:
    """One such field of one object.

    Args:
        code: NOT_MODELLED or IGNORED_FIELD.
        kind: the object's.
        field: `spec.rules[].timeouts`; "." for the whole object.
        rule: the rule by which Kuma ignores it.
    """

    code: str
    kind: str
    field: str
    rule: str = ""


def marks(resource: Resource) -> Iterator[Mark]:
    """The marks of an object, in the order of its fields."""
    for field in kinds.unmodelled(resource):
        yield Mark(NOT_MODELLED, resource.kind, field)
    for field, rule in kinds.ignored(resource):
        yield Mark(IGNORED_FIELD, resource.kind, field, rule)


def sentence(code: str, kind: str, field: str, rule: str = "") -> str:
    """A mark in words."""
    what = f"kind {kind}" if field == "." else f"{field} of {kind}"
    if code == IGNORED_FIELD:
        return f"{what} is ignored by Kuma ({rule})"
    return f"{what} is not modelled: it is stored and has no effect"


def steps(resource: Resource, field: str) -> tuple[str | int, ...]:
    """The path of the first place of an object that a field names; `[]` in it stands for any element."""
    names = [found["name"] or found["key"] for found in _STEP.finditer(field)] if field != "." else []
    return _first(resource.body, tuple(names)) or ()


def _first(tree: Any, names: tuple[str, ...]) -> tuple[str | int, ...] | None:
    if not names:
        return ()
    name, rest = names[0], names[1:]
    inside = (
        enumerate(tree) if name == "" and isinstance(tree, tuple) else [(name, tree[name])] if _has(tree, name) else []
    )
    for step, item in inside:
        below = _first(item, rest)
        if below is not None:
            return (step, *below)
    return None


def _has(tree: Any, name: str) -> bool:
    return isinstance(tree, Mapping) and name in tree
