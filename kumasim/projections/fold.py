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
    (
        "ConnectionLost",
        "InputGiven",
        "MessageLost",
        "MessageResent",
        "MessageSent",
        "RequestAnswered",
        "RequestUnsendable",
        "TimerSet",
    )
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
    behaviours: Mapping[str, Any] = attrs.field(factory=roles, repr=False, eq=False)
    births: dict[str, tuple[str, Any]] = attrs.field(factory=dict, repr=False, eq=False)
    """For each actor its role and what it was last born with."""
    _roles: dict[str, Any] = attrs.field(factory=dict, repr=False, eq=False)

    def take(self, record: Record) -> None:
        """Take in the next record."""
        self.take_all((record,))

    def take_all(self, records: Iterable[Record]) -> None:
        """Take in the next records; every fold of a journal is this loop."""
        states, behaviour_of = self.states, self._roles
        record = None
        for record in records:
            _, _, _, actor, _, kind, _, body = record
            if kind in MESSAGES:
                continue
            lifecycle = _LIFECYCLE.get(kind)
            if lifecycle is not None:
                lifecycle(self, record)
            elif actor in states:
                states[actor] = behaviour_of[actor].evolve(states[actor], body)
        if record is not None:
            self.position = record.position + 1
            self.now_ns = time_after(record)

    def bear(self, actor: str, role: str, arguments: Any) -> None:
        """Let an actor begin."""
        behaviour = self.behaviours[role]
        self.births[actor] = (role, arguments)
        self._roles[actor] = behaviour
        self.states[actor] = behaviour.initial(arguments)
        self.alive.add(actor)

    def copy(self) -> WorldState:
        """A state of its own that can be taken further; the actors' states are shared, being frozen."""
        return attrs.evolve(
            self,
            states=dict(self.states),
            alive=set(self.alive),
            cuts=set(self.cuts),
            births=dict(self.births),
            roles=dict(self._roles),
        )

    def _begin(self, record: Record) -> None:
        self.config = record.body

    def _born(self, record: Record) -> None:
        self.bear(record.actor, record.subject, record.body)

    def _ended(self, record: Record) -> None:
        self.states.pop(record.actor, None)
        self.alive.discard(record.actor)

    def _crashed(self, record: Record) -> None:
        self.alive.discard(record.actor)

    def _restarted(self, record: Record) -> None:
        self.alive.add(record.actor)
        role = self._roles[record.actor]
        if record.body:
            # A control plane that was given other settings begins with nothing but these.
            self.bear(record.actor, self.births[record.actor][0], record.body)
        else:
            self.states[record.actor] = role.evolve(self.states[record.actor], Restarted())

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
    state.take_all(records)
    return state
