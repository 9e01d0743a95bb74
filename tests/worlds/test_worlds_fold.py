"""The journal is the only truth: its fold is the live world, at every step, after crashes and restarts too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from random_worlds import mend, played, story

from kumasim.domain.decider import Restarted
from kumasim.journal import Journal, Record, read
from kumasim.projections.fold import WorldState, fold
from kumasim.runtime.engine import Engine, finish
from kumasim.runtime.world import roles


def same(state: WorldState, engine: Engine) -> None:
    """Compare what was folded with what lives."""
    assert sorted(state.states) == sorted(engine.actors)
    assert state.alive == engine.kernel.alive
    assert state.cuts == {(cut.start, cut.end) for cut in engine.kernel.network.partition.cuts}
    for name, actor in engine.actors.items():
        assert state.states[name] == actor.state, name


def following() -> tuple[Callable[[Engine, list[Record]], None], WorldState]:
    """A look that folds what is new after each step and compares."""
    state = WorldState()

    def look(engine: Engine, records: list[Record]) -> None:
        for record in records[state.position :]:
            state.take(record)
        same(state, engine)

    return look, state


@pytest.mark.parametrize("number", range(200, 208))
def test_the_fold_is_the_live_world_after_every_step(number: int) -> None:
    look, _ = following()
    told = played(story(number), look)
    finish(mend(told.session))
    look(told.engine, told.records)
    same(fold(told.records), told.engine)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(3000, 3100))
def test_the_fold_is_the_live_world_after_every_step_in_many_worlds(number: int) -> None:
    look, _ = following()
    told = played(story(number, length=40), look)
    finish(mend(told.session))
    look(told.engine, told.records)


def test_the_fold_of_a_saved_journal_is_the_same(tmp_path: Any) -> None:
    told = played(story(204))
    Journal(told.records).save(tmp_path / "one.journal")
    same(fold(read(tmp_path / "one.journal").records), told.engine)


@pytest.mark.parametrize("number", [205, 208])
def test_a_fold_that_is_taken_on_from_a_copy_is_the_whole_fold(number: int) -> None:
    told = played(story(number))
    half = len(told.records) // 2
    first = fold(told.records[:half])
    kept = first.copy()
    for record in told.records[half:]:
        first.take(record)
    assert kept.position == half
    for record in told.records[half:]:
        kept.take(record)
    assert (kept.states, kept.alive, kept.cuts, kept.now_ns) == (first.states, first.alive, first.cuts, first.now_ns)
    same(kept, told.engine)


def test_a_restart_begins_from_the_fold_of_what_was_durable() -> None:
    """What `Restarted` leaves of a state is what its actor had stored; a cluster keeps its objects, a control plane nothing."""
    told = played(story(201))
    behaviours = roles()
    engine = told.engine
    cluster = behaviours["cluster"].evolve(engine.actors["zone-1/cluster"].state, Restarted())
    before = engine.actors["zone-1/cluster"].state
    assert (cluster.store, cluster.version, cluster.born, cluster.applied, cluster.allocations) == (
        before.store,
        before.version,
        before.born,
        before.applied,
        before.allocations,
    )
    assert len(cluster.watchers) == len(cluster.pending) == len(cluster.controllers.running) == 0
    plane = behaviours["control-plane"].evolve(engine.actors["zone-1"].state, Restarted())
    assert len(plane.cache) == len(plane.kds.sessions) == len(plane.xds.proxies) == 0
    assert (plane.synced, plane.relisting, plane.around) == (False, False, engine.actors["zone-1"].state.around)


def test_no_record_is_left_out_of_the_fold_by_mistake() -> None:
    """Every kind of record is an actor's event, a life's beginning or end, or known to be no part of any state."""
    told = played(story(209))
    finish(mend(told.session))
    state = WorldState()
    for record in told.records:
        known = record.actor in state.states
        state.take(record)
        if not known and record.actor not in state.states:
            assert record.kind in {
                "RunStarted",
                "LinkCut",
                "LinkHealed",
                "MessageLost",
                "ConnectionLost",
                "ActorStopped",
            }, record
