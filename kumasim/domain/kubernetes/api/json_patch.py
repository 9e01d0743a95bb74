"""JSON Patch (RFC 6902) with JSON Pointer (RFC 6901) on frozen trees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kumasim.domain.tree import FrozenMap, freeze


class PatchFailed(Exception):
    """An operation cannot be carried out; the message says which and why."""


_MISSING = object()


def json_patched(tree: Any, operations: Any) -> Any:
    """The tree after all operations, in order.

    Args:
        tree: a frozen tree.
        operations: a sequence of mappings with op, path and value or from.

    Raises:
        PatchFailed: one of them cannot be carried out; none counts then.
    """
    for operation in operations:
        carry_out = _OPERATIONS.get(operation.get("op"))
        if carry_out is None:
            raise PatchFailed(f"Unexpected kind: {operation.get('op')}")
        if "path" not in operation:
            raise PatchFailed(f"{operation['op']} operation missing path field")
        tree = carry_out(tree, operation, _steps(operation["path"]))
    return tree


def _steps(pointer: str) -> list[str]:
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise PatchFailed(f'a path begins with "/": {pointer}')
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]


def _at(tree: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(tree, Mapping):
            tree = tree.get(step, _MISSING)
        elif isinstance(tree, tuple) and step.isdecimal() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return _MISSING
        if tree is _MISSING:
            return _MISSING
    return tree


def _value(operation: Mapping[str, Any]) -> Any:
    if "value" not in operation:
        raise PatchFailed(f"{operation['op']} operation for path {operation['path']} has no value")
    return freeze(operation["value"])


def _found(tree: Any, operation: Mapping[str, Any], pointer: str) -> Any:
    found = _at(tree, _steps(pointer))
    if found is _MISSING:
        raise PatchFailed(f"{operation['op']} operation does not apply: doc is missing path: {pointer}: missing value")
    return found


def _add(tree: Any, operation: Mapping[str, Any], steps: list[str]) -> Any:
    return _inserted(tree, steps, _value(operation), operation)


def _remove(tree: Any, operation: Mapping[str, Any], steps: list[str]) -> Any:
    _found(tree, operation, operation["path"])
    return _removed(tree, steps)


def _replace(tree: Any, operation: Mapping[str, Any], steps: list[str]) -> Any:
    _found(tree, operation, operation["path"])
    return _set(tree, steps, _value(operation))


def _move(tree: Any, operation: Mapping[str, Any], steps: list[str]) -> Any:
    source = operation.get("from", "")
    moved = _found(tree, operation, source)
    return _inserted(_removed(tree, _steps(source)), steps, moved, operation)


def _copy(tree: Any, operation: Mapping[str, Any], steps: list[str]) -> Any:
    return _inserted(tree, steps, _found(tree, operation, operation.get("from", "")), operation)


def _test(tree: Any, operation: Mapping[str, Any], steps: list[str]) -> Any:
    found = _at(tree, steps)
    if (None if found is _MISSING else found) != _value(operation):
        raise PatchFailed(f"testing value {operation['path']} failed: test failed")
    return tree


_OPERATIONS: Mapping[Any, Callable[[Any, Mapping[str, Any], list[str]], Any]] = {
    "add": _add,
    "copy": _copy,
    "move": _move,
    "remove": _remove,
    "replace": _replace,
    "test": _test,
}


def _changed(tree: Any, steps: list[str], change: Callable[[Any, str], Any]) -> Any:
    """The tree with the parent of the last step changed."""
    if len(steps) == 1:
        return change(tree, steps[0])
    inner = _changed(_at(tree, steps[:1]), steps[1:], change)
    return _set_one(tree, steps[0], inner)


def _set_one(tree: Any, step: str, value: Any) -> Any:
    if isinstance(tree, Mapping):
        return FrozenMap({**tree, step: value})
    return (*tree[: int(step)], value, *tree[int(step) + 1 :])


def _set(tree: Any, steps: list[str], value: Any) -> Any:
    return _changed(tree, steps, lambda parent, step: _set_one(parent, step, value)) if steps else value


def _removed(tree: Any, steps: list[str]) -> Any:
    def without(parent: Any, step: str) -> Any:
        if isinstance(parent, Mapping):
            return FrozenMap({name: item for name, item in parent.items() if name != step})
        return (*parent[: int(step)], *parent[int(step) + 1 :])

    return _changed(tree, steps, without) if steps else None


def _inserted(tree: Any, steps: list[str], value: Any, operation: Mapping[str, Any]) -> Any:
    if not steps:
        return value
    parent = _at(tree, steps[:-1])
    if not isinstance(parent, Mapping | tuple):
        raise PatchFailed(f"add operation does not apply: doc is missing path: {operation['path']}: missing value")

    def put(holder: Any, step: str) -> Any:
        if isinstance(holder, Mapping):
            return FrozenMap({**holder, step: value})
        place = len(holder) if step == "-" else int(step) if step.isdecimal() else -1
        if not 0 <= place <= len(holder):
            raise PatchFailed(f"Unable to access invalid index: {step}: invalid index referenced")
        return (*holder[:place], value, *holder[place:])

    return _changed(tree, steps, put)
