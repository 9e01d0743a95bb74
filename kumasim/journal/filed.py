"""A journal that lies in a file and is read as it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kumasim.journal.file import JournalFile
from kumasim.journal.memory import Journal
from kumasim.journal.record import Record, Row
from kumasim.journal.writer import JournalWriter


class FiledJournal(Journal):
    """What a run has for a journal when it was loaded; nothing can be added to it.

    Args:
        file: the journal as `read` gives it.
    """

    def __init__(self, file: JournalFile) -> None:
        super().__init__()
        self.file = file

    @property
    def records(self) -> Sequence[Record]:
        return self.file.records

    def __len__(self) -> int:
        return len(self.file)

    def __iter__(self) -> Iterator[Record]:
        return self.file.since(0)

    def append(self, record: Record | Row) -> None:
        """Refused: what happened has happened; a fork has a journal of its own.

        Raises:
            ValueError: always.
        """
        raise ValueError("the journal is closed; fork the run to go on")

    def at(self, position: int) -> Record:
        """The record at a position.

        Raises:
            IndexError: there is no such position.
        """
        return self.file.at(position)

    def digest(self) -> str:
        """The digest that the file has, hexadecimal."""
        return self.file.digest

    def chain(self) -> Sequence[tuple[int, bytes]]:
        return self.file.chain()

    def _feed(self, writer: JournalWriter) -> None:
        for chunk, record in zip(_ends(self.file), self.file.since(0), strict=True):
            writer.append(record)
            if chunk:
                writer.flush()


def _ends(file: JournalFile) -> Iterator[bool]:
    """For each record whether a chunk ends with it."""
    ends = set(file.ends)
    return (position + 1 in ends for position in range(len(file)))
