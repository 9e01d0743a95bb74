"""Matches partial trees against objects, and says where and why they differ.

A mapping matches if every key in it matches; a scalar matches what is equal to it; a list matches element by element
and in full length; null asks for absence. Besides, in the manner of Kyverno Chainsaw:

- a mapping where the object has a list selects elements by that list's map keys (`conditions: {Ready: ...}`);
- `(expression)` as a key is JMESPath over the value there, and its result is what is compared;
- `~any.(expression)` asks for some element of the result, `~all.(expression)` for each.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.resource import Origin
from kumasim.scenario import list_keys
from kumasim.scenario.cursor import suggest
from kumasim.scenario.expressions import Failing, evaluate
from kumasim.scenario.model import Tree

Path = tuple[str | int, ...]


class _Missing:
    """Stands for what an object does not have."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT = _Missing()


@attrs.frozen
class Mismatch:
    """One place where an object is not as expected.

    Args:
        path: the way in the expected tree (`status.conditions.Ready.status`), expressions included.
        expected, actual: what was wanted and what is there; `actual` is None where there is nothing.
        message: both in one sentence, without the path.
        origin: the place in the user's file, None where the expectation has none.
    """

    path: Path
    expected: Any
    actual: Any
    message: str
    origin: Origin | None = None

    @property
    def where(self) -> str:
        """The path as text: `spec.rules[0].name`."""
        text = ""
        for step in self.path:
            text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
        return text

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.path else self.message


@attrs.frozen
class Ask:
    """A key that is an expression: `quantifier` is "", "any" or "all"."""

    quantifier: str
    expression: str


_ASK = re.compile(r"(?:~(any|all)\.)?\((.*)\)", re.DOTALL)
_PLAIN_ASK = re.compile(r"~(any|all)\.([A-Za-z_][A-Za-z0-9_]*)")


@functools.lru_cache(maxsize=4096)
def ask(key: str) -> Ask | None:
    """What a key asks, None for a plain field name. `~any.items` is short for `~any.(items)`."""
    found = _ASK.fullmatch(key) or _PLAIN_ASK.fullmatch(key)
    return Ask(found[1] or "", found[2]) if found else None


def mismatches(expected: Any, actual: Any, at: Callable[..., Origin] | None = None) -> list[Mismatch]:
    """Where an object differs from a partial tree; empty if it matches.

    Args:
        expected: the partial tree, plain, or a `Tree` that knows its places.
        actual: the object, plain or frozen.
        at: the place of a path of the expected tree in the user's file.
    """
    if isinstance(expected, Tree):
        return mismatches(expected.value, actual, at or expected.at)
    found = _compare(expected, actual, ())
    return found if at is None else [attrs.evolve(item, origin=at(*item.path)) for item in found]


def matches(expected: Any, actual: Any) -> bool:
    """Whether an object matches a partial tree."""
    return not mismatches(expected, actual)


def nearest(found: Iterable[list[Mismatch]]) -> list[Mismatch]:
    """Of several failed attempts the one that tells most: fewest mismatches, then those found deepest, then the first."""
    return min(found, key=lambda attempt: (len(attempt), -max((len(item.path) for item in attempt), default=0)))


def _compare(expected: Any, actual: Any, path: Path) -> list[Mismatch]:
    if expected is None:
        return [] if actual is ABSENT or actual is None else [_miss(path, None, actual, "should be absent, is")]
    if isinstance(expected, Mapping):
        return _compare_mapping(expected, actual, path)
    if isinstance(expected, list | tuple):
        return _compare_list(expected, actual, path)
    return _compare_scalar(expected, actual, path)


def _compare_mapping(expected: Mapping[str, Any], actual: Any, path: Path) -> list[Mismatch]:
    found: list[Mismatch] = []
    for key, wanted in expected.items():
        here = (*path, key)
        asked = ask(key)
        if asked is not None:
            found += _compare_asked(asked, wanted, actual, here)
        elif isinstance(actual, Mapping):
            found += _compare(wanted, actual.get(key, ABSENT), here)
        elif isinstance(actual, list | tuple):
            found += _compare_selected(wanted, actual, here)
        else:
            found += _below_nothing(wanted, actual, here)
    if not expected and not isinstance(actual, Mapping | list | tuple):
        found.append(_miss(path, expected, actual, "wanted a mapping, is"))
    return found


def _below_nothing(wanted: Any, actual: Any, path: Path) -> list[Mismatch]:
    """A key is looked for where there is no mapping: only null holds, and below it only what null would hold for."""
    if actual is ABSENT or actual is None:
        return _compare(wanted, ABSENT, path)
    return [_miss(path[:-1], {path[-1]: wanted}, actual, "wanted a mapping, is")]


def _compare_selected(wanted: Any, elements: Any, path: Path) -> list[Mismatch]:
    """A key of a mapping that stands where the object has a list."""
    field = str(path[-2]) if len(path) > 1 else ""
    selector = str(path[-1])
    indexes = list_keys.selected(field, elements, selector)
    if wanted is None:
        return [_miss(path, None, elements[indexes[0]], "should be absent, is")] if indexes else []
    if not indexes:
        names = list_keys.called(field, elements)
        there = (
            f"there are {', '.join(names)}" if names else "the list is empty" if not elements else "no element has it"
        )
        close = suggest(selector, names) if names else ""
        hint = f", {close}" if close.startswith("did you") else ""
        return [Mismatch(path, wanted, None, f"no element {selector!r}: {there}{hint}")]
    attempts = [_compare(wanted, elements[index], path) for index in indexes]
    return [] if any(not attempt for attempt in attempts) else nearest(attempts)


def _compare_asked(asked: Ask, wanted: Any, actual: Any, path: Path) -> list[Mismatch]:
    try:
        result = evaluate(asked.expression, None if actual is ABSENT else actual)
    except Failing as error:
        return [Mismatch(path, wanted, None, f"cannot be evaluated: {error}")]
    if not asked.quantifier:
        return _compare(wanted, ABSENT if result is None else result, path)
    if isinstance(result, Mapping):
        result = list(result.values())
    if not isinstance(result, list):
        return [_miss(path, wanted, ABSENT if result is None else result, "wanted a list, is")]
    attempts = [_compare(wanted, element, path) for element in result]
    failed = [attempt for attempt in attempts if attempt]
    if asked.quantifier == "all":
        return failed[0] if failed else []
    if len(failed) < len(attempts):
        return []
    return nearest(failed) if failed else [Mismatch(path, wanted, [], "some element should match, the list is empty")]


def _compare_list(expected: Any, actual: Any, path: Path) -> list[Mismatch]:
    if not isinstance(actual, list | tuple):
        return [_miss(path, expected, actual, "wanted a list, is")]
    if len(expected) != len(actual):
        message = f"wanted {_count(expected)}, are {len(actual)}: {shown(actual)}"
        return [Mismatch(path, expected, actual, message)]
    pairs = enumerate(zip(expected, actual, strict=True))
    return [item for index, (wanted, there) in pairs for item in _compare(wanted, there, (*path, index))]


def _compare_scalar(expected: Any, actual: Any, path: Path) -> list[Mismatch]:
    if isinstance(expected, bool) == isinstance(actual, bool) and type_of(expected) == type_of(actual):
        if expected == actual:
            return []
        return [_miss(path, expected, actual, f"wanted {shown(expected)}, is")]
    hint = ""
    if isinstance(actual, str) and not isinstance(expected, str):
        spelt = str(expected) if actual in ("True", "False") else str(expected).lower()
        hint = f'; the object has a string: write "{spelt}"'
    elif isinstance(expected, str) and isinstance(actual, bool | int | float):
        hint = f"; the object has a {type_of(actual)}: write it without quotes"
    return [_miss(path, expected, actual, f"wanted {shown(expected)}, is", hint)]


def type_of(value: Any) -> str:
    """The JSON type of a scalar, for messages and for telling `1` from `true` and from `"1"`."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "other"


def _miss(path: Path, expected: Any, actual: Any, message: str, hint: str = "") -> Mismatch:
    there = None if actual is ABSENT else actual
    return Mismatch(path, expected, there, f"{message} {shown(actual)}{hint}")


def _count(items: Any) -> str:
    return f"{len(items)} element{'' if len(items) == 1 else 's'}"


_LONGEST = 160


def shown(value: Any) -> str:
    """A value as messages show it: like flow YAML, cut where it grows long."""
    text = _shown(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _shown(value: Any) -> str:
    if value is ABSENT:
        return "absent"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    if isinstance(value, str):
        return f'"{value}"'
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else "null" if value is None else str(value)
