"""What recording, folding and seeking cost.

Run: KUMASIM_BENCH_RECORDS=10000000 pytest -m bench -s tests/benchmarks/test_benchmark_journal.py
"""

from __future__ import annotations

import os
import random
import resource
import time
from pathlib import Path

import large_journal
import pytest

import kumasim as ks
from kumasim.journal import StreamedJournal, read
from kumasim.kernel.kernel import Row
from kumasim.projections.fold import fold
from kumasim.projections.keyframes import Keyframes
from kumasim.projections.shelf import shelf_of
from kumasim.runtime.engine import Engine, finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.session import Session
from kumasim.runtime.world import WorldConfig, ZoneConfig, populated

pytestmark = pytest.mark.bench

RECORDS = int(os.environ.get("KUMASIM_BENCH_RECORDS", "200000"))
STORY = Path(__file__).parents[2] / "scenarios" / "gateway-api-multizone.kumasim.yaml"


def megabytes() -> float:
    """The most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_seek_in_a_large_journal(tmp_path: Path) -> None:
    began = time.perf_counter()
    large_journal.write(tmp_path / "large.journal", RECORDS)
    written = time.perf_counter() - began
    file = read(tmp_path / "large.journal", check=False)
    began = time.perf_counter()
    shelf = shelf_of(file)
    built = time.perf_counter() - began
    looks = []
    for number in range(200):
        position = random.Random(number).randrange(len(file))
        began = time.perf_counter()
        state = Keyframes(file.records, shelf=shelf).at(position)
        looks.append(time.perf_counter() - began)
        assert state.position == position
    looks.sort()
    p95 = looks[int(len(looks) * 0.95)]
    size = (tmp_path / "large.journal").stat().st_size / 2**20
    print(f"\n{len(file):,} records, {size:,.0f} MiB; written in {written:.1f} s, keyframes made in {built:.1f} s")
    print(f"seek: median {looks[len(looks) // 2] * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms (goal 200 ms)")
    print(f"memory: {megabytes():.0f} MB (goal 512 MB)")
    assert p95 < 2
    assert megabytes() < 1024


def test_fold_speed() -> None:
    records = list(ks.load(STORY).run().journal.records)
    best = 0.0
    for _ in range(10):
        began = time.process_time()
        fold(records)
        best = max(best, len(records) / (time.process_time() - began))
    print(f"\nfold: {best:,.0f} records/s (goal 300,000)")
    assert best > 30_000


def test_recording_overhead(tmp_path: Path) -> None:
    def played(engine: Engine) -> float:
        began = time.process_time()
        session = Session(engine)
        finish(session.settle())
        return time.process_time() - began

    def ignored(row: Row) -> None:
        """Nobody writes it down."""

    config = WorldConfig(zones=tuple(ZoneConfig(f"zone-{number}") for number in range(6)))
    without = min(played(populated(config, Inline(), ignored)) for _ in range(5))
    recorded = []
    for number in range(5):
        journal = StreamedJournal(tmp_path / f"{number}.journal")
        began = time.process_time()
        played(populated(config, Inline(), journal.append))
        journal.close()
        recorded.append(time.process_time() - began)
    print(f"\nrecording: {min(recorded) / without:.2f}x of not recording (goal below 2x)")
    assert min(recorded) < without * 5
