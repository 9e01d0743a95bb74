"""Roles out of parts: tables from message and event classes to functions.

A part concerns itself with one thing and says which messages it decides on, which events it folds into the state and
which it reacts to. A role is the sum of its parts; where several parts name the same class they take their turns in
the order in which the parts are listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import attrs

from kumasim.domain.decider import Delivery, Effect, PeerGone, Start
from kumasim.domain.roles.changes import Changed

S = TypeVar("S")

ANNOUNCEMENTS = (Start, PeerGone, Changed)
"""What is told to whoever may care: a birth, a lost connection, a change of the store. Every other message is meant for
somebody, and one that nobody takes is a bug."""

Decide = Callable[[Any, Delivery], Iterable[Any]]
Evolve = Callable[[Any, Any], Any]
React = Callable[[Any, Any], Iterable[Effect]]


@attrs.frozen
class Part:
    """One concern of a role.

    Args:
        name: what it is about.
        decides: message class -> what follows from such a message.
        evolves: event class -> the state after such an event.
        reacts: event class -> what is wanted because of it.
    """

    name: str
    decides: Mapping[type, Decide] = attrs.field(factory=dict)
    evolves: Mapping[type, Evolve] = attrs.field(factory=dict)
    reacts: Mapping[type, React] = attrs.field(factory=dict)


class PartedRole(Generic[S]):
    """A role made of parts.

    Args:
        start: makes the state of an actor that has lived through nothing yet, from its arguments.
        parts: its concerns.
    """

    def __init__(self, start: Callable[[Any], S], parts: Sequence[Part]) -> None:
        self._start = start
        self.parts = tuple(parts)
        self._decides = _merged(part.decides for part in parts)
        self._evolves = _merged(part.evolves for part in parts)
        self._reacts = _merged(part.reacts for part in parts)

    def initial(self, arguments: Any) -> S:
        """The state at birth."""
        return self._start(arguments)

    def decide(self, state: S, delivery: Delivery) -> list[Any]:
        """What follows from a delivery.

        Raises:
            TypeError: no part knows such a message, and it is no announcement.
        """
        rules = self._decides.get(type(delivery.body))
        if rules is None:
            if isinstance(delivery.body, ANNOUNCEMENTS):
                return []
            raise TypeError(f"no part decides on a {type(delivery.body).__name__} from {delivery.sender}")
        if len(rules) == 1:
            return list(rules[0](state, delivery))
        return [event for rule in rules for event in rule(state, delivery)]

    def evolve(self, state: S, event: Any) -> S:
        """The state after an event."""
        for fold in self._evolves.get(type(event), ()):
            state = fold(state, event)
        return state

    def react(self, state: S, event: Any) -> list[Effect]:
        """What is wanted because of an event."""
        return [effect for rule in self._reacts.get(type(event), ()) for effect in rule(state, event)]


def _merged(tables: Iterable[Mapping[type, Any]]) -> dict[type, tuple[Any, ...]]:
    merged: dict[type, tuple[Any, ...]] = {}
    for table in tables:
        for cls, rule in table.items():
            merged[cls] = (*merged.get(cls, ()), rule)
    return merged
