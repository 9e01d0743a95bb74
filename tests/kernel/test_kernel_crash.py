"""Lives: what a crash loses, who learns of it, and what a new life never sees."""

from __future__ import annotations

import pytest
from kernel_bench import SECOND, START, Bench

LATENCY = 20_000_000


def talking() -> Bench:
    bench = Bench("global", "zone-1")
    bench.send("zone-1", "global", "hello")
    bench.run(SECOND)
    bench.got.clear()
    return bench


def test_whoever_is_connected_learns_of_a_crash_after_the_latency() -> None:
    bench = talking()
    bench.kernel.crash("global", -1)
    bench.run()
    assert bench.times("zone-1", "gone global") == [SECOND + LATENCY]


def test_who_was_never_connected_learns_nothing() -> None:
    bench = Bench("global", "zone-1")
    bench.kernel.crash("global", -1)
    bench.run()
    assert bench.got == []


def test_a_message_to_the_dead_is_lost_and_its_sender_learns_it() -> None:
    bench = Bench("global", "zone-1")
    bench.kernel.crash("global", -1)
    bench.send("zone-1", "global", "a")
    bench.run()
    assert bench.bodies("global") == []
    assert bench.times("zone-1", "gone global") == [2 * LATENCY]
    assert bench.kinds().count("MessageLost") == 1
    assert not bench.kernel.network.connected("zone-1", "global")


def test_a_crash_under_way_is_told_once() -> None:
    """What was in flight on a connection is lost with it: one connection, one notice."""
    bench = talking()
    bench.send("zone-1", "global", "a")
    bench.send("zone-1", "global", "b")
    bench.kernel.crash("global", -1)
    bench.run()
    assert bench.bodies("zone-1") == ["gone global"]
    assert bench.kinds().count("MessageLost") == 2


@pytest.mark.parametrize("restart_after_ns", [0, 1, LATENCY, SECOND])
def test_a_new_life_never_gets_the_old_ones_mail(restart_after_ns: int) -> None:
    bench = talking()
    bench.send("zone-1", "global", "old")
    bench.kernel.after("global", 5 * SECOND, "old timer", False, -1)
    bench.kernel.crash("global", -1)
    bench.run(bench.kernel.now_ns + restart_after_ns)
    bench.kernel.restart("global", -1)
    bench.run()
    assert bench.bodies("global") == [START]
    assert bench.bodies("zone-1") == ["gone global"]


def test_timers_of_the_dead_never_fire_and_nobody_is_told() -> None:
    bench = talking()
    bench.kernel.after("global", 5 * SECOND, "timer", False, -1)
    bench.kernel.crash("global", -1)
    bench.run()
    assert bench.bodies("global") == []
    assert "MessageLost" not in bench.kinds()


def test_what_the_dead_sent_before_still_arrives_and_before_the_news_of_its_death() -> None:
    bench = talking()
    bench.send("global", "zone-1", "last words")
    bench.kernel.crash("global", -1)
    bench.run()
    assert bench.bodies("zone-1") == ["last words", "gone global"]


def test_a_new_life_can_be_talked_to() -> None:
    bench = talking()
    bench.kernel.crash("global", -1)
    bench.run(2 * SECOND)
    bench.kernel.restart("global", -1)
    bench.run(3 * SECOND)
    bench.send("zone-1", "global", "again")
    bench.run()
    assert bench.bodies("global") == [START, "again"]
    assert bench.bodies("zone-1") == ["gone global"]


@pytest.mark.parametrize("healed_after_s", [5, 40])
def test_a_crash_behind_a_cut_is_noticed_in_the_end(healed_after_s: int) -> None:
    """The news cannot pass a cut: the other end learns it when the link heals, or by the keepalive."""
    bench = talking()
    for start, end in (("global", "zone-1"), ("zone-1", "global")):
        bench.kernel.cut(start, end, -1)
    bench.run(2 * SECOND)
    bench.kernel.crash("global", -1)
    bench.run(3 * SECOND)
    bench.kernel.restart("global", -1)
    bench.run((1 + healed_after_s) * SECOND)
    for start, end in (("global", "zone-1"), ("zone-1", "global")):
        bench.kernel.heal(start, end, -1)
    bench.run()
    due = min(31 * SECOND, (1 + healed_after_s) * SECOND)
    assert bench.times("zone-1", "gone global") == [due]
    assert bench.bodies("global") == [START]


def test_what_a_new_life_says_through_a_healed_cut_comes_after_the_news_of_the_old_ones_death() -> None:
    bench = talking()
    bench.kernel.cut("global", "zone-1", -1)
    bench.kernel.crash("global", -1)
    bench.kernel.restart("global", -1)
    bench.send("global", "zone-1", "from the new life")
    bench.run(2 * SECOND)
    assert bench.bodies("zone-1") == []
    bench.kernel.heal("global", "zone-1", -1)
    bench.run()
    assert bench.bodies("zone-1") == ["gone global", "from the new life"]
    assert bench.bodies("global") == [START]


def test_a_message_to_the_dead_resets_what_its_new_life_has_begun_meanwhile_at_both_ends() -> None:
    bench = Bench("global", "zone-1")
    bench.kernel.crash("global", -1)
    bench.send("zone-1", "global", "to the dead")
    bench.kernel.restart("global", -1)
    bench.send("global", "zone-1", "from the new life")
    bench.run()
    assert bench.bodies("zone-1") == ["from the new life", "gone global"]
    assert bench.bodies("global") == [START, "gone zone-1"]


def test_what_is_held_for_the_dead_is_recorded_as_lost() -> None:
    bench = talking()
    bench.kernel.cut("zone-1", "global", -1)
    bench.send("zone-1", "global", "held")
    bench.kernel.crash("global", -1)
    bench.run(2 * SECOND)
    bench.kernel.restart("global", -1)
    bench.kernel.heal("zone-1", "global", -1)
    bench.run()
    assert bench.bodies("global") == [START]
    assert bench.bodies("zone-1") == ["gone global"]
    assert bench.kinds().count("MessageLost") == 1


@pytest.mark.parametrize("lives", [True, False])
def test_dialling_into_a_cut_goes_on_when_the_one_behind_it_dies(lives: bool) -> None:
    bench = Bench("global", "zone-1")
    bench.kernel.cut("zone-1", "global", -1)
    bench.send("zone-1", "global", "dial")
    bench.run(2 * SECOND)
    bench.kernel.crash("global", -1)
    if lives:
        bench.kernel.restart("global", -1)
    bench.run(3 * SECOND)
    bench.kernel.heal("zone-1", "global", -1)
    bench.run()
    assert bench.bodies("global") == ([START, "dial"] if lives else [])
    assert bench.times("zone-1", "gone global") == ([] if lives else [3 * SECOND + 2 * LATENCY])


def test_a_dial_that_nobody_hears_ends_in_time_though_the_one_behind_the_cut_died() -> None:
    bench = Bench("global", "zone-1")
    bench.kernel.cut("zone-1", "global", -1)
    bench.send("zone-1", "global", "dial")
    bench.run(2 * SECOND)
    bench.kernel.crash("global", -1)
    bench.run()
    assert bench.times("zone-1", "gone global") == [20 * SECOND]


def test_an_actor_that_is_stopped_and_spawned_again_is_somebody_new() -> None:
    bench = talking()
    bench.send("zone-1", "global", "old")
    bench.kernel.stop("global", -1)
    bench.kernel.spawn("global", "toy", None, -1)
    bench.run()
    assert bench.bodies("global") == [START]


def test_every_record_has_its_place_and_an_earlier_cause() -> None:
    bench = talking()
    bench.send("zone-1", "global", "a")
    bench.kernel.crash("global", -1)
    bench.run()
    assert [row[0] for row in bench.rows] == list(range(len(bench.rows)))
    assert all(row[4] < row[0] for row in bench.rows)
    lost = next(row for row in bench.rows if row[5] == "MessageLost")
    assert bench.rows[lost[4]][5] == "MessageSent"
