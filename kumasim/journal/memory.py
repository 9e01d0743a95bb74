"""A journal in memory: what a run appends to and what projections read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kumasim.journal.errors import DamagedJournalError
from kumasim.journal.file import read
from kumasim.journal.record import Record, Row, check_next
from kumasim.journal.writer import JournalWriter


class Journal:
    """The records of a run, append-only.

    Bodies are encoded when a digest is asked for or the journal is saved, not before: a run that needs neither does
    not pay for it. A body that the journal cannot hold is refused then, with the record's position.

    Args:
        records: what it begins with, from position 0 on; a fork begins with a part of another's records.
    """

    def __init__(self, records: Iterable[Record | Row] = ()) -> None:
        self._records: list[Record] = []
        self._ends: list[int] = []
        self._time_ns = 0
        self._writer = JournalWriter()
        for record in records:
            self.append(record)

    @property
    def records(self) -> Sequence[Record]:
        """All records; a live view."""
        return self._records

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records)

    def append(self, record: Record | Row) -> None:
        """Add the next record.

        Raises:
            ValueError: its position is not the next one, its time goes back, or its cause is not an earlier record.
        """
        check_next(record, len(self._records), self._time_ns)
        added = record if type(record) is Record else Record._make(record)
        self._time_ns = added.time_ns
        self._records.append(added)

    def at(self, position: int) -> Record:
        """The record at a position.

        Raises:
            IndexError: there is no such position.
        """
        if not 0 <= position < len(self._records):
            raise IndexError(f"the journal has positions 0 to {len(self._records) - 1}, not {position}")
        return self._records[position]

    def flush(self) -> None:
        """End the chunk here, as `JournalWriter.flush` does: part of the bytes and of the digest."""
        self._ends.append(len(self._records))

    def digest(self) -> str:
        """The digest that the saved journal has, hexadecimal.

        Raises:
            TypeError, OverflowError, ValueError: a body cannot be written; names the record.
        """
        self._feed(self._writer)
        return self._writer.digest

    def chain(self) -> Sequence[tuple[int, bytes]]:
        """For each full chunk the position after its last record, and the chained digest there."""
        self._feed(self._writer)
        return self._writer.chain

    def save(self, path: str | Path) -> str:
        """Write the journal to a file, which is replaced at the end, in one go.

        Returns:
            The digest.

        Raises:
            OSError: the file cannot be written.
            TypeError, OverflowError, ValueError: a body cannot be written; names the record.
        """
        target = Path(path)
        partial = target.with_name(target.name + ".part")
        try:
            with partial.open("wb") as sink:
                writer = JournalWriter(sink)
                self._feed(writer)
                digest = writer.close()
            os.replace(partial, target)
        finally:
            partial.unlink(missing_ok=True)
        return digest

    @classmethod
    def load(cls, path: str | Path) -> Journal:
        """The journal in a file, whole.

        Raises:
            JournalError: it cannot be read, or not in full; `read` gives what is readable.
            OSError: there is no such file, or it cannot be read.
        """
        file = read(path)
        if file.damage is not None:
            raise DamagedJournalError(file.path, "damaged", file.damage, len(file))
        journal = cls(file.records)
        # The last chunk ends because the journal ends; if more is appended, it goes on as if it had never been saved.
        journal._ends = file.ends[:-1]
        return journal

    def _feed(self, writer: JournalWriter) -> None:
        """Write what a writer has not got yet, with chunks that end where they ended here."""
        for end in self._ends:
            if len(writer) <= end:
                self._append_to(writer, end)
                writer.flush()
        self._append_to(writer, len(self))

    def _append_to(self, writer: JournalWriter, end: int) -> None:
        for position in range(len(writer), end):
            writer.append(self._records[position])
