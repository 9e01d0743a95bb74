"""Cut links: what is held, what arrives late, who learns of the loss, and when."""

from __future__ import annotations

import pytest
from kernel_bench import SECOND, Bench

from kumasim.kernel.fault.partition import Cut, Partition
from kumasim.kernel.link import Links, place

LATENCY = 20_000_000


def connected() -> Bench:
    """A zone and a global that have talked with each other."""
    bench = Bench("global", "zone-1", "zone-1/dp/web", "zone-2")
    bench.send("zone-1", "global", "hello")
    bench.send("global", "zone-1", "hello")
    bench.run(SECOND)
    bench.got.clear()
    return bench


def cut_both(bench: Bench, one: str = "global", other: str = "zone-1") -> None:
    bench.kernel.cut(one, other, -1)
    bench.kernel.cut(other, one, -1)


def heal_both(bench: Bench, one: str = "global", other: str = "zone-1") -> None:
    bench.kernel.heal(one, other, -1)
    bench.kernel.heal(other, one, -1)


def test_what_is_sent_into_a_short_cut_arrives_after_the_healing_in_its_order() -> None:
    bench = connected()
    cut_both(bench)
    bench.send("zone-1", "global", "a", topic="x")
    bench.run(5 * SECOND)
    bench.send("zone-1", "global", "b", topic="y")
    bench.run(20 * SECOND)
    assert bench.got == []
    heal_both(bench)
    bench.run()
    assert bench.bodies("global") == ["a", "b"]
    assert bench.times("global", "a") == [20 * SECOND + LATENCY]
    assert "MessageLost" not in bench.kinds()


def test_what_was_on_its_way_before_the_cut_still_arrives() -> None:
    bench = connected()
    bench.send("zone-1", "global", "a")
    cut_both(bench)
    bench.run(2 * SECOND)
    assert bench.bodies("global") == ["a"]


@pytest.mark.parametrize("talking", [True, False])
def test_after_the_keepalive_time_both_ends_learn_of_the_loss(talking: bool) -> None:
    """KDS-9: 15 s and 15 s more, whether or not anybody says something."""
    bench = connected()
    cut_both(bench)
    if talking:
        bench.run(10 * SECOND)
        bench.send("zone-1", "global", "a")
    bench.run()
    assert bench.times("zone-1", "gone global") == [31 * SECOND]
    assert bench.times("global", "gone zone-1") == [31 * SECOND]
    assert bench.bodies("zone-2") == []
    assert ("MessageLost" in bench.kinds()) is talking
    heal_both(bench)
    bench.run()
    assert "a" not in bench.bodies("global")


def test_a_cut_that_heals_in_time_is_not_noticed() -> None:
    bench = connected()
    cut_both(bench)
    bench.run(31 * SECOND - 1)
    heal_both(bench)
    bench.run(200 * SECOND)
    assert bench.got == []


def test_a_second_cut_has_its_own_patience() -> None:
    bench = connected()
    cut_both(bench)
    bench.run(20 * SECOND)
    heal_both(bench)
    bench.run(25 * SECOND)
    cut_both(bench)
    bench.run()
    assert bench.times("zone-1", "gone global") == [55 * SECOND]


def test_cutting_what_is_cut_already_does_not_prolong_its_patience() -> None:
    bench = connected()
    cut_both(bench)
    bench.run(20 * SECOND)
    cut_both(bench)
    bench.run()
    assert bench.times("zone-1", "gone global") == [31 * SECOND]


def test_dialling_into_a_cut_fails_after_the_dial_timeout_for_the_dialler_alone() -> None:
    bench = Bench("global", "zone-1")
    cut_both(bench)
    bench.run(40 * SECOND)
    bench.send("zone-1", "global", "a")
    bench.run(50 * SECOND)
    bench.send("zone-1", "global", "b")
    bench.run()
    assert bench.got[0].at_ns == 60 * SECOND
    assert bench.bodies("zone-1") == ["gone global"]
    assert bench.bodies("global") == []
    assert bench.kinds().count("MessageLost") == 2


def test_a_dial_that_is_still_tried_when_the_link_heals_succeeds() -> None:
    bench = Bench("global", "zone-1")
    cut_both(bench)
    bench.send("zone-1", "global", "a")
    bench.run(19 * SECOND)
    heal_both(bench)
    bench.run()
    assert (bench.bodies("global"), bench.bodies("zone-1")) == (["a"], [])


@pytest.mark.parametrize(("start", "end", "arrives"), [("global", "zone-1", "global"), ("zone-1", "global", "zone-1")])
def test_a_cut_in_one_direction_lets_the_other_pass_until_the_connection_is_given_up(
    start: str, end: str, arrives: str
) -> None:
    bench = connected()
    bench.kernel.cut(start, end, -1)
    bench.send("zone-1", "global", "up")
    bench.send("global", "zone-1", "down")
    bench.run(2 * SECOND)
    assert [(envelope.to, envelope.body) for envelope in bench.got] == [
        (arrives, "up" if arrives == "global" else "down")
    ]
    bench.run()
    assert bench.times("zone-1", "gone global") == bench.times("global", "gone zone-1") == [31 * SECOND]


@pytest.mark.parametrize(("start", "end"), [("global", "zone-1"), ("zone-1", "global")])
def test_no_connection_comes_about_through_a_cut_in_either_direction(start: str, end: str) -> None:
    """A handshake needs both directions."""
    bench = Bench("global", "zone-1")
    bench.kernel.cut(start, end, -1)
    bench.run(100 * SECOND)
    bench.send("zone-1", "global", "a")
    bench.run(200 * SECOND)
    assert bench.bodies("global") == []
    assert bench.times("zone-1", "gone global") == [120 * SECOND]


def test_healing_one_of_two_directions_does_not_join_what_the_other_still_cuts() -> None:
    bench = connected()
    cut_both(bench)
    bench.send("zone-1", "global", "a")
    bench.kernel.heal("global", "zone-1", -1)
    bench.run(2 * SECOND)
    assert bench.got == []
    bench.kernel.heal("zone-1", "global", -1)
    bench.run()
    assert bench.bodies("global") == ["a"]


def test_healing_what_is_whole_is_no_event() -> None:
    bench = connected()
    before = len(bench.rows)
    heal_both(bench)
    assert len(bench.rows) == before


def test_a_cut_between_places_leaves_each_place_whole() -> None:
    bench = connected()
    cut_both(bench)
    bench.send("zone-1/dp/web", "zone-1", "inside")
    bench.send("zone-2", "global", "elsewhere")
    bench.run(2 * SECOND)
    assert (bench.bodies("zone-1"), bench.bodies("global")) == (["inside"], ["elsewhere"])


CONCERNS = [
    (Cut("global", "zone-1"), "global", "zone-1", True),
    (Cut("global", "zone-1"), "zone-1", "global", False),
    (Cut("global", "zone-1"), "global/cluster", "zone-1/dp/web", True),
    (Cut("global", "zone-1"), "global", "zone-10", False),
    (Cut("zone-1", "zone-1/cluster"), "zone-1", "zone-1/cluster", True),
    (Cut("zone-1", "zone-1/cluster"), "zone-1/cluster", "zone-1", False),
    (Cut("zone-1", "zone-1/cluster"), "zone-1/dp/web", "zone-1/cluster", False),
    (Cut("global", "zone-1/dp/web"), "global", "zone-1/dp/web", True),
    (Cut("global", "zone-1/dp/web"), "global", "zone-1", False),
]


@pytest.mark.parametrize(("cut", "sender", "receiver", "concerned"), CONCERNS)
def test_which_messages_a_cut_concerns(cut: Cut, sender: str, receiver: str, concerned: bool) -> None:
    assert cut.concerns(sender, receiver) is concerned
    assert Partition({cut: 0}).severed(sender, receiver) is (concerned or cut.concerns(receiver, sender))


@pytest.mark.parametrize(
    ("sender", "receiver", "latency_ms"),
    [
        ("zone-1", "zone-1/cluster", 1),
        ("zone-1/dp/a", "zone-1", 1),
        ("zone-1", "global", 20),
        ("zone-1", "zone-2", 20),
        ("user", "zone-1/cluster", 0),
        ("zone-1/cluster", "user", 0),
    ],
)
def test_default_latencies(sender: str, receiver: str, latency_ms: int) -> None:
    assert Links().between(sender, receiver).latency_ns == latency_ms * 1_000_000
    assert place(sender) == sender.split("/")[0]
