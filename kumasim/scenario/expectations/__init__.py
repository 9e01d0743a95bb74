"""The kinds of expectations. To add one: a module beside this, and its name in the table."""

from __future__ import annotations

from kumasim.scenario.expectations.expectation import ExpectationShape, KindSpec
from kumasim.scenario.expectations.records import DIAGNOSTICS, EVENTS
from kumasim.scenario.expectations.requests import OUTCOMES, RESPONSE
from kumasim.scenario.expectations.resources import ABSENT, ERROR, RESOURCE

KINDS: dict[str, KindSpec] = {
    "resource": RESOURCE,
    "absent": ABSENT,
    "error": ERROR,
    "outcomes": OUTCOMES,
    "response": RESPONSE,
    "diagnostics": DIAGNOSTICS,
    "events": EVENTS,
}
"""What a step can expect, by the key for it."""

EXPECTATION = ExpectationShape(KINDS)

__all__ = ["EXPECTATION", "KINDS", "KindSpec"]
