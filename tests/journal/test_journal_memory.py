"""The journal of a run in memory is the journal that a file would hold."""

from __future__ import annotations

import io

import pytest
from journal_samples import deployment, record, records, small_journal, written

from kumasim.domain.decider import PeerGone, Start
from kumasim.journal import CHUNK_RECORDS, Journal, JournalWriter, Record, read, read_bytes
from kumasim.journal.memo import Memo

ITEMS = records(*[PeerGone(f"zone-{number % 7}") for number in range(CHUNK_RECORDS + 10)])


def test_the_digest_is_that_of_the_file():
    journal = Journal()
    for item in ITEMS:
        journal.append(item)
        if item.position % 500 == 0:
            assert journal.digest() == read_bytes(written(ITEMS[: item.position + 1])).digest
    assert journal.digest() == read_bytes(written(ITEMS)).digest
    assert journal.digest() == Journal(ITEMS).digest()


def test_save_and_load_give_the_same_journal(tmp_path):
    path = tmp_path / "a.journal"
    digest = Journal(ITEMS).save(path)
    loaded = Journal.load(path)
    assert list(loaded) == list(loaded.records) == ITEMS
    assert loaded.digest() == digest == read(path).digest
    assert path.read_bytes() == written(ITEMS)
    assert [item.name for item in tmp_path.iterdir()] == ["a.journal"]


def test_a_loaded_journal_goes_on_as_if_it_had_never_been_saved(tmp_path):
    path = tmp_path / "a.journal"
    Journal(ITEMS[:20]).save(path)
    loaded = Journal.load(path)
    for item in ITEMS[20:]:
        loaded.append(item)
    assert loaded.digest() == Journal(ITEMS).digest()


def test_chunks_that_were_ended_early_stay_so(tmp_path):
    data, items, _ = small_journal()
    path = tmp_path / "a.journal"
    path.write_bytes(data)
    loaded = Journal.load(path)
    assert list(loaded) == items
    assert loaded.digest() == read(path).digest
    loaded.save(path)
    assert path.read_bytes() == data


def test_flush_is_the_writers_flush():
    sink = io.BytesIO()
    writer, journal = JournalWriter(sink), Journal()
    for item in ITEMS[:100]:
        writer.append(item)
        journal.append(item)
        if item.position in (10, 11, 50):
            writer.flush()
            journal.flush()
            assert journal.digest() == writer.digest
    assert journal.digest() == writer.close()


def test_a_fork_shares_the_beginning():
    journal = Journal(ITEMS)
    fork = Journal(journal.records[:100])
    fork.append(record(100, Start()))
    assert len(fork) == 101
    assert len(journal) == len(ITEMS)
    assert fork.digest() != Journal(ITEMS[:101]).digest()


def test_positions_are_looked_up():
    journal = Journal(ITEMS)
    assert journal.at(5) == ITEMS[5]
    with pytest.raises(IndexError):
        journal.at(len(ITEMS))
    with pytest.raises(IndexError):
        journal.at(-1)


def test_a_body_that_cannot_be_written_is_named_and_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.journal"
    Journal(ITEMS[:1]).save(path)
    journal = Journal(records(Start(), [1]))
    with pytest.raises(TypeError, match=r"record 1 \(list\)"):
        journal.digest()
    with pytest.raises(TypeError, match=r"record 1 \(list\)"):
        journal.save(path)
    assert list(Journal.load(path)) == ITEMS[:1]
    assert [item.name for item in tmp_path.iterdir()] == ["a.journal"]


def test_a_memo_keeps_the_latest_and_is_bounded():
    memo: Memo[object] = Memo(size=3)
    for number in range(100):
        memo.put(number, deployment)
    assert [number for number in range(100) if memo.get(number)] == [96, 97, 98, 99]
    memo.clear()
    assert memo.get(99) is None


def test_a_memo_keeps_what_is_asked_for():
    memo: Memo[object] = Memo(size=3)
    memo.put(0, "kept")
    for number in range(1, 100):
        memo.put(number, "passing")
        assert memo.get(0) == "kept"


def test_plain_tuples_are_taken_as_records():
    rows = [tuple(item) for item in ITEMS[:10]]
    journal, writer = Journal(), JournalWriter()
    for row in rows:
        journal.append(row)
        writer.append(row)
    assert {type(item) for item in journal} == {Record}
    assert list(journal) == ITEMS[:10]
    assert journal.digest() == writer.digest == Journal(ITEMS[:10]).digest()
