"""Writes a journal record by record, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kumasim.journal.chunks import (
    Footer,
    Place,
    file_header,
    first_digest,
    next_digest,
    pack_chunk,
    pack_footer,
    pack_payload,
)
from kumasim.journal.codec import ClassEntry, Encoder
from kumasim.journal.record import Record, Row, check_next

CHUNK_RECORDS = 1024
"""How many records make a chunk: a count, so that chunks are the same whenever and wherever they are written."""


class JournalWriter:
    """Writes records to a sink; the same records give the same bytes.

    A chunk reaches the sink in one piece as soon as it is full. A writer that is killed leaves the chunks so far, which
    `read` recovers.

    Args:
        sink: where the bytes go, from its first byte on; None to learn the digest alone.
    """

    def __init__(self, sink: BinaryIO | None = None) -> None:
        self._sink = sink
        self._encoder = Encoder()
        self._chain = first_digest()
        self._places: list[Place] = []
        self._classes: list[ClassEntry] = []
        self._names: list[str] = []
        self._blobs = 0
        self._pending: list[bytes] = []
        self._count = 0
        self._time_ns = 0
        self._began_ns = 0
        self._offset = 0
        self._closed = False
        self.chain: list[tuple[int, bytes]] = []
        """For each chunk the position after its last record, and the chained digest there."""
        self._write(file_header())

    def __len__(self) -> int:
        return self._count

    @property
    def digest(self) -> str:
        """The digest that the journal would have if it were closed now, hexadecimal."""
        return self._digest().hex()

    def append(self, record: Record | Row) -> None:
        """Write one record. A refused record leaves no trace.

        Raises:
            ValueError: it cannot stand next (see `check_next`), or the journal is closed.
            TypeError: its body is not frozen or not in the vocabulary.
            OverflowError: an integer in it needs more than 64 bits.
        """
        if self._closed:
            raise ValueError("the journal is closed")
        check_next(record, self._count, self._time_ns)
        self._pending.append(self._encoder.record(record))
        self._time_ns = record[1]
        self._count += 1
        if len(self._pending) == 1:
            self._began_ns = self._time_ns
        if len(self._pending) == CHUNK_RECORDS:
            self.flush()

    def flush(self) -> None:
        """End the chunk, so that what was appended is in the sink.

        Chunks are part of the bytes and of the digest: call this at moments that depend on the records alone, never on
        wall time. Without pending records it does nothing.
        """
        if not self._pending:
            return
        entries = self._encoder.tables()
        tables, records = pack_payload(entries, self._pending)
        place = Place(self._offset, self._count - len(self._pending), self._began_ns, self._blobs)
        self._chain = next_digest(self._chain, tables + records)
        self._write(pack_chunk(place, len(self._pending), tables, records, self._chain))
        self.chain.append((self._count, self._chain))
        self._places.append(place)
        self._classes.extend(entries.classes)
        self._names.extend(entries.names)
        self._blobs += len(entries.blobs)
        self._encoder.next_chunk()
        self._pending = []

    def close(self) -> str:
        """Write what is pending and the footer; the sink stays open.

        Returns:
            The final digest, hexadecimal. Closing twice is no error.
        """
        if not self._closed:
            self.flush()
            self._write(pack_footer(self.whole(), self._offset))
            self._closed = True
        return self.digest

    @property
    def chunked(self) -> int:
        """How many records are in chunks that are written."""
        return self._count - len(self._pending)

    def whole(self) -> Footer:
        """The footer of the chunks that are written."""
        return Footer(self._chain, self.chunked, tuple(self._places), tuple(self._classes), tuple(self._names))

    def _digest(self) -> bytes:
        if not self._pending:
            return self._chain
        tables, records = pack_payload(self._encoder.tables(), self._pending)
        return next_digest(self._chain, tables + records)

    def _write(self, data: bytes) -> None:
        self._offset += len(data)
        if self._sink is not None:
            self._sink.write(data)
            self._sink.flush()


@contextmanager
def recording(path: str | Path) -> Iterator[JournalWriter]:
    """A writer on a file while the block lasts; the journal is closed whichever way the block is left.

    Raises:
        OSError: the file cannot be written.
    """
    with Path(path).open("wb") as sink:
        writer = JournalWriter(sink)
        try:
            yield writer
        finally:
            writer.close()
