"""What is to be handled when: a heap of envelopes in the one order of the world."""

from __future__ import annotations

import heapq

import attrs

from kumasim.kernel.envelope import Envelope


@attrs.define
class Agenda:
    """Envelopes by their key; answers with all that are due in the next round of an instant."""

    _heap: list[Envelope] = attrs.field(factory=list)
    _awaited: int = 0

    def put(self, envelope: Envelope) -> None:
        """Take an envelope in."""
        # Keys are unique (a sender never reuses a number), so comparison never reaches the body.
        heapq.heappush(self._heap, envelope)
        if not envelope.idle:
            self._awaited += 1

    def next_ns(self) -> int | None:
        """When the next envelope is due, None for an empty agenda."""
        return self._heap[0].at_ns if self._heap else None

    def next_key(self) -> tuple[int, int] | None:
        """The instant and round of the next envelope, None for an empty agenda."""
        return (self._heap[0].at_ns, self._heap[0].delta) if self._heap else None

    @property
    def quiet(self) -> bool:
        """Whether nothing is to come but what nobody waits for."""
        return self._awaited == 0

    def take(self) -> list[Envelope]:
        """All envelopes of the next (instant, round), in order."""
        heap = self._heap
        at_ns, delta = heap[0].at_ns, heap[0].delta
        due = []
        while heap and heap[0].at_ns == at_ns and heap[0].delta == delta:
            envelope = heapq.heappop(heap)
            due.append(envelope)
            if not envelope.idle:
                self._awaited -= 1
        return due

    def pending(self) -> list[Envelope]:
        """Everything on the agenda, in order."""
        return sorted(self._heap)

    def copy(self) -> Agenda:
        """An agenda of its own with the same content."""
        return Agenda(self._heap.copy(), self._awaited)
