"""The fold: every actor's state at any position, from the records alone.

Nothing is decided here: each record goes to its actor's `evolve`. What the fold gives equals what the live world had,
because the live world is made by the same function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.decider import Restarted
from kumasim.journal.record import Record
from kumasim.runtime.inputs import PassTime
from kumasim.runtime.world import WorldConfig, roles

MESSAGES = frozenset(
    ("MessageSent", "MessageResent", "MessageLost", "TimerSet", "ConnectionLost", "InputGiven", "RequestAnswered")
)
"""Records about what is under way or came from outside; they are no part of any actor's state."""


@attrs.define
class WorldState:
    """What is known at one position of a journal.

    Args:
        states: each living or crashed actor's state, by name.
        alive: who lives.
        cuts: the cut directions, as (start, end).
        now_ns: virtual time.
        position: how many records were taken in.
        config: what the world began as.
    """

    states: dict[str, Any] = attrs.field(factory=dict)
    alive: set[str] = attrs.field(factory=set)
    cuts: set[tuple[str, str]] = attrs.field(factory=set)
    now_ns: int = 0
    position: int = 0
    config: WorldConfig = attrs.field(factory=WorldConfig)
    _behaviours: Mapping[str, Any] = attrs.field(factory=roles, repr=False, eq=False)
    _roles: dict[str, Any] = attrs.field(factory=dict, repr=False, eq=False)

    def take(self, record: Record) -> None:
        """Take in the next record."""
        self.position = record.position + 1
        self.now_ns = time_after(record)
        lifecycle = _LIFECYCLE.get(record.kind)
        if lifecycle is not None:
            lifecycle(self, record)
        elif record.kind not in MESSAGES and record.actor in self.states:
            evolve = self._roles[record.actor].evolve
            self.states[record.actor] = evolve(self.states[record.actor], record.body)

    def copy(self) -> WorldState:
        """A state of its own that can be taken further; the actors' states are shared, being frozen."""
        return attrs.evolve(
            self,
            states=dict(self.states),
            alive=set(self.alive),
            cuts=set(self.cuts),
            roles=dict(self._roles),
        )

    def _begin(self, record: Record) -> None:
        self.config = record.body

    def _born(self, record: Record) -> None:
        role = self._behaviours[record.subject]
        self._roles[record.actor] = role
        self.states[record.actor] = role.initial(record.body)
        self.alive.add(record.actor)

    def _ended(self, record: Record) -> None:
        self.states.pop(record.actor, None)
        self.alive.discard(record.actor)

    def _crashed(self, record: Record) -> None:
        self.alive.discard(record.actor)

    def _restarted(self, record: Record) -> None:
        self.alive.add(record.actor)
        self.states[record.actor] = self._roles[record.actor].evolve(self.states[record.actor], Restarted())

    def _cut(self, record: Record) -> None:
        self.cuts.add(tuple(record.body))

    def _healed(self, record: Record) -> None:
        self.cuts.discard(tuple(record.body))


_LIFECYCLE = {
    "RunStarted": WorldState._begin,
    "ActorStarted": WorldState._born,
    "ActorStopped": WorldState._ended,
    "ActorCrashed": WorldState._crashed,
    "ActorRestarted": WorldState._restarted,
    "LinkCut": WorldState._cut,
    "LinkHealed": WorldState._healed,
}


def time_after(record: Record) -> int:
    """Virtual time once a record stands: later than the record's own where it says that time passed."""
    return record.body.to_ns if type(record.body) is PassTime else record.time_ns


def fold(records: Iterable[Record]) -> WorldState:
    """The state after all these records, which begin with a journal's first."""
    state = WorldState()
    for record in records:
        state.take(record)
    return state
