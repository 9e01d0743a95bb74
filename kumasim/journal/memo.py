"""A bounded memory: keeps what was used lately, forgets the rest."""

from __future__ import annotations

from typing import Generic, TypeVar

V = TypeVar("V")

GENERATION = 16_384


class Memo(Generic[V]):
    """Values by number, at least the last `size` that were put in and at most twice as many.

    Two generations instead of an order of use: a full young generation becomes the old one, and what is asked for in
    the old one moves to the young. That costs one dict lookup in the common case.
    """

    __slots__ = ("_old", "_size", "_young")

    def __init__(self, size: int = GENERATION) -> None:
        self._size = size
        self._young: dict[int, V] = {}
        self._old: dict[int, V] = {}

    def get(self, number: int) -> V | None:
        """What was put in under a number, None if that is forgotten."""
        found = self._young.get(number)
        if found is None and self._old:
            found = self._old.get(number)
            if found is not None:
                self.put(number, found)
        return found

    def put(self, number: int, value: V) -> None:
        """Keep a value under a number."""
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[number] = value

    def clear(self) -> None:
        """Forget everything."""
        self._young = {}
        self._old = {}
