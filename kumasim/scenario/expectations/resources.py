"""`resource`, `absent` and `error`: what stores hold, and what they refuse."""

from __future__ import annotations

from typing import Any

from kumasim.scenario.cursor import Cursor
from kumasim.scenario.expectations.expectation import KindSpec
from kumasim.scenario.expectations.trees import TreeShape
from kumasim.scenario.model import Absent, ErrorExpected, ResourceExpected


def _has_kind(at: Cursor) -> bool:
    for name in ("kind", "type"):
        if name in at.value:
            if isinstance(at.value[name], str) and at.value[name]:
                return True
            at.child(name).wrong_type("the name of a kind")
            return False
    at.problem("KS1202", f"{at.label} lacks `kind`", key=True)
    return False


def _refusable(at: Cursor) -> bool:
    if at.reading.refusable:
        return True
    verb = f"`{at.reading.verb}`" if at.reading.verb else "a step without a verb"
    at.problem("KS1404", f"{verb} cannot be refused", key=True)
    return False


_OBJECT = TreeShape(strings=True, check=_has_kind)


def _resource(tree: Any, common: dict[str, Any]) -> ResourceExpected:
    return ResourceExpected(tree=tree, **common)


def _absent(tree: Any, common: dict[str, Any]) -> Absent:
    return Absent(tree=tree, **common)


def _error(tree: Any, common: dict[str, Any]) -> ErrorExpected:
    return ErrorExpected(tree=tree, **common)


RESOURCE = KindSpec(_OBJECT, _resource, stores=True)
ABSENT = KindSpec(_OBJECT, _absent, stores=True)
ERROR = KindSpec(TreeShape(fields=("code", "reason", "message", "causes")), _error, fits=_refusable)
