"""Reads a journal: all of it, or from any position, or as much of it as a damage has left."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar, overload

from kumasim.journal.chunks import HEAD_SIZE, Footer, Head, intact, read_head, read_tables
from kumasim.journal.codec import Decoder, Tables
from kumasim.journal.errors import DamagedJournalError
from kumasim.journal.record import Record
from kumasim.journal.scan import BytesSource, FileSource, Found, Source, from_footer, scan
from kumasim.journal.sequence import Records

T = TypeVar("T")


def read(path: str | Path, *, check: bool = True) -> JournalFile:
    """A journal in a file; a cut or damaged one yields its longest undamaged beginning and says so.

    Args:
        path: the file.
        check: look at every chunk now. Without it the footer is believed, and a chunk is checked when it is needed:
            opening then costs nothing, and a damaged chunk is a `JournalError` when one comes to it.

    Raises:
        JournalError: the file is empty, no journal, of an unknown format, or damaged in its first bytes.
        OSError: there is no such file, or it cannot be read.
    """
    return JournalFile(FileSource(Path(path)), str(path), check)


def read_bytes(data: bytes, name: str = "<memory>", *, check: bool = True) -> JournalFile:
    """A journal that is held in memory; otherwise as `read`."""
    return JournalFile(BytesSource(data), name, check)


class JournalFile:
    """A journal that was written. Made by `read`.

    Attributes:
        path: its name.
        complete: whether it is whole up to its last byte (read without a check: whether its footer says so).
        damage: one sentence on where it is cut or damaged and how much can be read; None for a complete one.
        ends: for each chunk, the position after its last record.
    """

    def __init__(self, source: Source, name: str, check: bool = True, found: Found | None = None) -> None:
        if found is None and not check:
            found = from_footer(source, name)
        self._source = source
        self._found: Found = scan(source, name) if found is None else found
        whole: Footer = self._found.footer
        self.path = name
        self.damage = self._found.damage
        self.complete = self.damage is None
        self.ends = [*(place.position for place in whole.places[1:]), whole.size][: len(whole.places)]
        self._starts = [place.position for place in whole.places]
        self._first_blobs = [place.blob for place in whole.places]
        self._decoder = Decoder(name, self._blob)
        self._decoder.extend(whole.classes, whole.names)
        self._chunks: _Recent[list[Record]] = _Recent(4, self._decode)
        self._tables: _Recent[Tables] = _Recent(32, self._read_tables)

    @property
    def digest(self) -> str:
        """The chained hash over all readable chunks, hexadecimal."""
        return self._found.footer.digest.hex()

    @property
    def records(self) -> Records:
        """The readable records, decoded as they are asked for."""
        return Records(self)

    def __len__(self) -> int:
        return self._found.footer.size

    def at(self, position: int) -> Record:
        """The record at a position; costs one chunk, wherever it lies.

        Raises:
            IndexError: the journal has no such position.
            JournalError: the chunk cannot be read.
        """
        if not 0 <= position < len(self):
            raise IndexError(f"the journal has positions 0 to {len(self) - 1}, not {position}")
        chunk = bisect_right(self._starts, position) - 1
        return self._chunks[chunk][position - self._starts[chunk]]

    def since(self, position: int) -> Iterator[Record]:
        """The records from a position to the end; nothing before it is decoded."""
        position = max(position, 0)
        if position >= len(self):
            return
        first = bisect_right(self._starts, position) - 1
        for chunk in range(first, len(self._starts)):
            yield from self._chunks[chunk][max(position - self._starts[chunk], 0) :]

    def position_at(self, time_ns: int) -> int:
        """How many records there are up to and with a virtual time: the position to fold to for a look at it."""
        chunk = bisect_right(self._found.footer.places, time_ns, key=lambda place: place.time_ns) - 1
        if chunk < 0:
            return 0
        return self._starts[chunk] + bisect_right(self._chunks[chunk], time_ns, key=lambda record: record.time_ns)

    def chain(self) -> _Chain:
        """For each chunk the position after its last record, and the chained digest there; read as it is asked for."""
        return _Chain(self)

    def chained(self, chunk: int) -> tuple[int, bytes]:
        """The position after a chunk and the digest up to there.

        Raises:
            JournalError: the chunk's head cannot be read.
        """
        place = self._found.footer.places[chunk]
        head = read_head(self._source.read(place.offset, HEAD_SIZE))
        if head is None:
            detail = (
                f"the chunk at byte {place.offset} is damaged; the {place.position} records before it may be readable"
            )
            raise DamagedJournalError(self.path, "damaged", detail, place.position)
        return self.ends[chunk], head.digest

    def _decode(self, chunk: int) -> list[Record]:
        head, payload = self._payload(chunk)
        if chunk not in self._tables:
            self._tables.put(chunk, read_tables(payload[: head.tables_size]))
        return self._decoder.records(payload[head.tables_size :])

    def _read_tables(self, chunk: int) -> Tables:
        head, payload = self._payload(chunk)
        return read_tables(payload[: head.tables_size])

    def _blob(self, number: int) -> bytes:
        chunk = bisect_right(self._first_blobs, number) - 1
        # Chunks without resources share their first number with the next that has some: the last of them has it.
        blobs, place = self._tables[chunk].blobs, number - self._first_blobs[chunk]
        if not 0 <= place < len(blobs):
            raise DamagedJournalError(
                self.path, "damaged", f"a record refers to resource number {number}, which it lacks"
            )
        return blobs[place]

    def _payload(self, chunk: int) -> tuple[Head, bytes]:
        place = self._found.footer.places[chunk]
        head = read_head(self._source.read(place.offset, HEAD_SIZE))
        if head is not None and head.position == place.position:
            payload = self._source.read(place.offset + HEAD_SIZE, head.payload_size)
            if intact(head, payload):
                return head, payload
        detail = f"the chunk at byte {place.offset} is damaged; the {place.position} records before it may be readable"
        raise DamagedJournalError(self.path, "damaged", detail, place.position)


class _Chain(Sequence[tuple[int, bytes]]):
    """The chained digests of a journal file's chunks."""

    def __init__(self, journal: JournalFile) -> None:
        self._journal = journal

    def __len__(self) -> int:
        return len(self._journal.ends)

    @overload
    def __getitem__(self, where: int) -> tuple[int, bytes]: ...
    @overload
    def __getitem__(self, where: slice) -> list[tuple[int, bytes]]: ...
    def __getitem__(self, where: int | slice) -> tuple[int, bytes] | list[tuple[int, bytes]]:
        if isinstance(where, slice):
            return [self._journal.chained(chunk) for chunk in range(*where.indices(len(self)))]
        return self._journal.chained(where)


class _Recent(Generic[T]):
    """The last few things that were made, by number."""

    def __init__(self, size: int, make: Callable[[int], T]) -> None:
        self._size = size
        self._make = make
        self._kept: dict[int, T] = {}

    def __contains__(self, number: int) -> bool:
        return number in self._kept

    def __getitem__(self, number: int) -> T:
        found = self._kept.get(number)
        return self.put(number, self._make(number)) if found is None else found

    def put(self, number: int, made: T) -> T:
        if len(self._kept) >= self._size:
            del self._kept[next(iter(self._kept))]
        self._kept[number] = made
        return made
