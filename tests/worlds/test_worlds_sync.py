"""Whatever happened: once everything is healed, global and zones hold of each other what the rules say, and no more."""

from __future__ import annotations

from typing import Any

import naive_sync
import pytest
from random_worlds import MINUTE, SECOND, Played, mend, played, story

from kumasim.runtime.engine import finish


def mended(number: int, **how: Any) -> Played:
    told = played(story(number, **how))
    finish(mend(told.session))
    return told


def trees(told: Played, store: str) -> list[dict[str, Any]]:
    """Kuma's own objects in a store, as kubectl would show them."""
    state = told.engine.actors[f"{store}/cluster"].state
    return [item.to_tree() for item in state.store.everything() if item.key.group == "kuma.io"]


def converged(told: Played) -> None:
    """Compare every store with what the naive rules expect of it."""
    on_global = trees(told, "global")
    disabled = {
        tree["metadata"]["name"]
        for tree in on_global
        if tree["kind"] == "Zone" and tree["spec"].get("enabled") is False
    }
    for zone in (config.name for config in told.records[0].body.zones):
        in_zone = trees(told, zone)
        assert naive_sync.held(on_global, zone=zone, origin="zone") == naive_sync.up(in_zone, zone), zone
        assert naive_sync.held(in_zone, origin="global") == naive_sync.down(on_global, zone, disabled), zone


@pytest.mark.parametrize("number", range(24))
def test_everything_converges_after_healing(number: int) -> None:
    converged(mended(number))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1000, 1400))
def test_everything_converges_after_healing_in_many_worlds(number: int) -> None:
    converged(mended(number, length=40))


@pytest.mark.parametrize("number", range(6))
def test_nothing_echoes_to_the_zone_it_comes_from(number: int) -> None:
    """No zone is ever told of what carries its own name, and none tells of what it was told (KDS-29, KDS-33)."""
    told = mended(number)
    said = 0
    for record in told.records:
        if record.kind == "ResponseSent":
            for core in record.body.response.added:
                said += 1
                home = core.labels.get("kuma.io/zone")
                if record.actor == "global":
                    assert home != record.body.peer, record
                else:
                    assert home == record.actor, record
    assert said > 10


@pytest.mark.parametrize("number", range(4))
def test_a_settled_world_says_nothing_more_about_its_objects(number: int) -> None:
    """Sync is idempotent: what has arrived is not sent again, however long one waits."""
    told = mended(number)
    before = len(told.records)
    finish(told.session.advance(60 * MINUTE))
    later = told.records[before:]
    assert [record for record in later if record.kind in ("ResponseSent", "ResourceUpserted", "ResourceDeleted")] == []
    assert len(later) < 30


def test_a_quiet_day_costs_next_to_nothing() -> None:
    told = played(story(3, faults=False))
    finish(told.session.advance(10 * MINUTE))
    before = len(told.records)
    finish(told.session.advance(24 * 60 * MINUTE))
    assert len(told.records) - before < 100


def test_a_session_begun_anew_finds_nothing_to_do() -> None:
    """The first response of each type is everything, and changes nothing where everything is as it should be."""
    told = mended(7)
    before = len(told.records)
    told.session.partition("global", "zone-1")
    finish(told.session.advance(40 * SECOND))
    told.session.heal()
    finish(told.session.advance(5 * MINUTE))
    later = told.records[before:]
    assert any(record.kind == "ResponseSent" and record.body.response.initial for record in later)
    begun = [record for record in later if record.kind == "StoringBegun"]
    assert begun
    assert all(not record.body.writes for record in begun if record.body.type != "MeshService")
    converged(told)


@pytest.mark.parametrize("number", range(3))
def test_for_each_type_one_response_is_under_way_at_a_time(number: int) -> None:
    """KDS-85: per type and session, nothing more is said until the last response was answered."""
    told = mended(number)
    open_: set[tuple[str, str, str]] = set()
    checked = 0
    for record in told.records:
        if record.kind in ("SessionOpened", "SessionClosed"):
            open_ = {one for one in open_ if one[:2] != (record.actor, record.body.peer)}
        elif record.kind in ("ActorCrashed", "ActorRestarted"):
            open_ = {one for one in open_ if one[0] != record.actor}
        elif record.kind == "ResponseSent":
            said = record.body.response
            if said.initial or said.added or said.removed:
                one = (record.actor, record.body.peer, said.type)
                assert one not in open_, record
                open_.add(one)
                checked += 1
        elif record.kind == "AnswerTaken":
            open_.discard((record.actor, record.body.peer, record.body.type))
    assert checked > 50


@pytest.mark.parametrize("number", range(3))
def test_the_first_response_of_each_type_is_everything_and_later_ones_are_not(number: int) -> None:
    """KDS-68, KDS-86."""
    told = mended(number)
    said: set[tuple[str, str, str]] = set()
    for record in told.records:
        if record.kind == "SessionOpened":
            said = {one for one in said if one[:2] != (record.actor, record.body.peer)}
        elif record.kind == "ResponseSent":
            one = (record.actor, record.body.peer, record.body.response.type)
            assert record.body.response.initial is (one not in said), record
            said.add(one)
