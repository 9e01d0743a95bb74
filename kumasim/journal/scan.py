"""Finds out what of a journal is undamaged, and where its chunks lie."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

from kumasim.journal.chunks import (
    HEAD_SIZE,
    HEADER_SIZE,
    TRAILER_SIZE,
    Footer,
    Head,
    Place,
    check_file_header,
    first_digest,
    footer_offset,
    intact,
    next_digest,
    pack_footer,
    read_footer,
    read_head,
    read_tables,
)
from kumasim.journal.codec import ClassEntry


class Source(Protocol):
    """Bytes that can be read from anywhere."""

    def size(self) -> int:
        """How many there are."""

    def read(self, offset: int, size: int) -> bytes:
        """Some of them; fewer where they end."""


class FileSource:
    """The bytes of a file, opened for each look: nothing stays open."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def size(self) -> int:
        return self._path.stat().st_size

    def read(self, offset: int, size: int) -> bytes:
        with self._path.open("rb") as file:
            file.seek(offset)
            return file.read(size)


class BytesSource:
    """Bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def size(self) -> int:
        return len(self._data)

    def read(self, offset: int, size: int) -> bytes:
        return self._data[offset : offset + size]


class Found(NamedTuple):
    """What of a journal can be read, told in the form of the footer that it would have, and what is wrong with it."""

    footer: Footer
    damage: str | None


def from_footer(source: Source, journal: str) -> Found | None:
    """What the footer says of the journal; None where it is missing or damaged.

    Raises:
        JournalError: the file's header is refused.
    """
    check_file_header(source.read(0, HEADER_SIZE), journal)
    footer = _footer(source)
    return None if footer is None else Found(footer, None)


def scan(source: Source, journal: str) -> Found:
    """Check a journal chunk by chunk up to the first damage.

    Raises:
        JournalError: the file's header is refused.
    """
    check_file_header(source.read(0, HEADER_SIZE), journal)
    size = source.size()
    walk = _Walk()
    while (head := read_head(source.read(walk.offset, HEAD_SIZE))) is not None:
        if head.payload_size > size - walk.offset - HEAD_SIZE:
            return walk.found(f"the file ends within the chunk at byte {walk.offset}", _footer(source))
        payload = source.read(walk.offset + HEAD_SIZE, head.payload_size)
        if not walk.take(head, payload):
            return walk.found(f"the chunk at byte {walk.offset} is damaged", _footer(source))
    return _judge_end(source, walk, size)


def _judge_end(source: Source, walk: _Walk, size: int) -> Found:
    """Whether what follows the last chunk is the footer that belongs there, to the bit."""
    wanted = pack_footer(walk.footer(), walk.offset)
    present = source.read(walk.offset, len(wanted) + 1)
    where = f"at byte {walk.offset}"
    if present == wanted:
        return Found(walk.footer(), None)
    if not present:
        return walk.found(f"the file ends without a footer {where}", None)
    if present.startswith(wanted):
        return walk.found(f"{size - walk.offset - len(wanted)} bytes too many follow the footer {where}", None)
    if wanted.startswith(present):
        return walk.found(f"the file ends within its footer {where}", None)
    footer = _footer(source)
    if size - walk.offset < HEAD_SIZE and footer is None:
        return walk.found(f"the file ends within the chunk {where}", None)
    return walk.found(f"neither an undamaged chunk nor the footer begins {where}", footer)


def _footer(source: Source) -> Footer | None:
    end = source.size() - TRAILER_SIZE
    if end < HEADER_SIZE:
        return None
    offset = footer_offset(source.read(end, TRAILER_SIZE))
    return (
        None if offset is None or not HEADER_SIZE <= offset <= end else read_footer(source.read(offset, end - offset))
    )


class _Walk:
    """How far a scan has come, and what the footer of the chunks so far would say."""

    def __init__(self) -> None:
        self.offset = HEADER_SIZE
        self._digest = first_digest()
        self._count = 0
        self._blobs = 0
        self._places: list[Place] = []
        self._classes: list[ClassEntry] = []
        self._names: list[str] = []

    def take(self, head: Head, payload: bytes) -> bool:
        """Go past a chunk; False if it is damaged or does not belong here."""
        if not intact(head, payload) or head.position != self._count:
            return False
        if head.digest != next_digest(self._digest, payload):
            return False
        tables = read_tables(payload[: head.tables_size])
        self._places.append(Place(self.offset, head.position, head.time_ns, self._blobs))
        self._classes.extend(tables.classes)
        self._names.extend(tables.names)
        self._blobs += len(tables.blobs)
        self._count += head.size
        self._digest = head.digest
        self.offset += HEAD_SIZE + head.payload_size
        return True

    def footer(self) -> Footer:
        return Footer(self._digest, self._count, tuple(self._places), tuple(self._classes), tuple(self._names))

    def found(self, what: str, footer: Footer | None) -> Found:
        """The chunks so far, with one sentence on what is wrong and how much can be read."""
        of = f" of {footer.size}" if footer is not None and footer.size >= self._count else ""
        noun = "record is" if self._count == 1 and not of else "records are"
        return Found(self.footer(), f"{what}; the first {self._count}{of} {noun} readable")
