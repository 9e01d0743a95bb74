"""KDS sessions between real control planes: how they begin, break, and are begun again."""

from __future__ import annotations

from typing import Any

import pytest
from random_worlds import MINUTE, SECOND, Played, Story, played
from test_roles_worlds import held, meshtimeout, submit, zones

from kumasim.domain.resource import Key
from kumasim.domain.writes import Write
from kumasim.runtime.engine import finish
from kumasim.runtime.world import WorldConfig


def records(told: Played, kind: str, actor: str, since: int = 0) -> list[Any]:
    return [record for record in told.records[since:] if (record.kind, record.actor) == (kind, actor)]


def timeouts(told: Played, store: str) -> list[str]:
    return [item.name for item in held(told, store, "MeshTimeout") if item.name.startswith("slow")]


def test_a_zone_dials_and_both_ends_serve() -> None:
    told = played(Story(WorldConfig(zones=zones(1)), ()))
    (opened,), (accepted,) = records(told, "SessionOpened", "global"), records(told, "SessionOpened", "zone-1")
    assert accepted.time_ns - opened.time_ns == 20_000_000
    first = records(told, "ResponseSent", "global")[0]
    # KDS-11: nothing is said before the first full tick.
    assert first.time_ns - opened.time_ns == SECOND


def test_the_global_makes_the_zone_object() -> None:
    """KDS-129, KDS-78."""
    told = played(Story(WorldConfig(zones=zones(2)), ()))
    assert [item.name for item in held(told, "global", "Zone")] == ["zone-1", "zone-2"]
    for ingress in held(told, "global", "ZoneIngress"):
        assert [owner.kind for owner in ingress.meta.owners] == ["Zone"]


def test_a_broken_session_is_dialled_again_with_a_growing_delay() -> None:
    """KDS-4: from 5 s, doubling, at most 60 s, with 5 s of jitter either way; 20 s each attempt needs to fail."""
    told = played(Story(WorldConfig(zones=zones(1), seed=3), ()))
    told.session.partition("global", "zone-1")
    finish(told.session.advance(10 * MINUTE))
    (closed,) = records(told, "SessionClosed", "zone-1")
    assert closed.body.reason == "connection lost"
    ends = [closed.time_ns] + [record.time_ns for record in records(told, "SessionRefused", "zone-1")]
    dials = [record.time_ns for record in records(told, "GlobalDialled", "zone-1")][1:]
    waits = [(dial - end) / SECOND for end, dial in zip(ends, dials, strict=False)]
    assert len(waits) >= 6
    for wait, expected in zip(waits, [5, 10, 20, 40, 60, 60, 60, 60, 60], strict=False):
        assert expected - 5 <= wait <= expected + 5
    assert all(end - dial == 20 * SECOND for dial, end in zip(dials, ends[1:], strict=False))


def test_nobody_waits_for_a_zone_that_cannot_reach_the_global() -> None:
    told = played(Story(WorldConfig(zones=zones(1)), ()))
    told.session.partition("global", "zone-1")
    finish(told.session.advance(MINUTE))
    assert finish(told.session.settle(SECOND))


def test_what_was_deleted_while_a_zone_was_away_is_deleted_at_its_return() -> None:
    """KDS-86, KDS-145, KDS-146: the first response is everything, so leftovers go."""
    told = played(Story(WorldConfig(zones=zones(1)), ()))
    submit(told, "global", meshtimeout("slow"))
    assert len(timeouts(told, "zone-1")) == 1
    told.session.partition("global", "zone-1")
    finish(told.session.advance(MINUTE))
    answer = finish(
        told.session.submit("global/cluster", Write("delete", Key("kuma.io", "MeshTimeout", "kuma-system", "slow")))
    )
    assert answer.failure is None
    finish(told.session.advance(MINUTE))
    assert len(timeouts(told, "zone-1")) == 1
    told.session.heal()
    finish(told.session.advance(3 * MINUTE))
    assert timeouts(told, "zone-1") == []


@pytest.mark.parametrize("down_ns", [0, 10 * SECOND, 3 * MINUTE])
def test_a_global_that_crashes_and_comes_back_serves_again(down_ns: int) -> None:
    told = played(Story(WorldConfig(zones=zones(2)), ()))
    told.session.crash("global")
    finish(told.session.advance(down_ns))
    told.session.restart("global")
    finish(told.session.advance(3 * MINUTE))
    submit(told, "global", meshtimeout("slow"))
    for zone in ("zone-1", "zone-2"):
        assert len(timeouts(told, zone)) == 1


@pytest.mark.parametrize("who", ["zone-1", "zone-1/cluster"])
def test_a_crash_in_the_middle_of_a_batch_is_made_good(who: str) -> None:
    """The batch is stored in part; the next session's first response makes it whole (KDS-72, KDS-145)."""
    told = played(Story(WorldConfig(zones=zones(1)), ()))
    told.session.partition("global", "zone-1")
    finish(told.session.advance(MINUTE))
    for number in range(5):
        submit(told, "global", meshtimeout(f"slow-{number}"))
    told.session.heal()
    while len(timeouts(told, "zone-1")) < 2:
        assert finish(told.engine.superstep())
    told.session.crash(who)
    finish(told.session.advance(2 * SECOND))
    assert len(timeouts(told, "zone-1")) < 5
    told.session.restart(who)
    finish(told.session.advance(3 * MINUTE))
    assert len(timeouts(told, "zone-1")) == 5


def test_a_write_that_fails_ends_the_session_at_both_ends() -> None:
    """KDS-80: the store refuses because it crashed; both ends learn it and begin anew."""
    told = played(Story(WorldConfig(zones=zones(1)), ()))
    submit(told, "global", meshtimeout("slow"), settle=False)
    before = len(told.records)
    while not any(one.body.writes for one in records(told, "StoringBegun", "zone-1", before)):
        assert finish(told.engine.superstep())
    told.session.crash("zone-1/cluster")
    finish(told.session.advance(SECOND // 2))
    (ours,) = records(told, "SessionClosed", "zone-1", before)
    (theirs,) = records(told, "SessionClosed", "global", before)
    assert (ours.body.ours, theirs.body.ours) == (True, False)
    assert "KDS-80" in ours.body.reason
    assert theirs.body.reason == ours.body.reason
    told.session.restart("zone-1/cluster")
    finish(told.session.advance(5 * MINUTE))
    assert len(timeouts(told, "zone-1")) == 1


def test_a_disabled_zones_ingress_vanishes_from_the_others_and_comes_back() -> None:
    """KDS-30, KDS-36, KDS-153, KDS-154."""
    told = played(Story(WorldConfig(zones=zones(2)), ()))

    def foreign() -> list[str]:
        return [
            item.spec["zone"]
            for item in held(told, "zone-1", "ZoneIngress")
            if item.spec.get("zone", "zone-1") != "zone-1"
        ]

    assert foreign() == ["zone-2"]
    for enabled, expected in ((False, []), (True, ["zone-2"])):
        tree = {
            "apiVersion": "kuma.io/v1alpha1",
            "kind": "Zone",
            "metadata": {"name": "zone-2"},
            "spec": {"enabled": enabled},
        }
        submit(told, "global", tree)
        finish(told.session.advance(5 * SECOND))
        assert foreign() == expected
