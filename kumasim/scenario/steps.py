"""Reads `steps:` — one verb each, with what is expected afterwards."""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.scenario.cursor import INVALID, Cursor, suggest
from kumasim.scenario.expectations import EXPECTATION
from kumasim.scenario.guards import GUARD
from kumasim.scenario.model import Step
from kumasim.scenario.shapes import Field, ListOf, Record, Text
from kumasim.scenario.verbs import VERBS

FIELDS: dict[str, Field] = {
    "name": Field(Text(), "shown in reports", default=""),
    "expect": Field(ListOf(EXPECTATION), "what must hold afterwards", default=()),
    "when": Field(GUARD, "guards the step by the matrix"),
}


@attrs.frozen
class StepShape:
    """Shape of one step. The verb is read first: what can be expected depends on it."""

    def read(self, at: Cursor) -> Any:
        if not isinstance(at.value, dict):
            return at.wrong_type("steps, which are mappings", "write `- settle: {}`" if at.value == "settle" else "")
        verbs = [name for name in at.value if name in VERBS]
        good = self._only_known(at)
        if len(verbs) > 1:
            good = (
                bool(
                    at.child(verbs[1]).problem(
                        "KS1402", f"{' and '.join(verbs)} in one step", "make a step of each", key=True
                    )
                )
                and False
            )
        elif not verbs and "expect" not in at.value and good:
            return at.problem("KS1402", "the step has neither a verb nor `expect`", f"verbs: {', '.join(VERBS)}")
        verb, verb_good = self._verb(at, verbs)
        rest = Record(FIELDS, lambda _, values: values, empty=True)
        values = rest.read(attrs.evolve(at, value={name: at.value[name] for name in FIELDS if name in at.value}))
        if values is INVALID or not good or not verb_good:
            return INVALID
        name = verbs[0] if verbs else ""
        return Step(verb, name, values["name"], values["expect"], at.origin(), values["when"])

    def _only_known(self, at: Cursor) -> bool:
        known = [*VERBS, *FIELDS]
        strangers = [name for name in at.value if name not in known]
        for name in strangers:
            at.child(name).problem("KS1401", f"unknown verb {name!r}", suggest(name, known), key=True)
        return not strangers

    def _verb(self, at: Cursor, verbs: list[str]) -> tuple[Any, bool]:
        """The step's verb, and whether it could be read; tells the expectations what they need to know of it."""
        reading = at.reading
        reading.leave_violations = _expects_error(at.value.get("expect"))
        reading.verb = verbs[0] if verbs else ""
        reading.refusable = any(VERBS[name].refusable for name in verbs)
        reading.default_at = tuple(store for name in verbs for store in _named_stores(at.value[name], reading.stores))
        read = [VERBS[name].shape.read(at.child(name)) for name in verbs]
        if any(verb is INVALID for verb in read):
            reading.default_at = tuple(reading.stores)  # so that a bad verb is told once, not again by its expectations
            return None, False
        if not read:
            # A step with an unknown verb may have any store.
            reading.default_at = () if set(at.value) <= set(FIELDS) else tuple(reading.stores)
            return None, True
        named = getattr(read[0], "at", ())
        reading.default_at = (named,) if isinstance(named, str) else named
        return read[0], True

    def schema(self) -> dict[str, Any]:
        verbs = {name: spec.shape.schema() for name, spec in VERBS.items()}
        others = {name: {**field.shape.schema(), "description": field.doc} for name, field in FIELDS.items()}
        one = [{"required": [name]} for name in VERBS]
        without = {"required": ["expect"], "not": {"anyOf": one}}
        return {
            "type": "object",
            "properties": {**verbs, **others},
            "additionalProperties": False,
            "oneOf": [*one, without],
        }


def _named_stores(value: Any, stores: dict[str, str]) -> list[str]:
    """The stores that a verb names, before it is read: manifests are checked against them."""
    named = value.get("at") if isinstance(value, dict) else None
    return [
        name for name in (named if isinstance(named, list) else [named]) if isinstance(name, str) and name in stores
    ]


def _expects_error(expect: Any) -> bool:
    return isinstance(expect, list) and any(isinstance(item, dict) and "error" in item for item in expect)


STEPS = ListOf(StepShape())
