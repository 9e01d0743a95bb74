"""A journal on its way to disk: readable while it grows, whole up to a chunk after a kill, bounded in memory."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from journal_samples import records

import kumasim as ks
from kumasim.domain.decider import PeerGone
from kumasim.errors import JournalProblem
from kumasim.journal import CHUNK_RECORDS, Journal, StreamedJournal, first_difference, read

RECORDER = Path(__file__).parent / "journal_recorder.py"
ITEMS = records(*[PeerGone(f"zone-{number}") for number in range(5 * CHUNK_RECORDS + 7)])


def test_the_bytes_are_those_of_a_journal_in_memory(tmp_path: Path) -> None:
    streamed, held = StreamedJournal(tmp_path / "a.journal"), Journal()
    for item in ITEMS:
        streamed.append(item)
        held.append(item)
    assert streamed.digest() == held.digest()
    assert streamed.close() == held.save(tmp_path / "b.journal")
    assert (tmp_path / "a.journal").read_bytes() == (tmp_path / "b.journal").read_bytes()


def test_what_left_memory_is_read_back(tmp_path: Path) -> None:
    journal = StreamedJournal(tmp_path / "a.journal", window=CHUNK_RECORDS)
    for item in ITEMS:
        journal.append(item)
    assert len(journal._latest) <= 2 * CHUNK_RECORDS
    found = journal.records
    assert len(found) == len(ITEMS)
    assert list(found) == ITEMS
    assert found[3] == ITEMS[3]
    assert found[-1] == ITEMS[-1]
    assert found[1000:3000:7] == ITEMS[1000:3000:7]
    assert found[CHUNK_RECORDS - 2 :] == ITEMS[CHUNK_RECORDS - 2 :]
    journal.close()
    assert list(journal.since(10)) == ITEMS[10:]
    assert journal.save(tmp_path / "copy.journal") == journal.digest()
    with pytest.raises(IndexError):
        journal.at(len(ITEMS))


def test_a_run_goes_to_its_file_while_it_is_made(tmp_path: Path) -> None:
    scenario = ks.load(Path(__file__).parents[2] / "scenarios" / "gateway-api-multizone.kumasim.yaml")
    sizes = []
    path = tmp_path / "run.journal"
    run = scenario.run(record=path, tell=lambda _: sizes.append(path.stat().st_size))
    assert sizes == sorted(sizes)
    assert 0 < sizes[0] < sizes[-1] < path.stat().st_size
    assert read(path).digest == run.digest == scenario.run().digest
    assert run.at("30s").table("httproutes") is not None


@pytest.mark.parametrize("limit", [40, 1_000_000])
def test_a_full_disk_is_an_error_that_tells_what_is_kept(tmp_path: Path, limit: int) -> None:
    path = tmp_path / "full.journal"
    ended = subprocess.run(
        [sys.executable, RECORDER, path, "--limit-bytes", str(limit)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 3
    assert f"JournalProblem 3: {path}: the journal cannot be written: File too large" in ended.stdout
    assert "Traceback" not in ended.stderr
    if limit > 1000:
        assert len(read(path)) % CHUNK_RECORDS == 0
        assert len(read(path)) > 0


def test_a_device_that_is_full_is_an_error() -> None:
    with pytest.raises(JournalProblem, match="No space left on device"):
        StreamedJournal("/dev/full")


def killed(path: Path, after_s: float) -> int:
    """Kill a recorder; answers with how many records are readable, all of them checked."""
    process = subprocess.Popen([sys.executable, RECORDER, path], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(after_s)
    process.kill()
    process.wait()
    process.stdout.close()
    found = read(path)
    assert not found.complete
    assert found.damage is not None
    assert "readable" in found.damage
    assert len(found) % CHUNK_RECORDS == 0
    again = ks.World(zones=["zone-1", "zone-2"]).run.journal.records
    assert first_difference(list(found.records)[: len(again)], again[: len(found)]) is None
    return len(found)


@pytest.mark.parametrize("number", range(2))
def test_a_killed_recorder_leaves_what_was_there(tmp_path: Path, number: int) -> None:
    assert killed(tmp_path / "killed.journal", 0.05 + random.Random(number).random() / 5) >= 0


@pytest.mark.slow
def test_many_killed_recorders(tmp_path: Path) -> None:
    found = [killed(tmp_path / "killed.journal", random.Random(number).random() / 2) for number in range(100)]
    assert len(set(found)) > 3


def test_a_folder_that_cannot_be_written_is_usage(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from kumasim.cli.run import command

    (tmp_path / "file").write_text("")
    scenario = Path(__file__).parents[2] / "scenarios" / "gateway-api-multizone.kumasim.yaml"
    ended = CliRunner().invoke(
        command, [os.fspath(scenario), "--record", os.fspath(tmp_path / "file")], standalone_mode=False
    )
    told = ended.output + str(ended.exception)
    assert "no journal can be written to" in told
    assert "--record none" in told
