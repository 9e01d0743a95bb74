"""Shape of partial trees: expressions are compiled and strings told from booleans when the file is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from kumasim.scenario.cursor import INVALID, Cursor, suggest
from kumasim.scenario.expressions import BadExpression, compiled
from kumasim.scenario.match import ask
from kumasim.scenario.model import Tree

_STRING_MAPS = frozenset(("labels", "annotations", "matchLabels", "nodeSelector", "tags", "data", "stringData"))
"""Fields whose values are all strings."""

_STRING_ITEMS = {
    "conditions": ("type", "status", "reason", "message"),
    "env": ("name", "value"),
    "headers": ("name", "value"),
}
"""Lists whose elements have these strings."""

_NAMES = ("name", "namespace", "apiVersion", "kind", "uid", "resourceVersion")


@attrs.frozen
class TreeShape:
    """A partial tree.

    Args:
        fields: the only names of its first level (besides expressions); empty for any.
        strings: whether it is of a resource, so that booleans in labels and conditions are mistakes.
        check: what else must hold.
    """

    fields: tuple[str, ...] = ()
    strings: bool = False
    check: Callable[[Cursor], bool] = lambda _: True

    def read(self, at: Cursor) -> Any:
        if not isinstance(at.value, dict):
            return at.wrong_type("a partial tree, which is a mapping")
        before = len(at.reading.problems)
        for name in at.value if self.fields else ():
            if name not in self.fields and not ask(name):
                at.child(name).problem("KS1201", f"unknown field {name!r}", suggest(name, self.fields), key=True)
        _check_keys(at)
        if self.strings:
            _check_strings(at)
        good = self.check(at) and len(at.reading.problems) == before
        return Tree(at.value, at.document, at.path) if good else INVALID

    def schema(self) -> dict[str, Any]:
        if not self.fields:
            return {"type": "object"}
        return {
            "type": "object",
            "properties": {name: {} for name in self.fields},
            "patternProperties": {r"^(\(.*\)|~(any|all)\..+)$": {}},
            "additionalProperties": False,
        }


def _inside(at: Cursor) -> Iterator[Cursor]:
    if isinstance(at.value, dict):
        yield from (at.child(name) for name in at.value)
    elif isinstance(at.value, list):
        yield from (at.child(index) for index in range(len(at.value)))


def _check_keys(at: Cursor) -> None:
    """Reports keys that look like an expression and are none."""
    for child in _inside(at):
        name = child.path[-1]
        if isinstance(name, str) and name[:1] in ("(", "~"):
            _check_expression(child, name)
        _check_keys(child)


def _check_expression(child: Cursor, name: str) -> None:
    asked = ask(name)
    if asked is None:
        fix = "write ~any.(expression), ~all.(expression) or (expression)"
        child.problem("KS1405", f"{name!r} is no expression", fix, key=True)
        return
    try:
        compiled(asked.expression)
    except BadExpression as error:
        child.problem("KS1405", f"{asked.expression!r} is not JMESPath: {error}", key=True)


def _check_strings(at: Cursor, parents: tuple[str | int, ...] = ()) -> None:
    """Reports booleans and numbers where Kubernetes has strings."""
    for child in _inside(at):
        here = (*parents, child.path[-1])
        if isinstance(child.value, bool | int | float):
            if _is_string(here):
                kind = "boolean" if isinstance(child.value, bool) else "number"
                message = f"{child.label} is a string in Kubernetes, but {child.text()} is a {kind}"
                child.problem("KS1206", message, f'write "{_spelt(here, child)}"')
        elif ask(str(here[-1])) is None:
            _check_strings(child, here)


def _is_string(path: tuple[str | int, ...]) -> bool:
    last, parent = path[-1], path[-2] if len(path) > 1 else ""
    if parent in _STRING_MAPS or (parent in ("", "metadata") and last in _NAMES):
        return True
    return len(path) > 2 and last in _STRING_ITEMS.get(str(path[-3]), ())


def _spelt(path: tuple[str | int, ...], at: Cursor) -> str:
    """The string that was meant: a condition's status is spelt True or False."""
    if isinstance(at.value, bool) and path[-1] == "status":
        return str(at.value)
    return at.text()
