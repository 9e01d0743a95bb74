"""A run: a journal, what can be asked of it, and whether the expectations held."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kumasim.app.state import State
from kumasim.errors import UsageError
from kumasim.journal import Journal, Record
from kumasim.projections.causes import chain_of_causes
from kumasim.projections.fold import time_after
from kumasim.projections.keyframes import Keyframes, position_at
from kumasim.replay.cursor import Cursor
from kumasim.scenario.durations import parse_duration
from kumasim.views.table import Table


class Run:
    """What happened in a world, from its first record to the last.

    Args:
        journal: the records.
        results: what came of each step, for the run of a scenario.
        name: of the scenario.
        frames: keyframes of the journal, where there are some.
    """

    end = -1
    """The last position, for `at`."""

    def __init__(
        self, journal: Journal, results: tuple[Any, ...] = (), name: str = "", frames: Keyframes | None = None
    ) -> None:
        self.journal = journal
        self.results = results
        self.name = name
        self.frames = Keyframes(journal.records) if frames is None else frames

    @property
    def ok(self) -> bool:
        """Whether every expectation held and nothing was refused that should not have been."""
        return not self.failures

    @property
    def failures(self) -> list[Any]:
        """The checks that failed, in order."""
        return [check for result in self.results for check in result.checks if not check.ok]

    @property
    def digest(self) -> str:
        """The journal's final hash: equal inputs, equal digest."""
        return self.journal.digest()

    @property
    def virtual_ns(self) -> int:
        """How much virtual time it took."""
        records = self.journal.records
        return time_after(records[-1]) if records else 0

    def save(self, path: str | Path) -> str:
        """Write the journal to a file; answers with its digest."""
        return self.journal.save(path)

    def at(self, when: str | int) -> State:
        """The state at a moment.

        Args:
            when: a duration since the start ("30s"), a record position, or `run.end`.
        """
        return State(self.frames.at(self.position(when)), self.journal.records)

    def cursor(self, when: str | int = 0) -> Cursor:
        """A place in the journal that can be moved: forward, back, to the next or previous record that matches.

        Args:
            when: where it stands at first.
        """
        return Cursor(self.journal.records, self.position(when), self.frames)

    def why(self, position: int) -> list[Record]:
        """A record and what led to it, the first cause first: the chain back to what the user did.

        Raises:
            UsageError: the journal has no such record.
        """
        return chain_of_causes(self.journal.records, position)

    def table(self, kind: str, at: str | None = None) -> Table:
        """Objects of a kind at the end of the run."""
        return self.at(self.end).table(kind, at)

    def position(self, when: str | int) -> int:
        """How many records there are up to a moment.

        Raises:
            UsageError: the journal has no such position.
        """
        records = self.journal.records
        if isinstance(when, str):
            return position_at(records, parse_duration(when))
        if when == self.end:
            return len(records)
        if not 0 <= when <= len(records):
            raise UsageError(f"the journal has {len(records)} records; there is no position {when}")
        return when

    def __repr__(self) -> str:
        verdict = "ok" if self.ok else f"{len(self.failures)} failed"
        return f"<Run {self.name or 'of a world'}: {len(self.journal.records)} records, {verdict}>"
