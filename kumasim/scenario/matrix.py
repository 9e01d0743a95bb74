"""The matrix: one scenario as several, one for each cell of the cross product."""

from __future__ import annotations

import itertools
from typing import Any

import attrs

from kumasim.errors import InputError, Problem
from kumasim.scenario.cursor import INVALID, Cursor
from kumasim.scenario.expressions import Failing
from kumasim.scenario.guards import holds
from kumasim.scenario.model import Expectation, Scenario, Step, When
from kumasim.scenario.profiles import PROFILE, SEMANTICS
from kumasim.scenario.shapes import Anything, Integer, ListOf, Shape

SETTERS: dict[str, Shape] = {"kuma": PROFILE, "semantics": SEMANTICS, "seed": Integer()}
"""Keys of the matrix that set a field of the scenario; all others are only visible in `when`."""


@attrs.frozen
class MatrixShape:
    """Shape of `matrix:`, a mapping of names to lists of values."""

    def read(self, at: Cursor) -> Any:
        if not isinstance(at.value, dict):
            return at.wrong_type("a mapping of names to lists")
        read = [(name, self._values(at.child(name), name)) for name in at.value]
        return INVALID if any(values is INVALID for _, values in read) else tuple(read)

    def _values(self, at: Cursor, name: str) -> Any:
        values = ListOf(SETTERS.get(name, Anything()), least=1).read(at)
        if values is INVALID:
            return INVALID
        for index, value in enumerate(values):
            if isinstance(value, dict | list):
                return at.child(index).problem("KS1203", f"{at.label} wants scalars")
            if any(other == value and type(other) is type(value) for other in values[:index]):
                return at.child(index).problem("KS1209", f"{_text(value)} twice", "remove one of them")
        return values

    def schema(self) -> dict[str, Any]:
        properties = {name: ListOf(shape, least=1).schema() for name, shape in SETTERS.items()}
        scalar = {"type": ["string", "number", "boolean", "null"]}
        others = {"type": "array", "minItems": 1, "items": scalar}
        return {"type": "object", "properties": properties, "additionalProperties": others}


MATRIX = MatrixShape()


def expand(scenario: Scenario) -> tuple[Scenario, ...]:
    """A scenario's variants, in the order of the matrix; the scenario itself where it has none.

    In each, what its guards leave out is marked as skipped.

    Raises:
        InputError: a guard does not come out as true or false.
    """
    names = [name for name, _ in scenario.matrix]
    products = itertools.product(*(values for _, values in scenario.matrix))
    return tuple(_variant(scenario, dict(zip(names, cell, strict=True))) for cell in products)


def _variant(scenario: Scenario, cell: dict[str, Any]) -> Scenario:
    settings = {name: cell[name] for name in SETTERS if name in cell}
    name = f"{scenario.name}[{','.join(_text(value) for value in cell.values())}]" if cell else scenario.name
    made = attrs.evolve(scenario, name=name, matrix=(), cell=tuple(cell.items()), **settings)
    visible = {**cell, "kuma": made.kuma, "semantics": made.semantics, "seed": made.seed}
    return attrs.evolve(made, steps=tuple(_guarded(step, visible, scenario.file) for step in scenario.steps))


def _guarded(step: Step, cell: dict[str, Any], file: str) -> Step:
    expects = tuple(_guarded_expectation(item, cell, file) for item in step.expects)
    return attrs.evolve(step, expects=expects, skipped=not _holds(step.when, cell, file))


def _guarded_expectation(item: Expectation, cell: dict[str, Any], file: str) -> Expectation:
    return attrs.evolve(item, skipped=not _holds(item.when, cell, file))


def _holds(when: When | None, cell: dict[str, Any], file: str) -> bool:
    try:
        return holds(when, cell)
    except Failing as error:
        origin = when.origin if when is not None else None
        line, column = (origin.line, origin.column) if origin else (0, 0)
        raise InputError([Problem("KS1405", f"`when`: {error}", file, line, column)]) from error


def _text(value: Any) -> str:
    """A value as a variant's name shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
