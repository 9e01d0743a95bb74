"""`advance` and `settle`: virtual time."""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.scenario.cursor import INVALID, Cursor
from kumasim.scenario.model import SETTLE_WITHIN_NS, Advance, Settle
from kumasim.scenario.shapes import Duration, Field, Record
from kumasim.scenario.verbs.verb import VerbSpec

_DURATION = Duration()


@attrs.frozen
class _AdvanceShape:
    """A bare duration."""

    def read(self, at: Cursor) -> Any:
        by_ns = _DURATION.read(at)
        return INVALID if by_ns is INVALID else Advance(by_ns)

    def schema(self) -> dict[str, Any]:
        return {**_DURATION.schema(), "description": "let virtual time pass"}


ADVANCE = VerbSpec(_AdvanceShape())

SETTLE = VerbSpec(
    Record(
        {"within": Field(Duration(), "virtual time that it may take", default=SETTLE_WITHIN_NS)},
        lambda _, values: Settle(values["within"]),
        empty=True,
        doc="run until quiet",
    )
)
