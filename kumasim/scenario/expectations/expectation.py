"""One item of `expect`: its kind, and what every kind has (`at`, `within`, `throughout`, `because`, `when`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from kumasim.scenario.cursor import INVALID, Cursor
from kumasim.scenario.guards import GUARD
from kumasim.scenario.model import Expectation
from kumasim.scenario.places import STORES
from kumasim.scenario.shapes import Duration, Field, Record, Shape, Text


@attrs.frozen
class KindSpec:
    """One kind of expectation.

    Args:
        shape: of its value.
        make: the expectation, from what was read and the common fields.
        stores: whether it is about stores, and takes those of its step where it names none.
        fits: reports why a step cannot meet it; answers whether it can.
    """

    shape: Shape
    make: Callable[[Any, dict[str, Any]], Expectation]
    stores: bool = False
    fits: Callable[[Cursor], bool] = lambda _: True


COMMON: dict[str, Field] = {
    "at": Field(STORES, "the store, or all of several; those of the step if left out"),
    "within": Field(Duration(), "must become true in this virtual time"),
    "throughout": Field(Duration(), "must stay true for this virtual time"),
    "because": Field(Text(), "printed on failure", default=""),
    "when": Field(GUARD, "guards it by the matrix"),
}


@attrs.frozen(eq=False)
class ExpectationShape:
    """Shape of an item of `expect`."""

    kinds: Mapping[str, KindSpec]

    def _record(self) -> Record:
        fields = {name: Field(spec.shape) for name, spec in self.kinds.items()}
        return Record({**fields, **COMMON}, self._build, ("KS1403", "expectation"))

    def read(self, at: Cursor) -> Any:
        return self._record().read(at)

    def schema(self) -> dict[str, Any]:
        made = self._record().schema()
        return {**made, "oneOf": [{"required": [name]} for name in self.kinds]}

    def _build(self, at: Cursor, values: dict[str, Any]) -> Any:
        chosen = [name for name in self.kinds if name in at.value]
        if len(chosen) != 1:
            message = f"{' and '.join(chosen)} in one item" if chosen else "nothing is expected"
            fix = "make an item of each" if chosen else f"known: {', '.join(self.kinds)}"
            return at.problem("KS1403", message, fix)
        spec = self.kinds[chosen[0]]
        stores = self._stores(at, spec, values["at"])
        if stores is INVALID or not spec.fits(at.child(chosen[0])):
            return INVALID
        common = {
            "at": stores,
            "within_ns": values["within"],
            "throughout_ns": values["throughout"],
            "because": values["because"],
            "when": values["when"],
            "origin": at.origin(),
        }
        return spec.make(values[chosen[0]], common)

    def _stores(self, at: Cursor, spec: KindSpec, named: Any) -> Any:
        reading = at.reading
        if named is not None or not spec.stores:
            return named or ()
        if reading.default_at:
            return reading.default_at
        if len(reading.stores) == 1:
            return tuple(reading.stores)
        return at.problem("KS1202", "the step has no store, so the expectation needs `at`", key=True)
