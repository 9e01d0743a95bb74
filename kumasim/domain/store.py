"""What a store or a cache holds: resources by key, with indexes kept up to date.

The same class serves an API server's store and the copy of it that a control plane has observed over its watch. A rule
never scans it: it asks an index (kind, namespace, owner, or one that a reconciler declared), so that its cost follows
what it concerns and not the size of the world.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import attrs

from kumasim.domain.persistent import Keys, Map
from kumasim.domain.resource import Key, Resource


@attrs.frozen
class Index:
    """A way to find resources of one kind by something they say.

    Args:
        name: unique, for instance "httproute-by-backend".
        kind: the kind it looks at.
        values: what a resource is to be found under (hashable, comparable among themselves).
    """

    name: str
    kind: str
    values: Callable[[Resource], Iterable[Hashable]]


@attrs.frozen
class Indexes:
    """The declared indexes of a store, by kind; the same for its whole life."""

    by_kind: dict[str, tuple[Index, ...]]

    @classmethod
    def of(cls, indexes: Iterable[Index]) -> Indexes:
        by_kind: dict[str, tuple[Index, ...]] = {}
        for index in indexes:
            known = by_kind.get(index.kind, ())
            # Two reconcilers may declare the same index; it is kept once.
            if index not in known:
                by_kind[index.kind] = (*known, index)
        return cls(by_kind)


NO_INDEXES = Indexes({})


@attrs.frozen
class Store:
    """A persistent collection of resources; `put` and `drop` answer with a new store."""

    indexes: Indexes = NO_INDEXES
    _objects: Map[Key, Resource] = attrs.field(factory=Map)
    _found: Map[tuple[Any, ...], Keys[Key]] = attrs.field(factory=Map)

    def get(self, key: Key) -> Resource | None:
        """The resource under a key."""
        found: Resource | None = self._objects.get(key)
        return found

    def __contains__(self, key: Key) -> bool:
        return key in self._objects

    def __len__(self) -> int:
        return len(self._objects)

    def put(self, resource: Resource) -> Store:
        """This store with a resource created or replaced."""
        key = resource.key
        before = self._objects.get(key)
        return self._reindexed(key, before, resource, self._objects.set(key, resource))

    def drop(self, key: Key) -> Store:
        """This store without a resource."""
        before = self._objects.get(key)
        return self if before is None else self._reindexed(key, before, None, self._objects.drop(key))

    def list(self, group: str, kind: str, namespace: str | None = None) -> tuple[Resource, ...]:
        """All resources of a kind, or those in one namespace, sorted by key."""
        place = ("kind", group, kind) if namespace is None else ("namespace", group, kind, namespace)
        return self._at(place)

    def owned(self, uid: str) -> tuple[Resource, ...]:
        """The resources that name this uid among their owners, sorted by key."""
        return self._at(("owner", uid))

    def find(self, index: str, value: Hashable) -> tuple[Resource, ...]:
        """The resources that a declared index finds under a value, sorted by key."""
        return self._at(("index", index, value))

    def everything(self) -> tuple[Resource, ...]:
        """All resources, sorted by key. For views and tests; no rule needs it."""
        return tuple(self._objects.values())

    def _at(self, place: tuple[Any, ...]) -> tuple[Resource, ...]:
        keys = self._found.get(place)
        objects = self._objects
        return () if keys is None else tuple([objects[key] for key in keys.sorted()])

    def _reindexed(
        self, key: Key, before: Resource | None, after: Resource | None, objects: Map[Key, Resource]
    ) -> Store:
        old = set() if before is None else set(self._places(key, before))
        new = set() if after is None else set(self._places(key, after))
        found = self._found
        for place in old - new:
            left = found[place].drop(key)
            found = found.set(place, left) if len(left) else found.drop(place)
        for place in new - old:
            found = found.set(place, found.get(place, _NONE).add(key))
        return Store(self.indexes, objects, found)

    def _places(self, key: Key, resource: Resource) -> Iterable[tuple[Any, ...]]:
        yield ("kind", key.group, key.kind)
        yield ("namespace", key.group, key.kind, key.namespace)
        for owner in resource.meta.owners:
            yield ("owner", owner.uid)
        for index in self.indexes.by_kind.get(key.kind, ()):
            for found_under in index.values(resource):
                yield ("index", index.name, found_under)


_NONE: Keys[Key] = Keys()
