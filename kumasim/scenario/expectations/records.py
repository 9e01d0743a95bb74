"""`diagnostics` and `events`: what the run told, and what its journal holds."""

from __future__ import annotations

import re
from typing import Any

import attrs

from kumasim.scenario.cursor import INVALID, Cursor, suggest
from kumasim.scenario.expectations.expectation import KindSpec
from kumasim.scenario.expectations.trees import TreeShape
from kumasim.scenario.model import Diagnostics, Events, Tree
from kumasim.scenario.places import STORES
from kumasim.scenario.shapes import ListOf, Text

_CODE = re.compile(r"KS[0-9]{4}")


def _known_code(at: Cursor, code: str) -> Any:
    return code if _is_known(at, code, key=False) else INVALID


def _is_known(at: Cursor, code: str, *, key: bool) -> bool:
    known = at.reading.known.diagnostics
    if _CODE.fullmatch(code) and (known is None or code in known):
        return True
    fix = suggest(code, known) if known else "codes are KS and four digits"
    at.problem("KS1407", f"unknown diagnostic {code!r}", fix, key=key)
    return False


_CODES = ListOf(Text(check=_known_code), least=1, one=True)
_DETAILS = TreeShape(fields=("at", "message", "subject"))


@attrs.frozen
class _DiagnosticsShape:
    """Codes that were reported, with details, and under `absent` codes that were not."""

    def read(self, at: Cursor) -> Any:
        if not isinstance(at.value, dict) or not at.value:
            return at.wrong_type("a mapping of codes, or {absent: CODE}")
        absent: Any = ()
        present: list[Any] = []
        for code in at.value:
            child = at.child(code)
            if code == "absent":
                absent = _CODES.read(child)
            else:
                present.append(self._present(child, code))
        bad = absent is INVALID or any(item is INVALID for item in present)
        return INVALID if bad else (tuple(present), absent)

    def _present(self, at: Cursor, code: str) -> Any:
        if not _is_known(at, code, key=True):
            return INVALID
        if at.value is None:
            return code, Tree({}, at.document, at.path)
        tree = _DETAILS.read(at)
        named = isinstance(at.value, dict) and at.value.get("at") is not None
        if (named and STORES.read(at.child("at")) is INVALID) or tree is INVALID:
            return INVALID
        return code, tree

    def schema(self) -> dict[str, Any]:
        details = {"anyOf": [_DETAILS.schema(), {"type": "null"}]}
        return {
            "type": "object",
            "properties": {"absent": _CODES.schema()},
            "patternProperties": {f"^{_CODE.pattern}$": details},
            "additionalProperties": False,
            "minProperties": 1,
        }


RECORD_FIELDS = ("position", "time_ns", "delta", "actor", "cause", "kind", "subject", "body")
"""What a record of the journal holds."""

_RECORD = TreeShape(fields=RECORD_FIELDS)


@attrs.frozen
class _EventsShape:
    """A record that must be there, or must not."""

    def read(self, at: Cursor) -> Any:
        if not isinstance(at.value, dict) or not at.value:
            return at.wrong_type("{present: {...}} or {absent: {...}}")
        good = True
        trees: dict[str, Any] = {}
        for name in at.value:
            child = at.child(name)
            if name not in ("present", "absent"):
                child.problem("KS1201", f"unknown field {name!r}", suggest(name, ("present", "absent")), key=True)
                good = False
                continue
            trees[name] = _RECORD.read(child)
            good = good and trees[name] is not INVALID
        return trees if good else INVALID

    def schema(self) -> dict[str, Any]:
        properties = {name: _RECORD.schema() for name in ("present", "absent")}
        return {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}


def _diagnostics(read: Any, common: dict[str, Any]) -> Diagnostics:
    return Diagnostics(present=read[0], absent=read[1], **common)


def _events(trees: Any, common: dict[str, Any]) -> Events:
    return Events(present=trees.get("present"), absent=trees.get("absent"), **common)


DIAGNOSTICS = KindSpec(_DiagnosticsShape(), _diagnostics)
EVENTS = KindSpec(_EventsShape(), _events)
