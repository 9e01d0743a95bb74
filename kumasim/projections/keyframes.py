"""Keyframes: what makes every position of a journal cheap to reach.

A state of the world consists of persistent maps, so that a copy of it shares everything with the original. While a
fold goes through a journal it leaves such copies behind, every so many records; a later look begins at the nearest one
before it. Beyond `LIMIT` copies every second one is let go, so that their number is bounded whatever the journal.

For journal files too long to be folded first, a `shelf` brings keyframes from a file beside the journal.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

from kumasim.journal.record import Record
from kumasim.projections.fold import WorldState
from kumasim.runtime.collector import few_collections

EVERY = 4_096
"""Records between two keyframes: a fold of so many is not felt."""
LIMIT = 256


class Shelf(Protocol):
    """Keyframes that were made before."""

    def nearest(self, position: int) -> WorldState | None:
        """The latest kept state at or before a position, for the caller to take further; None if there is none."""


class Keyframes:
    """The states of the world along a journal.

    Args:
        records: the journal; it may grow.
        every: records between two keyframes at first.
        shelf: further keyframes.
    """

    def __init__(self, records: Sequence[Record], every: int = EVERY, shelf: Shelf | None = None) -> None:
        self._records = records
        self._every = every
        self._shelf = shelf
        self._positions: list[int] = [0]
        self._states: list[WorldState] = [WorldState()]

    def at(self, position: int) -> WorldState:
        """The state after the first `position` records, the caller's own.

        Raises:
            IndexError: the journal has no such position.
        """
        if not 0 <= position <= len(self._records):
            raise IndexError(f"the journal has {len(self._records)} records; there is no position {position}")
        # What is read is kept, not cyclic: looking for garbage while it piles up would cost more than reading it.
        with few_collections():
            return self._folded(self._nearest(position), position)

    def _folded(self, state: WorldState, position: int) -> WorldState:
        coming = since(self._records, state.position)
        while state.position < position:
            stop = min(position, (state.position // self._every + 1) * self._every)
            state.take_all(islice(coming, stop - state.position))
            if state.position % self._every == 0:
                self._keep(state)
        return state

    def _nearest(self, position: int) -> WorldState:
        found = self._states[bisect_right(self._positions, position) - 1]
        if self._shelf is not None and found.position + self._every < position:
            shelved = self._shelf.nearest(position)
            if shelved is not None and shelved.position > found.position:
                return shelved
        return found.copy()

    def _keep(self, state: WorldState) -> None:
        place = bisect_right(self._positions, state.position)
        if self._positions[place - 1] == state.position:
            return
        self._positions.insert(place, state.position)
        self._states.insert(place, state.copy())
        if len(self._positions) > LIMIT:
            self._every *= 2
            kept = [one for one in self._states if one.position % self._every == 0]
            self._states, self._positions = kept, [one.position for one in kept]


def since(records: Sequence[Record], position: int) -> Iterator[Record]:
    """The records from a position on; of a journal file nothing before it is read."""
    begin = getattr(records, "since", None)
    return begin(position) if begin is not None else (records[at] for at in range(position, len(records)))


def position_at(records: Sequence[Record], time_ns: int) -> int:
    """How many records there are up to and with a virtual time."""
    return bisect_right(records, time_ns, key=lambda record: record.time_ns)
