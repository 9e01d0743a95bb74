"""`outcomes` and `response`: how the step's request ends."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import attrs

from kumasim.scenario.cursor import INVALID, Cursor
from kumasim.scenario.expectations.expectation import KindSpec
from kumasim.scenario.expectations.trees import TreeShape
from kumasim.scenario.model import ExpectedOutcome, Outcomes, Response, Tree
from kumasim.scenario.shapes import Share
from kumasim.scenario.shares import format_share

STATUSES = ("refused", "reset", "no-dns", "timeout")
"""What a status is where no HTTP answer comes."""

FIELDS = (
    "status", "zone", "namespace", "service", "workload", "pod", "seen", "headers", "location", "mirrors", "via", "rule",
)  # fmt: skip
"""What an outcome carries besides its share."""


def _sound(at: Cursor) -> bool:
    good = True
    status = at.value.get("status")
    if isinstance(status, str) and status not in STATUSES:
        fix = f"write {status} without quotes" if status.isdigit() else f"known: an HTTP status, {', '.join(STATUSES)}"
        at.child("status").problem("KS1204", f"there is no status {status!r}", fix)
        good = False
    return _lower_headers(at) and good


def _lower_headers(at: Cursor) -> bool:
    """Header names of outcomes are lower-case; others would never match."""
    good = True
    held = [at.child(name) for name in ("headers", "seen") if isinstance(at.value.get(name), dict)]
    for cursor in held:
        headers = cursor if cursor.path[-1] == "headers" else None
        if headers is None and isinstance(cursor.value.get("headers"), dict):
            headers = cursor.child("headers")
        for name in headers.value if headers is not None else ():
            if headers is not None and name != name.lower() and name[:1] not in ("(", "~"):
                fix = f"write {name.lower()}"
                headers.child(name).problem("KS1204", "header names are lower-case in outcomes", fix, key=True)
                good = False
    return good


_OUTCOME = TreeShape(fields=(*FIELDS, "share"), check=_sound)
_RESPONSE = TreeShape(fields=FIELDS, check=_sound)


_SHARE = Share()


@attrs.frozen
class _OutcomesShape:
    """A list of outcomes whose shares add up to 1; a single one needs no share."""

    def read(self, at: Cursor) -> Any:
        if not isinstance(at.value, list) or not at.value:
            return at.wrong_type("a list of outcomes", "begin with `- `" if isinstance(at.value, dict) else "")
        read = [self._outcome(at.child(index), alone=len(at.value) == 1) for index in range(len(at.value))]
        if any(outcome is INVALID for outcome in read):
            return INVALID
        total = sum(outcome.share for outcome in read)
        if total != 1:
            return at.problem("KS1208", f"the shares add up to {format_share(total)}, not 100%", "list every outcome")
        return tuple(read)

    def _outcome(self, at: Cursor, *, alone: bool) -> Any:
        tree = _OUTCOME.read(at)
        share: Any = Fraction(1)
        if isinstance(at.value, dict) and "share" in at.value:
            share = _SHARE.read(at.child("share"))
        elif isinstance(at.value, dict) and not alone:
            share = at.problem("KS1202", "an outcome lacks `share`", key=True)
        if tree is INVALID or share is INVALID:
            return INVALID
        rest = {name: item for name, item in tree.value.items() if name != "share"}
        return ExpectedOutcome(share, Tree(rest, at.document, at.path))

    def schema(self) -> dict[str, Any]:
        item = _OUTCOME.schema()
        return {
            "type": "array",
            "minItems": 1,
            "items": {**item, "properties": {**item["properties"], "share": _SHARE.schema()}},
        }


def _of_request(at: Cursor) -> bool:
    if at.reading.verb == "request":
        return True
    at.problem("KS1404", f"{at.label} needs a `request` in its step", key=True)
    return False


def _outcomes(outcomes: Any, common: dict[str, Any]) -> Outcomes:
    return Outcomes(outcomes=outcomes, **common)


def _response(tree: Any, common: dict[str, Any]) -> Response:
    return Response(tree=tree, **common)


OUTCOMES = KindSpec(_OutcomesShape(), _outcomes, fits=_of_request)
RESPONSE = KindSpec(_RESPONSE, _response, fits=_of_request)
