"""A cursor over a document that collects problems instead of raising them.

Whoever reads a file asks a cursor for what it expects; what is not so becomes a `Problem` with its place and, where one
is known, its remedy, and reading goes on. So a file shows all its problems at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, Final

import attrs

from kumasim.domain.resource import Origin
from kumasim.errors import Problem
from kumasim.scenario.document import Document, Path
from kumasim.scenario.files import Files
from kumasim.scenario.known import Known


class Invalid:
    """What a reader answers with when it has reported a problem instead."""

    def __repr__(self) -> str:
        return "INVALID"


INVALID: Final = Invalid()


@attrs.define
class Reading:
    """What is known while a file is read, and the problems found so far.

    Args:
        known: what may be named: profiles, variables, diagnostics, the schemas of kinds.
        stores: type ("kubernetes" or "universal") of each store of the topology, by name.
        files: reads what `files:` names.
        matrix: names of the matrix's keys, for `when`.
        leave_violations: whether the step being read expects an error, so that a manifest's violations are the run's.
        verb: the verb of the step being read, "" for none.
        refusable: whether that verb can be refused.
        default_at: the stores of the step being read.
    """

    known: Known
    files: Files
    stores: dict[str, str] = attrs.field(factory=dict)
    matrix: tuple[str, ...] = ()
    leave_violations: bool = False
    verb: str = ""
    refusable: bool = False
    default_at: tuple[str, ...] = ()
    problems: list[Problem] = attrs.field(factory=list)

    def add(self, problem: Problem) -> None:
        """Takes a problem in, once: a file that two steps apply is only told of once."""
        if problem not in self.problems:
            self.problems.append(problem)


@attrs.frozen
class Cursor:
    """A value in a document, with its way from the root."""

    reading: Reading = attrs.field(repr=False)
    document: Document = attrs.field(repr=False)
    value: Any
    path: Path = ()

    def child(self, step: str | int) -> Cursor:
        """The cursor of what is under a key or index that exists."""
        return Cursor(self.reading, self.document, self.value[step], (*self.path, step))

    def origin(self) -> Origin:
        """Where the value begins, by the file's name in the scenario."""
        return self.document.named(self.path)

    @property
    def label(self) -> str:
        """What messages call the value: its key, or the key of the list that it is in."""
        for step in reversed(self.path):
            if isinstance(step, str):
                return f"`{step}`"
        return "the document"

    def problem(self, code: str, message: str, fix: str = "", *, key: bool = False) -> Invalid:
        """Reports a problem with this value, or with its key."""
        where = self.document.at(self.path, key=key)
        found = Problem(code, message, where.file, where.line, where.column, fix)
        self.reading.add(found)
        return INVALID

    def wrong_type(self, wanted: str, fix: str = "") -> Invalid:
        """Reports that the value is not what belongs here."""
        return self.problem("KS1203", f"{self.label} wants {wanted}, not {self.shown()}", fix)

    def shown(self) -> str:
        """The value in words that fit a message."""
        value = self.value
        if value is None:
            return "nothing"
        for kind, words in _WORDS:
            if isinstance(value, kind):
                return words if words else f"the {_KIND[type(value)]} {self.text()}"
        return repr(value)

    def text(self) -> str:
        """A scalar as it was written."""
        written = self.document.raw(self.path)
        return str(self.value) if written is None else written


_WORDS: tuple[tuple[Any, str], ...] = ((dict, "a mapping"), (list, "a list"), ((bool, int, float, str), ""))
_KIND: dict[type, str] = {bool: "boolean", int: "number", float: "number", str: "string"}


_CLOSE_ENOUGH = 0.6
"""How alike two words must be, on difflib's scale from 0 to 1, for one to be taken for the other."""


def suggest(word: str, options: Iterable[str]) -> str:
    """`did you mean "apply"?`, or all that is possible where there is little of it."""
    ordered = sorted(options)
    matcher = difflib.SequenceMatcher(b=word.lower())
    best, closeness = "", _CLOSE_ENOUGH
    for option in ordered:
        matcher.set_seq1(option.lower())
        if matcher.ratio() > closeness:
            best, closeness = option, matcher.ratio()
    if best:
        return f'did you mean "{best}"?'
    return f"known: {', '.join(ordered)}" if 0 < len(ordered) <= 16 else ""
