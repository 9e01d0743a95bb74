"""A place in a journal that moves: step by step, or to the next record that matches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kumasim.errors import UsageError
from kumasim.journal.record import Record
from kumasim.projections.fold import WorldState
from kumasim.projections.keyframes import Keyframes, since
from kumasim.projections.records import record_tree
from kumasim.scenario.expressions import BadExpression, Failing, compiled, evaluate

Matcher = Callable[[Record], bool]


def matcher(actor: str = "", kind: str = "", match: str = "", since_ns: int = 0) -> Matcher:
    """What tells the wanted records from the others.

    Args:
        actor: its name; with a final `*` all whose names begin so.
        kind: of the record.
        match: JMESPath over the record as `kumasim log -o json` prints it; what counts as true there is wanted.
        since_ns: not before this virtual time.

    Raises:
        UsageError: `match` is not JMESPath.
    """
    if match:
        try:
            compiled(match)
        except BadExpression as error:
            raise UsageError(f"{match!r} is not JMESPath: {error}") from None
    prefix = actor[:-1] if actor.endswith("*") else None

    def wanted(record: Record) -> bool:
        if record.time_ns < since_ns or (kind and record.kind != kind):
            return False
        if actor and not (record.actor == actor if prefix is None else record.actor.startswith(prefix)):
            return False
        return not match or _truth(match, record)

    return wanted


def _truth(match: str, record: Record) -> bool:
    """Whether an expression holds of a record; one that cannot be evaluated on it does not."""
    try:
        found = evaluate(match, record_tree(record))
    except Failing:
        return False
    # JMESPath's own truth: empty things and false are false, 0 is true.
    return found is not None and found is not False and found not in ("", [], {})


class Cursor:
    """A place between two records of a journal: `position` of them have happened.

    Args:
        records: the journal.
        position: where to begin.
        frames: its keyframes, for looks at the state.
    """

    def __init__(self, records: Sequence[Record], position: int, frames: Keyframes | None = None) -> None:
        self._records = records
        self._frames = frames or Keyframes(records)
        self.position = position

    @property
    def record(self) -> Record | None:
        """The record that happened last, None before the first."""
        return self._records[self.position - 1] if self.position else None

    @property
    def world(self) -> WorldState:
        """The state here."""
        return self._frames.at(self.position)

    def forward(self, count: int = 1) -> Record | None:
        """Go on by some records, at most to the end; answers with the last one that happened."""
        return self.to(min(self.position + count, len(self._records)))

    def back(self, count: int = 1) -> Record | None:
        """Go back by some records, at most to the beginning; answers with the last one that has still happened."""
        return self.to(max(self.position - count, 0))

    def to(self, position: int) -> Record | None:
        """Go to a position.

        Raises:
            UsageError: the journal has no such position.
        """
        if not 0 <= position <= len(self._records):
            raise UsageError(f"the journal has {len(self._records)} records; there is no position {position}")
        self.position = position
        return self.record

    def next(self, actor: str = "", kind: str = "", match: str = "") -> Record | None:
        """Go to just after the next record that matches; stays where it is if there is none."""
        wanted = matcher(actor, kind, match)
        return self._reach(record for record in since(self._records, self.position) if wanted(record))

    def previous(self, actor: str = "", kind: str = "", match: str = "") -> Record | None:
        """Go back to just after the record before the last one that matches; stays where it is if there is none."""
        wanted = matcher(actor, kind, match)
        places = range(self.position - 2, -1, -1)
        return self._reach(record for record in map(self._records.__getitem__, places) if wanted(record))

    def _reach(self, found: Iterator[Record]) -> Record | None:
        record = next(found, None)
        if record is not None:
            self.position = record.position + 1
        return record

    def __repr__(self) -> str:
        last = self.record
        return f"<Cursor at {self.position} of {len(self._records)}{f', after {last.kind} of {last.actor}' if last else ''}>"
