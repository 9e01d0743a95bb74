"""What is to be handled when: a heap of envelopes in the one order of the world."""

from __future__ import annotations

import heapq

import attrs

from kumasim.kernel.envelope import Envelope


@attrs.define
class Agenda:
    """Envelopes by their key; answers with all that are due in the next round of an instant.

    Envelopes of one round are kept together unsorted, and sorted once when the round comes: only the rounds
    themselves need a heap.
    """

    _rounds: dict[tuple[int, int], list[Envelope]] = attrs.field(factory=dict)
    _heap: list[tuple[int, int]] = attrs.field(factory=list)
    _awaited: int = 0

    def put(self, envelope: Envelope) -> None:
        """Take an envelope in."""
        when = envelope[:2]
        together = self._rounds.get(when)
        if together is None:
            self._rounds[when] = [envelope]
            heapq.heappush(self._heap, when)
        else:
            together.append(envelope)
        if not envelope.idle:
            self._awaited += 1

    def next_ns(self) -> int | None:
        """When the next envelope is due, None for an empty agenda."""
        return self._heap[0][0] if self._heap else None

    def next_key(self) -> tuple[int, int] | None:
        """The instant and round of the next envelope, None for an empty agenda."""
        return self._heap[0] if self._heap else None

    @property
    def quiet(self) -> bool:
        """Whether nothing is to come but what nobody waits for."""
        return self._awaited == 0

    def take(self) -> list[Envelope]:
        """All envelopes of the next round, in order."""
        due = self._rounds.pop(heapq.heappop(self._heap))
        # Keys are unique (a sender never reuses a number), so comparison never reaches the body.
        due.sort()
        for envelope in due:
            if not envelope.idle:
                self._awaited -= 1
        return due

    def pending(self) -> list[Envelope]:
        """Everything on the agenda, in order."""
        return sorted(envelope for together in self._rounds.values() for envelope in together)

    def copy(self) -> Agenda:
        """An agenda of its own with the same content."""
        return Agenda(
            {when: list(together) for when, together in self._rounds.items()}, list(self._heap), self._awaited
        )
