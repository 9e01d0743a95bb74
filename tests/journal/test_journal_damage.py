"""A cut or flipped journal yields its longest undamaged beginning and says so; nothing invalid is ever returned."""

from __future__ import annotations

import pickle
from struct import pack
from zlib import crc32

import pytest
from journal_samples import records, small_journal, written

from kumasim.domain.decider import PeerGone, Start
from kumasim.errors import JournalDamaged, JournalTooNew
from kumasim.journal import FORMAT, Journal, JournalError, read, read_bytes
from kumasim.journal.chunks import HEADER_SIZE

DATA, ITEMS, ENDS = small_journal()


def readable_before(offset: int) -> int:
    """How many records stand in chunks that end at or before a byte."""
    return max(count for end, count in ENDS if end <= offset)


def test_every_cut_yields_the_chunks_before_it():
    for size in range(HEADER_SIZE, len(DATA)):
        journal = read_bytes(DATA[:size])
        count = readable_before(size)
        assert list(journal.records) == ITEMS[:count]
        assert not journal.complete
        assert f"the first {count} records are readable" in journal.damage
    assert read_bytes(DATA).complete


def test_every_cut_of_the_header_is_an_error():
    for size in range(HEADER_SIZE):
        with pytest.raises(JournalError) as caught:
            read_bytes(DATA[:size])
        assert caught.value.reason == ("damaged" if size else "empty")
        assert caught.value.readable == 0


def test_every_flipped_bit_yields_the_chunks_before_it():
    for place in range(HEADER_SIZE * 8, len(DATA) * 8):
        journal = read_bytes(flipped(place))
        count = readable_before(place // 8)
        assert list(journal.records) == ITEMS[:count]
        assert not journal.complete
        assert f"the first {count} " in journal.damage


def test_every_flipped_bit_of_the_header_is_an_error():
    for place in range(HEADER_SIZE * 8):
        with pytest.raises(JournalError) as caught:
            read_bytes(flipped(place))
        assert caught.value.reason == ("not-a-journal" if place < 12 * 8 else "damaged")


def test_without_a_check_a_flipped_bit_is_met_or_does_not_matter():
    met = 0
    for place in range(HEADER_SIZE * 8, len(DATA) * 8):
        try:
            came = list(read_bytes(flipped(place), check=False).records)
        except JournalError:
            met += 1
        else:
            assert came == ITEMS
    assert met == (ENDS[-1][0] - HEADER_SIZE) * 8


def flipped(place: int) -> bytes:
    """The journal with one bit flipped."""
    data = bytearray(DATA)
    data[place // 8] ^= 1 << place % 8
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (DATA[:-1], f"the file ends within its footer at byte {ENDS[2][0]}; the first 6 records are readable"),
        (DATA[: ENDS[2][0]], f"the file ends without a footer at byte {ENDS[2][0]}; the first 6 records are readable"),
        (DATA[: ENDS[2][0] - 1], f"the file ends within the chunk at byte {ENDS[1][0]}; the first 3 records are readable"),
        (DATA[: ENDS[1][0] + 9], f"the file ends within the chunk at byte {ENDS[1][0]}; the first 3 records are readable"),
        (DATA + b"more", f"4 bytes too many follow the footer at byte {ENDS[2][0]}; the first 6 records are readable"),
        (flipped(ENDS[2][0] * 8 - 1), f"the chunk at byte {ENDS[1][0]} is damaged; the first 3 of 6 records are readable"),
        (
            flipped(ENDS[1][0] * 8),
            f"neither an undamaged chunk nor the footer begins at byte {ENDS[1][0]}; the first 3 of 6 records are readable",
        ),
        (
            flipped(ENDS[2][0] * 8 + 70),
            f"neither an undamaged chunk nor the footer begins at byte {ENDS[2][0]}; the first 6 records are readable",
        ),
    ],
)  # fmt: skip
def test_the_damage_is_told_in_one_sentence(data, message):
    assert read_bytes(data).damage == message


def test_one_readable_record_is_told_in_the_singular():
    data = written(records(Start()))
    assert read_bytes(data[:-1]).damage.endswith("the first 1 record is readable")


def test_a_chunk_of_another_journal_does_not_fit_in():
    """Every CRC is right; the chain is not."""
    other, _, ends = small_journal_of_others()
    mixed = DATA[: ENDS[1][0]] + other[ends[1] :]
    journal = read_bytes(mixed)
    assert list(journal.records) == ITEMS[:3]
    assert not journal.complete


def small_journal_of_others() -> tuple[bytes, list, list[int]]:
    from io import BytesIO

    from kumasim.journal import JournalWriter

    sink = BytesIO()
    writer = JournalWriter(sink)
    items = records(*[PeerGone(f"zone-{number}") for number in range(6)])
    ends = [sink.tell()]
    for item in items:
        writer.append(item)
        if item.position in (2, 5):
            writer.flush()
            ends.append(sink.tell())
    writer.close()
    return sink.getvalue(), items, ends


@pytest.mark.parametrize("version", [0, 2, 65535])
def test_another_format_is_named(version):
    plain = DATA[:12] + pack(">H", version)
    with pytest.raises(JournalError, match=f"has format {version}, and this release reads formats 1 to 1") as caught:
        read_bytes(plain + pack(">I", crc32(plain)) + DATA[HEADER_SIZE:])
    assert caught.value.reason == "unknown-format"
    assert isinstance(caught.value, JournalTooNew) is (version > FORMAT)


@pytest.mark.parametrize(
    ("content", "reason", "message"),
    [
        (b"", "empty", "the file is empty"),
        (b"kind: Scenario\n", "not-a-journal", "this is no journal of kumasim"),
        (b"\x00" * 500, "not-a-journal", "this is no journal of kumasim"),
        (DATA[:5], "damaged", "the journal is cut within its first bytes; no record is readable"),
    ],
)
def test_a_file_that_is_no_journal_is_an_error_that_names_it(content, reason, message, tmp_path):
    path = tmp_path / "some.file"
    path.write_bytes(content)
    for check in (True, False):
        with pytest.raises(JournalError) as caught:
            read(path, check=check)
        assert (caught.value.path, caught.value.reason, caught.value.detail) == (str(path), reason, message)
        assert str(caught.value) == f"{path}: {message}"
        assert (caught.value.exit_code, isinstance(caught.value, JournalDamaged)) == (3, reason == "damaged")
        assert repr(pickle.loads(pickle.dumps(caught.value))) == repr(caught.value)


def test_a_missing_file_is_the_systems_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.journal")


def test_loading_wants_the_whole_journal_and_tells_what_is_readable(tmp_path):
    path = tmp_path / "cut.journal"
    path.write_bytes(DATA[:-3])
    with pytest.raises(JournalError, match="ends within its footer") as caught:
        Journal.load(path)
    assert (caught.value.reason, caught.value.readable) == ("damaged", 6)
    assert isinstance(caught.value, JournalDamaged)
