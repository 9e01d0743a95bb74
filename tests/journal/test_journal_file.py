"""A journal file: chunks by count, any position at hand, the same bytes for the same records."""

from __future__ import annotations

import io

import pytest
from journal_samples import deployment, record, records, small_journal, written

from kumasim.domain.decider import PeerGone, Start
from kumasim.domain.writes import ApiResponse
from kumasim.journal import CHUNK_RECORDS, Journal, JournalWriter, read, read_bytes, recording

LONG = [
    record(position, ApiResponse(f"r{position}", deployment(f"d{position // 512}")), time_ns=position // 10 * 1_000)
    for position in range(3 * CHUNK_RECORDS + 5)
]
LONG_BYTES = written(LONG)


@pytest.mark.parametrize("check", [True, False])
def test_a_file_gives_back_its_records(check, tmp_path):
    path = tmp_path / "a.journal"
    path.write_bytes(LONG_BYTES)
    journal = read(path, check=check)
    assert journal.complete
    assert journal.damage is None
    assert len(journal) == len(journal.records) == len(LONG)
    assert list(journal.records) == LONG


def test_an_empty_journal_is_a_journal():
    journal = read_bytes(written([]))
    assert journal.complete
    assert list(journal.records) == []
    assert journal.digest == JournalWriter().digest
    assert journal.position_at(0) == 0


def test_chunks_end_by_count():
    assert read_bytes(LONG_BYTES).ends == [1024, 2048, 3072, 3077]
    assert read_bytes(written(LONG[:1024])).ends == [1024]


def test_writers_agree_on_bytes_and_digest():
    sinks = [io.BytesIO(), io.BytesIO()]
    digests = set()
    for sink in sinks:
        writer = JournalWriter(sink)
        for item in LONG:
            writer.append(item)
        digests |= {writer.digest, writer.close(), writer.digest, read_bytes(sink.getvalue()).digest}
    assert sinks[0].getvalue() == sinks[1].getvalue() == LONG_BYTES
    assert len(digests) == 1


def test_asking_for_the_digest_changes_nothing():
    sink = io.BytesIO()
    writer = JournalWriter(sink)
    for item in LONG:
        writer.append(item)
        if item.position % 100 == 0:
            assert writer.digest
    writer.close()
    assert sink.getvalue() == LONG_BYTES


def test_the_digest_after_each_record_is_that_of_the_journal_so_far():
    writer = JournalWriter()
    for item in LONG[:5]:
        writer.append(item)
        assert writer.digest == read_bytes(written(LONG[: item.position + 1])).digest


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("position", [0, 1, 1023, 1024, 2000, 3071, 3072, 3076])
def test_any_position_is_read_without_those_before_it(position, check):
    journal = read_bytes(LONG_BYTES, check=check)
    assert journal.at(position) == LONG[position]
    assert next(journal.since(position)) == LONG[position]
    assert list(journal.since(position)) == LONG[position:]


def test_reading_from_a_position_leaves_earlier_chunks_alone():
    """Resources change with every 512th record, so that the second chunk needs none of the first one's."""
    damaged = bytearray(LONG_BYTES)
    damaged[200] ^= 1
    journal = read_bytes(bytes(damaged), check=False)
    assert journal.at(2047) == LONG[2047]


def test_positions_outside_are_refused():
    journal = read_bytes(written(LONG[:3]))
    for position in (-1, 3):
        with pytest.raises(IndexError, match="positions 0 to 2"):
            journal.at(position)
    assert list(journal.since(3)) == list(journal.since(99)) == []
    assert list(journal.since(-5)) == LONG[:3]


def test_records_are_a_sequence():
    sequence = read_bytes(LONG_BYTES).records
    assert sequence[-1] == LONG[-1]
    assert sequence[1020:1030:3] == LONG[1020:1030:3]
    assert sequence[5] in sequence
    with pytest.raises(IndexError):
        sequence[-len(LONG) - 1]


@pytest.mark.parametrize("time_ns", [-1, 0, 1, 999, 1_000, 102_000, 102_400, 103_000, 307_000, 10**9])
def test_a_time_has_a_position(time_ns):
    expected = len([item for item in LONG if item.time_ns <= time_ns])
    assert read_bytes(LONG_BYTES).position_at(time_ns) == expected


@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        (record(1, Start()), ValueError, "the next position is 2"),
        (record(3, Start()), ValueError, "the next position is 2"),
        (record(2, Start(), time_ns=999), ValueError, "lies before"),
        (record(2, Start(), cause=2), ValueError, "no earlier record"),
        (record(2, Start(), cause=-2), ValueError, "no earlier record"),
        (record(2, Start(), time_ns=5_000.0), TypeError, "whole numbers"),
        (record(2, Start(), delta=0.5), TypeError, "whole numbers"),
    ],
)
def test_a_record_that_cannot_stand_next_is_refused(bad, error, message):
    begun = records(Start(), Start())
    for journal in (JournalWriter(), Journal()):
        for item in begun:
            journal.append(item)
        with pytest.raises(error, match=message):
            journal.append(bad)
        assert len(journal) == 2


def test_names_of_actors_must_be_text():
    with pytest.raises(TypeError, match="no name"):
        JournalWriter().append(record(0, Start(), actor=7))


def test_a_closed_journal_takes_no_more():
    writer = JournalWriter()
    writer.close()
    with pytest.raises(ValueError, match="closed"):
        writer.append(record(0, Start()))


def test_flush_ends_a_chunk_and_is_part_of_the_digest():
    _, items, ends = small_journal()
    sink = io.BytesIO()
    writer = JournalWriter(sink)
    for item in items[:3]:
        writer.append(item)
    before = writer.digest
    writer.flush()
    writer.flush()
    assert writer.digest == before
    assert sink.tell() == ends[1][0]
    for item in items[3:]:
        writer.append(item)
    assert writer.digest != Journal(items).digest()


def test_a_killed_writer_leaves_its_full_chunks():
    sink = io.BytesIO()
    writer = JournalWriter(sink)
    for item in LONG:
        writer.append(item)
    journal = read_bytes(sink.getvalue())
    assert not journal.complete
    assert list(journal.records) == LONG[: 3 * CHUNK_RECORDS]
    assert journal.damage == (
        f"the file ends without a footer at byte {sink.tell()}; the first 3072 records are readable"
    )


def fails_while_recording(path):
    """A run that stops with a bug after its first record."""
    with recording(path) as writer:
        writer.append(record(0, PeerGone("global")))
        raise RuntimeError("a bug")


def test_recording_closes_the_journal_whatever_happens(tmp_path):
    path = tmp_path / "a.journal"
    with pytest.raises(RuntimeError, match="a bug"):
        fails_while_recording(path)
    journal = read(path)
    assert journal.complete
    assert list(journal.records) == records(PeerGone("global"))


def test_old_resources_are_found_again_from_far_behind():
    """More chunks than are kept at hand, each with a resource, and a last record that needs all of them."""
    sink = io.BytesIO()
    writer = JournalWriter(sink)
    for position in range(60):
        body = deployment(f"d{position}") if position % 2 else Start()
        writer.append(record(position, body))
        writer.flush()
    everything = tuple(deployment(f"d{position}") for position in range(1, 60, 2))
    writer.append(record(60, everything))
    writer.close()
    assert read_bytes(sink.getvalue()).at(60).body == everything
    assert list(read_bytes(sink.getvalue()).records)[60].body == everything
