"""A journal that goes to disk while it is made, so that neither a kill nor a long run can lose it or fill memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from kumasim.errors import JournalProblem
from kumasim.journal.file import JournalFile
from kumasim.journal.memory import Journal
from kumasim.journal.record import Record, Row
from kumasim.journal.scan import FileSource, Found
from kumasim.journal.sequence import Records
from kumasim.journal.writer import CHUNK_RECORDS, JournalWriter

WINDOW = 64 * CHUNK_RECORDS
"""How many of the latest records stay in memory; ordinary runs never come to its end and read nothing back."""


class StreamedJournal(Journal):
    """A journal whose records are in a file as soon as a chunk of them is full.

    What was appended can be read at once: the latest records from memory, older ones from the file. The digest is that
    of a journal in memory. A process that is killed leaves the chunks so far, which `read` recovers.

    Args:
        path: the file; what it held is lost.
        window: how many of the latest records are kept in memory.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: str | Path, window: int = WINDOW) -> None:
        super().__init__()
        self.path = Path(path)
        self._window = max(window, CHUNK_RECORDS)
        self._latest: deque[Record] = deque()
        self._first = 0
        self._back: JournalFile | None = None
        self._sink = self.path.open("wb")
        try:
            self._writer = JournalWriter(self._sink)
        except OSError as error:
            self._give_up()
            raise self._failed(error) from error

    @property
    def records(self) -> Sequence[Record]:
        return Records(self)

    def __len__(self) -> int:
        return len(self._writer)

    def __iter__(self) -> Iterator[Record]:
        return self.since(0)

    def append(self, record: Record | Row) -> None:
        """Add the next record.

        Raises:
            JournalProblem: the disk is full, or the file cannot be written any more.
            ValueError, TypeError, OverflowError: the record cannot stand in a journal; names it.
        """
        try:
            self._writer.append(record)
        except OSError as error:
            written = self._writer.chunked
            self._give_up()
            raise self._failed(error, written) from error
        self._latest.append(record if type(record) is Record else Record._make(record))
        if len(self._latest) > self._window and self._first + CHUNK_RECORDS <= self._writer.chunked:
            for _ in range(CHUNK_RECORDS):
                self._latest.popleft()
            self._first += CHUNK_RECORDS

    def at(self, position: int) -> Record:
        """The record at a position.

        Raises:
            IndexError: there is no such position.
        """
        if not 0 <= position < len(self):
            raise IndexError(f"the journal has positions 0 to {len(self) - 1}, not {position}")
        return self._latest[position - self._first] if position >= self._first else self._file().at(position)

    def since(self, position: int) -> Iterator[Record]:
        """The records from a position to the present end."""
        if position < self._first:
            until = self._first
            yield from islice(self._file().since(position), until - position)
            position = until
        while position < len(self):
            yield self.at(position)
            position += 1

    def flush(self) -> None:
        """End the chunk here, as `JournalWriter.flush` does: part of the bytes and of the digest."""
        super().flush()
        self._ends[-1] = len(self._writer)
        self._writer.flush()

    def digest(self) -> str:
        """The digest that the closed journal has, hexadecimal."""
        return self._writer.digest

    def chain(self) -> list[tuple[int, bytes]]:
        return self._writer.chain

    def close(self) -> str:
        """Write the rest and the footer; answers with the digest. Reading goes on; closing twice is no error.

        Raises:
            JournalProblem: the disk is full, or the file cannot be written any more.
        """
        if not self._sink.closed:
            written = self._writer.chunked
            try:
                self._writer.close()
                self._sink.close()
            except OSError as error:
                self._give_up()
                raise self._failed(error, written) from error
        return self._writer.digest

    def _append_to(self, writer: JournalWriter, end: int) -> None:
        for record in islice(self.since(len(writer)), end - len(writer)):
            writer.append(record)

    def _file(self) -> JournalFile:
        """The chunks that are in the file, as far as they are needed."""
        if self._back is None or len(self._back) < self._first:
            found = Found(self._writer.whole(), None)
            self._back = JournalFile(FileSource(self.path), str(self.path), found=found)
        return self._back

    def _give_up(self) -> None:
        # What could not be written is still in the sink's buffer, and would be tried again at its end.
        with suppress(OSError):
            self._sink.close()

    def _failed(self, error: OSError, written: int = 0) -> JournalProblem:
        reason = error.strerror or str(error)
        return JournalProblem(f"the journal cannot be written: {reason}", str(self.path), written)
