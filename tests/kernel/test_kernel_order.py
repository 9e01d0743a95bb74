"""The one order of the world: time, round, sender, the sender's own number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from kernel_bench import SECOND, Bench

from kumasim.kernel.agenda import Agenda
from kumasim.kernel.envelope import Envelope
from kumasim.kernel.link import Link

KEYS = st.tuples(st.integers(0, 5), st.integers(0, 3), st.sampled_from(["a", "a/b", "b", "zone-10", "zone-2"]))


@st.composite
def envelopes(draw: st.DrawFn) -> list[Envelope]:
    """Envelopes whose senders number them without gaps, in any order of arrival."""
    numbers: dict[str, int] = {}
    made = []
    for at_ns, delta, sender in draw(st.lists(KEYS, max_size=40)):
        number = numbers[sender] = numbers.get(sender, -1) + 1
        # Bodies that cannot be compared: order must never ask them.
        made.append(Envelope(at_ns, delta, sender, number, "to", object(), -1, 0, draw(st.booleans())))
    return draw(st.permutations(made))


@given(envelopes())
def test_envelopes_come_out_in_the_order_of_their_keys_however_they_were_put_in(put_in: list[Envelope]) -> None:
    agenda = Agenda()
    for envelope in put_in:
        agenda.put(envelope)
    taken: list[list[Envelope]] = []
    while agenda.next_key() is not None:
        key = agenda.next_key()
        taken.append(agenda.take())
        assert {(envelope.at_ns, envelope.delta) for envelope in taken[-1]} == {key}
    flat = [envelope.key for together in taken for envelope in together]
    assert flat == sorted(envelope.key for envelope in put_in)


@given(envelopes())
def test_an_agenda_is_quiet_when_only_idle_envelopes_are_left(put_in: list[Envelope]) -> None:
    agenda = Agenda()
    assert agenda.quiet
    for envelope in put_in:
        agenda.put(envelope)
    while True:
        assert agenda.quiet == all(envelope.idle for envelope in agenda.pending())
        if agenda.next_key() is None:
            break
        agenda.take()


@given(envelopes(), envelopes())
def test_a_copied_agenda_goes_its_own_way(first: list[Envelope], more: list[Envelope]) -> None:
    agenda = Agenda()
    for envelope in first:
        agenda.put(envelope)
    before, quiet = agenda.pending(), agenda.quiet
    other = agenda.copy()
    for envelope in more:
        other.put(envelope._replace(sender=envelope.sender + "'"))
    while other.next_key() is not None:
        other.take()
    assert (agenda.pending(), agenda.quiet) == (before, quiet)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=12))
def test_of_messages_that_arrive_at_once_the_senders_name_decides_then_its_own_order(
    sent: list[tuple[str, int]],
) -> None:
    bench = Bench("zone/a", "zone/b", "zone/c", "zone/to")
    for sender, body in sent:
        bench.send(f"zone/{sender}", "zone/to", (sender, body))
    bench.run()
    assert bench.bodies("zone/to") == sorted(sent, key=lambda item: item[0])


def test_zero_delay_rounds_of_an_instant_are_counted() -> None:
    bench = Bench("zone/a")
    bench.run(SECOND)
    for expected in (1, 2, 3):
        bench.kernel.after("zone/a", 0, expected, False, -1)
        assert bench.kernel.agenda.next_key() == (SECOND, expected)
        bench.kernel.take()
    bench.kernel.after("zone/a", 1, "later", False, -1)
    assert bench.kernel.agenda.next_key() == (SECOND + 1, 0)


@given(st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["x", "y"])), min_size=2, max_size=30), st.integers(0, 9))
def test_links_keep_the_order_of_each_pair_under_jitter(sent: list[tuple[int, str]], seed: int) -> None:
    jittery = {("zone-1", "zone-2"): Link(10, 1000)}
    bench = Bench("zone-1", "zone-2", "zone-2/b", chosen=jittery, seed=seed)
    for number, (gap, topic) in enumerate(sent):
        bench.run(bench.kernel.now_ns + gap)
        bench.send("zone-1", "zone-2" if number % 3 else "zone-2/b", number, topic)
    sent_at = {row[7][1]: row[1] for row in bench.rows if row[5] == "MessageSent"}
    bench.run()
    for to in ("zone-2", "zone-2/b"):
        assert bench.bodies(to) == sorted(bench.bodies(to))
    assert len(bench.got) == len(sent)
    for envelope in bench.got:
        # Never faster than the link, and later than its jitter allows only behind an earlier message.
        assert envelope.at_ns >= sent_at[envelope.seq] + 10
    assert max(envelope.at_ns for envelope in bench.got) <= max(sent_at.values()) + 10 + 1000


def test_jitter_does_spread_messages() -> None:
    bench = Bench("zone-1", "zone-2", chosen={("zone-1", "zone-2"): Link(10, 1000)})
    for number in range(30):
        bench.send("zone-1", "zone-2", number)
        bench.run()
        bench.run(bench.kernel.now_ns + 5000)
    sent = [row[1] for row in bench.rows if row[5] == "MessageSent"]
    delays = {envelope.at_ns - at for envelope, at in zip(bench.got, sent, strict=True)}
    assert len(delays) > 20
    assert min(delays) >= 10
    assert max(delays) <= 1010
