"""Shape of `when:`, which guards a step or an expectation by the cell of the matrix."""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.scenario.cursor import INVALID, Cursor, suggest
from kumasim.scenario.expressions import BadExpression, Failing, evaluate, fields, inner
from kumasim.scenario.model import When
from kumasim.scenario.shapes import Text

ALWAYS = ("kuma", "semantics", "seed")
"""Names that every cell has, whether the matrix varies them or not."""


_TEXT = Text()


@attrs.frozen
class Guard:
    """A JMESPath expression over `matrix`; an unknown name in it is a problem."""

    def read(self, at: Cursor) -> Any:
        text = _TEXT.read(at)
        if text is INVALID:
            return INVALID
        try:
            names = list(fields(inner(text)))
        except BadExpression as error:
            return at.problem("KS1405", f"{text!r} is not JMESPath: {error}")
        known = sorted({*ALWAYS, *at.reading.matrix})
        for name in names:
            if name[0] != "matrix":
                options = [f"matrix.{option}" for option in known]
                return at.problem("KS1406", f"unknown name {'.'.join(name)!r}", suggest(f"matrix.{name[-1]}", options))
            if len(name) != 2 or name[1] not in known:
                return at.problem("KS1406", f"unknown name {'.'.join(name)!r}", suggest(".".join(name[1:]), known))
        return When(text, at.origin())

    def schema(self) -> dict[str, Any]:
        return {**_TEXT.schema(), "description": "JMESPath over `matrix`: (matrix.kuma == '2.8')"}


GUARD = Guard()


def holds(when: When | None, cell: dict[str, Any]) -> bool:
    """Whether a guard lets its step or expectation take part in a cell of the matrix.

    Raises:
        Failing: it does not come out as true or false.
    """
    if when is None:
        return True
    result = evaluate(inner(when.expression), {"matrix": cell})
    if not isinstance(result, bool):
        raise Failing(f"{when.expression} is {result!r}, not true or false")
    return result
