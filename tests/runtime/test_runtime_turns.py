"""One actor's turn: events, what they call for at once, and what caused what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
import pytest

from kumasim.domain.decider import Delivery, Effect, Now, Send
from kumasim.kernel.envelope import Envelope
from kumasim.kernel.kernel import Row
from kumasim.kernel.link import Links
from kumasim.runtime import actor as actor_module
from kumasim.runtime.actor import Actor, turns
from kumasim.runtime.engine import Engine, finish
from kumasim.runtime.inline import Inline


@attrs.frozen
class Count:
    """Message: count down from here."""

    number: int


@attrs.frozen
class Counted:
    """Event: a number was counted; `known` is what the state knew when it was decided."""

    number: int
    known: tuple[int, ...]

    subject = ""


class Counter:
    """Counts down at once, each number twice."""

    def initial(self, arguments: Any) -> tuple[int, ...]:
        return ()

    def decide(self, state: tuple[int, ...], delivery: Delivery) -> Iterable[Counted]:
        number = delivery.body.number if isinstance(delivery.body, Count) else 0
        return [Counted(number, state), Counted(-number, state)] if number else [Counted(0, state)]

    def evolve(self, state: tuple[int, ...], event: Counted) -> tuple[int, ...]:
        return (*state, event.number)

    def react(self, state: tuple[int, ...], event: Counted) -> Iterable[Effect]:
        if event.number > 0:
            return [Send("elsewhere", event.number), Now(Count(event.number - 1))]
        return []


def envelope(body: Any) -> Envelope:
    return Envelope(5, 0, "x", 0, "counter", body, 0, 1)


def test_what_is_wanted_now_is_handled_in_the_same_turn_after_the_state_has_taken_all_in() -> None:
    actor = Actor("counter", Counter(), ())
    happened = actor.handle(envelope(Count(2)))
    assert [(event.number, event.known, because) for event, _, because in happened] == [
        (2, (), -1),
        (-2, (), -1),
        (1, (2, -2), 0),
        (-1, (2, -2), 0),
        (0, (2, -2, 1, -1), 2),
    ]
    assert actor.state == (2, -2, 1, -1, 0)


def test_turns_are_taken_one_after_the_other() -> None:
    actor = Actor("counter", Counter(), ())
    first, second = turns(actor, [envelope(Count(1)), envelope(Count(0))])
    assert (len(first), len(second)) == (3, 1)
    assert second[0][0].known == (1, -1, 0)


def test_a_turn_that_does_not_end_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actor_module, "MAX_FOLLOW_UPS", 20)
    actor = Actor("counter", Counter(), ())
    with pytest.raises(RuntimeError, match=r"counter does not come to an end with Count\(number=50\)"):
        actor.handle(envelope(Count(50)))


def test_the_journal_tells_which_event_of_a_turn_led_to_which() -> None:
    rows: list[Row] = []
    engine = Engine({"counter": Counter()}, Inline(), rows.append, 0, Links())
    engine.spawn("counter", "counter", None)
    finish(engine.run_until(0))
    engine.kernel.inject("counter", Count(1), -1)
    before = len(rows)
    finish(engine.superstep())
    told = [(row[5], row[7].number if row[5] == "Counted" else row[6], row[4]) for row in rows[before:]]
    assert told == [
        ("Counted", 1, -1),
        ("MessageSent", "elsewhere", before),
        ("Counted", -1, -1),
        ("Counted", 0, before),
    ]
