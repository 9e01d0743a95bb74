"""JMESPath expressions of assertion trees and guards, compiled once."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import jmespath
import jmespath.exceptions

from kumasim.domain.tree import thaw


class BadExpression(ValueError):
    """Text that is not JMESPath."""


class Failing(ValueError):
    """An expression that cannot be evaluated on a value, such as the length of something absent."""


@functools.lru_cache(maxsize=4096)
def compiled(text: str) -> Any:
    """The parsed expression.

    Raises:
        BadExpression: with what the parser says, in one line.
    """
    if not text.strip():
        raise BadExpression("an empty expression")
    try:
        return jmespath.compile(text)
    except jmespath.exceptions.JMESPathError as error:
        raise BadExpression(_first_line(error)) from error


def evaluate(text: str, value: Any) -> Any:
    """What an expression finds in a value, as plain mappings and lists.

    Raises:
        Failing: a function does not take what it gets.
    """
    try:
        return compiled(text).search(_plain(value))
    except jmespath.exceptions.JMESPathError as error:
        raise Failing(_first_line(error)) from error


def inner(text: str) -> str:
    """The expression inside one pair of parentheses, or the text itself where it has none around it."""
    stripped = text.strip()
    return stripped[1:-1].strip() if stripped.startswith("(") and stripped.endswith(")") else stripped


def fields(text: str) -> Iterator[tuple[str, ...]]:
    """The names that an expression refers to from the root: `("matrix", "kuma")`."""
    yield from _fields(compiled(text).parsed)


def _fields(node: Any) -> Iterator[tuple[str, ...]]:
    name = _dotted(node)
    if name:
        yield name
        return
    for child in node.get("children", ()) if isinstance(node, Mapping) else ():
        yield from _fields(child)


def _dotted(node: Any) -> tuple[str, ...]:
    if not isinstance(node, Mapping):
        return ()
    if node["type"] == "field":
        return (node["value"],)
    if node["type"] == "subexpression":
        parts = [_dotted(child) for child in node["children"]]
        return tuple(name for part in parts for name in part) if all(parts) else ()
    return ()


def _plain(value: Any) -> Any:
    return thaw(value) if isinstance(value, Mapping | tuple) else value


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].removesuffix(":").removesuffix(", for expression")
