"""An instant that does not end is reported; a copied kernel goes its own way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_bench import SECOND, Bench

from kumasim.kernel import kernel as kernel_module
from kumasim.kernel.kernel import Livelock
from kumasim.kernel.link import Link


def test_an_instant_that_does_not_end_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_module, "MAX_ROUNDS", 50)
    bench = Bench("zone-1")
    bench.run(SECOND)

    def spin() -> None:
        for _ in range(100):
            bench.kernel.after("zone-1", 0, "again", False, -1)
            bench.kernel.take()

    with pytest.raises(Livelock, match=r"after 50 rounds at 1000000000 ns: zone-1 -> zone-1"):
        spin()


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.sampled_from(["global", "zone-1"]), st.sampled_from(["global", "zone-1"])),
        st.tuples(st.just("after"), st.sampled_from(["global", "zone-1"]), st.integers(0, 10 * SECOND)),
        st.tuples(st.just("cut"), st.just("global"), st.just("zone-1")),
        st.tuples(st.just("heal"), st.just("global"), st.just("zone-1")),
        st.tuples(st.just("crash"), st.just("global"), st.just("")),
        st.tuples(st.just("restart"), st.just("global"), st.just("")),
        st.tuples(st.just("run"), st.just(""), st.integers(0, 40 * SECOND)),
    ),
    max_size=25,
)


def act(bench: Bench, actions: list[tuple]) -> None:
    """Do things to a kernel; what makes no sense at the moment is left out."""
    kernel = bench.kernel
    for verb, one, other in actions:
        if verb == "send" and one in kernel.alive:
            bench.send(one, other, len(bench.rows))
        elif verb == "after" and one in kernel.alive:
            kernel.after(one, other, len(bench.rows), False, -1, jitter_ns=5)
        elif verb in ("cut", "heal"):
            getattr(kernel, verb)(one, other, -1)
        elif verb == "crash" and one in kernel.alive:
            kernel.crash(one, -1)
        elif verb == "restart" and one not in kernel.alive:
            kernel.restart(one, -1)
        elif verb == "run":
            bench.run(kernel.now_ns + other)


@given(ACTIONS, ACTIONS, ACTIONS)
def test_a_copy_lives_on_as_the_original_would_have_and_leaves_it_alone(
    before: list[tuple], after: list[tuple], elsewhere: list[tuple]
) -> None:
    jittery = {("global", "zone-1"): Link(SECOND, 3 * SECOND)}
    original, copied = (Bench("global", "zone-1", chosen=jittery) for _ in range(2))
    act(original, before)
    copied.rows[:] = original.rows
    copied.kernel = original.kernel.copy(copied.rows.append)
    other_rows = list(original.rows)
    other = Bench("global", "zone-1")
    other.kernel = original.kernel.copy(other_rows.append)
    act(other, elsewhere)
    other.run()
    act(copied, after)
    copied.run()
    act(original, after)
    original.run()
    assert copied.rows == original.rows


@given(ACTIONS, st.integers(0, 5))
def test_what_happens_to_a_kernel_is_a_function_of_what_is_done_to_it(actions: list[tuple], seed: int) -> None:
    runs = []
    for _ in range(2):
        bench = Bench("global", "zone-1", chosen={("global", "zone-1"): Link(SECOND, 3 * SECOND)}, seed=seed)
        act(bench, actions)
        bench.run()
        runs.append((bench.rows, [tuple(envelope) for envelope in bench.got]))
    assert runs[0] == runs[1]


@given(ACTIONS)
def test_every_message_is_delivered_or_lost_exactly_once_or_is_still_held(actions: list[tuple]) -> None:
    """Nothing is silently dropped."""
    bench = Bench("global", "zone-1")
    act(bench, actions)
    bench.run()
    sent = {row[0] for row in bench.rows if row[5] == "MessageSent" and row[3] != row[6]}
    resent = {row[0]: row[4] for row in bench.rows if row[5] == "MessageResent"}
    ends = [row[4] for row in bench.rows if row[5] == "MessageLost" and row[4] in sent | set(resent)]
    ends += [envelope.cause for envelope in bench.got if envelope.cause in sent | set(resent)]
    ends += [item.cause for item in bench.kernel.network.held]
    origins = sorted(resent.get(position, position) for position in ends)
    assert origins == sorted(sent)
