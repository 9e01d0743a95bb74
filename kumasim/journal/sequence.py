"""The records of a journal as a sequence, wherever they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol, overload

from kumasim.journal.record import Record


class Readable(Protocol):
    """A journal that can be read from any position."""

    def __len__(self) -> int:
        """How many records it has."""

    def at(self, position: int) -> Record:
        """The record at a position."""

    def since(self, position: int) -> Iterator[Record]:
        """The records from a position on; nothing before it is decoded."""


class Records(Sequence[Record]):
    """A journal's records as a sequence; decodes what is asked for, and is live while the journal grows."""

    def __init__(self, journal: Readable) -> None:
        self._journal = journal

    def __len__(self) -> int:
        return len(self._journal)

    def __iter__(self) -> Iterator[Record]:
        return self._journal.since(0)

    def since(self, position: int) -> Iterator[Record]:
        """The records from a position on; nothing before it is decoded."""
        return self._journal.since(position)

    @overload
    def __getitem__(self, where: int) -> Record: ...
    @overload
    def __getitem__(self, where: slice) -> list[Record]: ...
    def __getitem__(self, where: int | slice) -> Record | list[Record]:
        if isinstance(where, slice):
            start, stop, step = where.indices(len(self))
            if step == 1 and start < stop:
                return list(islice(self._journal.since(start), stop - start))
            return [self._journal.at(position) for position in range(start, stop, step)]
        return self._journal.at(where + len(self) if where < 0 else where)
