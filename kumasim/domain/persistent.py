"""Maps and sets that share structure with their past, so that a snapshot costs nothing.

Crashes, forks and seeks want cheap snapshots; `evolve` wants cheap updates: a persistent map gives both. The maps
underneath iterate in hash order, which differs from process to process, so these wrappers have no `__iter__` at all:
whoever wants the contents asks for them sorted. That turns the law "no set iteration may decide anything" into a
property of the type instead of a matter of care.

This is the only module of the domain that imports more than the standard library and attrs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from rpds import HashTrieMap, HashTrieSet

K = TypeVar("K", bound=Any)
V = TypeVar("V")
T = TypeVar("T")


class Map(Generic[K, V]):
    """A mapping that is never changed: `set` and `drop` answer with a new one."""

    __slots__ = ("_trie",)

    def __init__(self, items: Iterable[tuple[K, V]] = ()) -> None:
        self._trie: Any = HashTrieMap(items)

    @classmethod
    def _of(cls, trie: Any) -> Map[K, V]:
        made = cls.__new__(cls)
        made._trie = trie
        return made

    def get(self, key: K, default: Any = None) -> Any:
        """The value under a key, or `default`."""
        return self._trie.get(key, default)

    def __getitem__(self, key: K) -> V:
        found: V = self._trie[key]
        return found

    def __contains__(self, key: object) -> bool:
        return key in self._trie

    def __len__(self) -> int:
        return len(self._trie)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Map) and self._trie == other._trie

    def __hash__(self) -> int:
        raise TypeError("a Map is compared, never hashed")

    def set(self, key: K, value: V) -> Map[K, V]:
        """This map with one entry put in or replaced."""
        return self._of(self._trie.insert(key, value))

    def drop(self, key: K) -> Map[K, V]:
        """This map without a key; a missing key is no error."""
        return self._of(self._trie.discard(key))

    def keys(self) -> list[K]:
        """All keys, sorted."""
        return sorted(self._trie.keys())

    def items(self) -> list[tuple[K, V]]:
        """All entries, sorted by key."""
        trie = self._trie
        return [(key, trie[key]) for key in sorted(trie.keys())]

    def values(self) -> list[V]:
        """All values, in the order of their keys."""
        trie = self._trie
        return [trie[key] for key in sorted(trie.keys())]

    def __repr__(self) -> str:
        return f"Map({self.items()!r})"


class Keys(Generic[T]):
    """A set that is never changed and is only ever seen sorted."""

    __slots__ = ("_order", "_trie")

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._trie: Any = HashTrieSet(items)
        self._order: tuple[T, ...] | None = None

    @classmethod
    def _of(cls, trie: Any) -> Keys[T]:
        made = cls.__new__(cls)
        made._trie = trie
        made._order = None
        return made

    def __contains__(self, item: object) -> bool:
        return item in self._trie

    def __len__(self) -> int:
        return len(self._trie)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keys) and self._trie == other._trie

    def __hash__(self) -> int:
        raise TypeError("Keys are compared, never hashed")

    def add(self, item: T) -> Keys[T]:
        """This set with an item put in."""
        return self._of(self._trie.insert(item))

    def drop(self, item: T) -> Keys[T]:
        """This set without an item; a missing one is no error."""
        return self._of(self._trie.discard(item))

    def sorted(self) -> tuple[T, ...]:
        """The items in order; sorted once and remembered, since they never change."""
        if self._order is None:
            self._order = tuple(sorted(self._trie))
        return self._order

    def __repr__(self) -> str:
        return f"Keys({self.sorted()!r})"
