"""How a journal lies in its file: a header, chunks, a footer.

    header    magic, format, CRC of both
    chunk     head: magic, record count, first position, first time, lengths, CRC of the payload, digest; CRC of the head
              payload: the tables (classes, names and resources that records from here on refer to), then the records
    footer    magic, length, CRC; payload: what is needed to begin anywhere: the index, all classes and names, the digest
    trailer   where the footer begins, CRC of that, magic

Every bit is covered by a CRC or by a comparison. A chunk's digest is the hash of the digest before it and its payload,
so that the last one stands for the whole journal. Tables stand before their first use, so that any run of chunks from
the start can be read without the rest; they stand apart from the records, so that nobody has to decode records to
find them. This module only knows bytes.
"""

from __future__ import annotations

from hashlib import blake2b
from struct import Struct
from typing import Any, NamedTuple
from zlib import crc32

import msgpack

from kumasim.journal.codec import ClassEntry, Tables
from kumasim.journal.errors import DamagedJournalError, JournalError, NewerJournalError
from kumasim.journal.upcast import FORMAT

MAGIC = b"\x89KUMASIM\r\n\x1a\n"
"""As PNG's: the first byte tells text tools off, the line ends show a transfer that changed them."""

_HEADER = Struct(">12sH")
_CRC = Struct(">I")
_HEAD = Struct(">4sIQQQQI32s")
_FOOTER = Struct(">4sQI")
_TRAILER = Struct(">QI4s")
_CHUNK_MAGIC, _FOOTER_MAGIC, _TRAILER_MAGIC = b"CHNK", b"FOOT", b"DONE"

HEADER_SIZE = _HEADER.size + _CRC.size
HEAD_SIZE = _HEAD.size + _CRC.size
TRAILER_SIZE = _TRAILER.size


class Head(NamedTuple):
    """The head of a chunk.

    Args:
        size: how many records it holds.
        position: the first one's position.
        time_ns: the first one's virtual time.
        tables_size: bytes of the tables.
        records_size: bytes of the records.
        crc: CRC32 of the payload.
        digest: chained hash up to and with this chunk.
    """

    size: int
    position: int
    time_ns: int
    tables_size: int
    records_size: int
    crc: int
    digest: bytes

    @property
    def payload_size(self) -> int:
        """Bytes between this head and the next chunk."""
        return self.tables_size + self.records_size


class Place(NamedTuple):
    """Where a chunk lies and what it begins with.

    Args:
        offset: its first byte in the file.
        position: its first record's position.
        time_ns: its first record's virtual time.
        blob: number of the first resource that it brings, or would bring.
    """

    offset: int
    position: int
    time_ns: int
    blob: int


class Footer(NamedTuple):
    """What the end of a complete journal tells of the whole.

    Args:
        digest: chained hash over all chunks.
        size: how many records there are.
        places: the index of the chunks.
        classes: the whole class table.
        names: all names.
    """

    digest: bytes
    size: int
    places: tuple[Place, ...]
    classes: tuple[ClassEntry, ...]
    names: tuple[str, ...]


def file_header() -> bytes:
    """The first bytes of every journal of this format."""
    plain = _HEADER.pack(MAGIC, FORMAT)
    return plain + _CRC.pack(crc32(plain))


def check_file_header(header: bytes, journal: str) -> None:
    """Refuse what is no journal of a known format.

    Raises:
        JournalError: the file is empty, no journal, cut within its header, damaged there, or of another format.
    """
    if not header:
        raise JournalError(journal, "empty", "the file is empty")
    if not MAGIC.startswith(header[: len(MAGIC)]):
        raise JournalError(journal, "not-a-journal", "this is no journal of kumasim")
    if len(header) < HEADER_SIZE:
        raise DamagedJournalError(
            journal, "damaged", "the journal is cut within its first bytes; no record is readable"
        )
    plain, (crc,) = header[: _HEADER.size], _CRC.unpack_from(header, _HEADER.size)
    if crc32(plain) != crc:
        raise DamagedJournalError(journal, "damaged", "the journal's first bytes are damaged; no record is readable")
    version = _HEADER.unpack(plain)[1]
    if not 1 <= version <= FORMAT:
        detail = f"the journal has format {version}, and this release reads formats 1 to {FORMAT}"
        raise (NewerJournalError if version > FORMAT else JournalError)(journal, "unknown-format", detail)


def first_digest() -> bytes:
    """The digest of a journal without records, with which the chain begins."""
    return blake2b(file_header(), digest_size=32).digest()


def next_digest(before: bytes, payload: bytes) -> bytes:
    """The digest after a further chunk."""
    chained = blake2b(before, digest_size=32)
    chained.update(payload)
    return chained.digest()


def pack_payload(tables: Tables, records: list[bytes]) -> tuple[bytes, bytes]:
    """The two sections of a chunk's payload."""
    packer = msgpack.Packer(autoreset=False)
    packer.pack_array_header(len(records))
    return msgpack.packb(tables), packer.bytes() + b"".join(records)


def pack_chunk(place: Place, count: int, tables: bytes, records: bytes, digest: bytes) -> bytes:
    """A chunk as it stands in the file."""
    payload = tables + records
    head = _HEAD.pack(
        _CHUNK_MAGIC, count, place.position, place.time_ns, len(tables), len(records), crc32(payload), digest
    )  # fmt: skip
    return head + _CRC.pack(crc32(head)) + payload


def read_head(data: bytes) -> Head | None:
    """The head of a chunk, None where there is no undamaged one."""
    if len(data) < HEAD_SIZE or not data.startswith(_CHUNK_MAGIC):
        return None
    if crc32(data[: _HEAD.size]) != _CRC.unpack_from(data, _HEAD.size)[0]:
        return None
    return Head(*_HEAD.unpack_from(data)[1:])


def intact(head: Head, payload: bytes) -> bool:
    """Whether a payload is the one that the head was written for."""
    return len(payload) == head.payload_size and crc32(payload) == head.crc


def read_tables(packed: bytes) -> Tables:
    """The tables section of a chunk."""
    classes, names, blobs = _unpack(packed)
    return Tables(tuple(ClassEntry(*entry) for entry in classes), names, blobs)


def pack_footer(footer: Footer, offset: int) -> bytes:
    """The footer and the trailer of a journal whose chunks end at an offset."""
    payload = msgpack.packb(footer)
    where = offset.to_bytes(8, "big")
    before = _FOOTER.pack(_FOOTER_MAGIC, len(payload), crc32(payload))
    return b"".join((before, payload, _TRAILER.pack(offset, crc32(where), _TRAILER_MAGIC)))


def footer_offset(trailer: bytes) -> int | None:
    """Where the footer begins, as the last bytes of a file tell; None where they are no undamaged trailer."""
    if len(trailer) != TRAILER_SIZE:
        return None
    offset, crc, magic = _TRAILER.unpack(trailer)
    return int(offset) if magic == _TRAILER_MAGIC and crc32(trailer[:8]) == crc else None


def read_footer(data: bytes) -> Footer | None:
    """The footer in the bytes from its offset up to the trailer; None where it is damaged."""
    if len(data) < _FOOTER.size:
        return None
    magic, length, crc = _FOOTER.unpack_from(data)
    payload = data[_FOOTER.size :]
    if magic != _FOOTER_MAGIC or len(payload) != length or crc32(payload) != crc:
        return None
    digest, size, places, classes, names = _unpack(payload)
    entries = tuple(ClassEntry(*entry) for entry in classes)
    return Footer(digest, size, tuple(Place(*place) for place in places), entries, names)


def _unpack(packed: bytes) -> Any:
    return msgpack.unpackb(packed, use_list=False)
