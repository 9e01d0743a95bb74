"""When an API server looks at an object's schema: its shape on arrival, everything before it is stored.

An object of the wrong shape (a text where a mapping belongs, an unknown field, a missing one) is refused before
anything reads it; ranges, patterns and rules between fields are checked on the completed object.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain import kinds
from kumasim.domain.kubernetes.api.failures import Refused
from kumasim.domain.resource import Key, Resource

_SHAPE = frozenset(("enum", "missing", "type", "unknown", "version"))
"""The reasons of violations after which an object cannot even be read."""


def check_shape(key: Key, tree: Mapping[str, Any]) -> None:
    """Refuses a whole object, as a tree, that cannot be read as its kind."""
    _refuse(key, tuple(one for one in kinds.violations(tree) if one.reason in _SHAPE))


def check_schema(key: Key, new: Resource) -> None:
    """Refuses an object that breaks its kind's schema. Its metadata are looked at elsewhere."""
    _refuse(key, kinds.violations(_tree(new, {"name": new.name})))


def shape_of(wanted: Resource) -> dict[str, Any]:
    """What `check_shape` looks at of an object that came as a whole."""
    meta = wanted.meta
    named = {"name": meta.name, "generateName": meta.generate_name}
    return _tree(wanted, {**named, "labels": meta.labels, "annotations": meta.annotations})


def _tree(found: Resource, meta: Mapping[str, Any]) -> dict[str, Any]:
    return {"apiVersion": found.api_version, "kind": found.kind, "metadata": meta, **found.body}


def _refuse(key: Key, violations: tuple[kinds.Violation, ...]) -> None:
    if violations:
        raise Refused(kinds.refusal(key.group, key.kind, key.name, violations))
