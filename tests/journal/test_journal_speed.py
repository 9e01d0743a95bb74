"""How fast records are written and read; run with `pytest -m bench -s`."""

from __future__ import annotations

import io
import time

import pytest
from journal_samples import record, written

from kumasim.domain.decider import PeerGone
from kumasim.journal import JournalWriter, read_bytes

ITEMS = [record(position, PeerGone(f"zone-{position % 9}"), subject="Zone/zone-1") for position in range(100_000)]


def best_of(times: int, work) -> float:
    """The shortest wall time of a piece of work, in seconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


@pytest.mark.bench
def test_writing_reaches_150_000_small_records_a_second():
    def write():
        writer = JournalWriter(io.BytesIO())
        for item in ITEMS:
            writer.append(item)
        writer.close()

    rate = len(ITEMS) / best_of(5, write)
    print(f"\nwritten: {rate:,.0f} records/s")
    assert rate >= 150_000


@pytest.mark.bench
def test_reading_reaches_300_000_small_records_a_second():
    data = written(ITEMS)

    def fold():
        for _ in read_bytes(data).records:
            pass

    rate = len(ITEMS) / best_of(5, fold)
    print(f"\nread: {rate:,.0f} records/s")
    assert rate >= 300_000


@pytest.mark.bench
def test_any_position_is_reached_within_200_ms():
    data = written(ITEMS)
    taken = best_of(5, lambda: read_bytes(data, check=False).at(77_777))
    print(f"\nseek: {taken * 1000:.1f} ms")
    assert taken <= 0.2
