"""Any position of a journal, near or far, gives the state that a fold from zero gives."""

from __future__ import annotations

from pathlib import Path

import pytest

import kumasim as ks
from kumasim.journal import Journal, Record, first_difference, read
from kumasim.projections import shelf
from kumasim.projections.fold import WorldState, fold
from kumasim.projections.frames import framed, unframed
from kumasim.projections.keyframes import LIMIT, Keyframes, position_at
from kumasim.runtime.stores import store_of


@pytest.fixture(scope="module")
def run() -> ks.Run:
    world = ks.World(topology={"zones": {"zone-1": {}, "zone-2": {"type": "universal"}}}, seed=3)
    world["zone-1"].apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "demo"}})
    world.settle()
    world.crash("zone-1")
    world.partition("global", "zone-2")
    world.advance("40s")
    world.restart("zone-1")
    world.settle()
    return world.run


def same(one: WorldState, other: WorldState) -> bool:
    """Whether two states are the same as the journal would hold them."""
    records = [[Record(0, 0, 0, "", -1, "WorldFrame", "", framed(state))] for state in (one, other)]
    return first_difference(*records) is None


def test_every_position_is_the_fold_up_to_it(run: ks.Run) -> None:
    records = run.journal.records
    frames = Keyframes(records, every=16)
    whole = WorldState()
    for position, record in enumerate(records):
        if position % 37 == 0:
            assert same(frames.at(position), whole)
        whole.take(record)
    assert same(frames.at(len(records)), whole)
    assert same(frames.at(5), fold(records[:5]))


def test_what_a_look_is_given_is_its_own(run: ks.Run) -> None:
    frames = Keyframes(run.journal.records, every=64)
    taken = frames.at(128)
    taken.take_all(run.journal.records[128:400])
    assert same(frames.at(128), fold(run.journal.records[:128]))


def test_keyframes_are_bounded_in_number(run: ks.Run) -> None:
    frames = Keyframes(run.journal.records, every=1)
    frames.at(len(run.journal.records))
    assert len(frames._states) <= LIMIT
    assert same(frames.at(99), fold(run.journal.records[:99]))


def test_a_frame_is_the_state_and_the_journal_can_hold_it(run: ks.Run, tmp_path: Path) -> None:
    state = fold(run.journal.records)
    journal = Journal([Record(0, 0, 0, "", -1, "WorldFrame", "", framed(state))])
    journal.save(tmp_path / "frame.journal")
    back = unframed(read(tmp_path / "frame.journal").at(0).body)
    assert same(back, state)
    assert (back.alive, back.cuts, back.now_ns, back.position) == (
        state.alive,
        state.cuts,
        state.now_ns,
        state.position,
    )


def test_a_state_goes_on_from_a_frame(run: ks.Run) -> None:
    records = run.journal.records
    middle = len(records) // 2
    state = unframed(framed(fold(records[:middle])))
    state.take_all(records[middle:])
    assert same(state, fold(records))
    actor = store_of("zone-1", universal=False)
    assert state.states[actor].store.everything() == fold(records).states[actor].store.everything()


def test_keyframes_beside_a_file(run: ks.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.journal"
    run.save(path)
    monkeypatch.setattr(shelf, "WORTH", 100)
    monkeypatch.setattr(shelf, "APART", 64)
    made: list[bool] = []
    found = shelf.shelf_of(read(path), lambda: made.append(True))
    assert found is not None
    nearest = found.nearest(200)
    assert nearest is not None
    assert nearest.position == 192
    frames = Keyframes(
        read(path, check=False).records, every=64, shelf=shelf.shelf_of(read(path), lambda: made.append(True))
    )
    assert same(frames.at(300), fold(run.journal.records[:300]))
    assert made == [True]


def test_keyframes_of_another_journal_are_made_anew(
    run: ks.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "WORTH", 100)
    path = tmp_path / "run.journal"
    for content in (run.journal.records, run.journal.records[:400]):
        Journal(content).save(path)
        made: list[bool] = []
        assert shelf.shelf_of(read(path), lambda told=made: told.append(True)) is not None
        assert made == [True]
    Path(f"{path}.keyframes").write_bytes(b"rubbish")
    assert shelf.shelf_of(read(path)) is not None


def test_a_short_journal_needs_no_file(run: ks.Run, tmp_path: Path) -> None:
    run.save(tmp_path / "run.journal")
    assert shelf.shelf_of(read(tmp_path / "run.journal")) is None
    assert [path.name for path in tmp_path.iterdir()] == ["run.journal"]


def test_a_time_is_a_position(run: ks.Run) -> None:
    records = run.journal.records
    for time_ns in (0, 1, 10**9, 30 * 10**9, 10**15):
        assert position_at(records, time_ns) == sum(record.time_ns <= time_ns for record in records)
