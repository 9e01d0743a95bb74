"""The state of a world at one moment, as people look at it."""

from __future__ import annotations

from typing import Any

from kumasim.app import refs
from kumasim.domain import kinds
from kumasim.domain.resource import Resource
from kumasim.domain.store import Store
from kumasim.domain.traffic import Outcome, Request, evaluate
from kumasim.errors import UsageError
from kumasim.projections.fold import WorldState
from kumasim.runtime.traffic import Traffic, zones_of
from kumasim.views.table import Table, resource_table


class State:
    """What a world held at one moment; read only.

    Args:
        world: the fold of the journal up to that moment.
    """

    def __init__(self, world: WorldState) -> None:
        self._world = world

    @property
    def position(self) -> int:
        """How many records of the journal it is made of."""
        return self._world.position

    @property
    def now_ns(self) -> int:
        """Virtual time."""
        return self._world.now_ns

    @property
    def stores(self) -> tuple[str, ...]:
        """The names of the stores: `global` and the zones."""
        return tuple(sorted(name.removesuffix("/cluster") for name in self._world.states if name.endswith("/cluster")))

    def store(self, name: str) -> Store:
        """What a store holds.

        Raises:
            UsageError: there is no such store.
        """
        state = self._world.states.get(f"{name}/cluster")
        if state is None:
            raise UsageError(f"there is no store {name!r}; there are {', '.join(self.stores)}")
        found: Store = state.store
        return found

    def get(self, reference: str) -> dict[str, Any] | None:
        """An object as kubectl would show it, or None.

        Args:
            reference: "zone-1/HTTPRoute/kuma-demo/db", or "global/Mesh/default" for cluster-scoped kinds.
        """
        name, kind, namespace, object_name = refs.parse(reference)
        store = self.store(name)
        found = store.get(refs.key_of(store, kind, namespace, object_name))
        return None if found is None else found.to_tree()

    def resources(self, kind: str, at: str, namespace: str | None = None) -> tuple[Resource, ...]:
        """The same as resources."""
        store, proper = self.store(at), refs.proper_kind(kind)
        return tuple(found for group in refs.groups_of(kind) for found in store.list(group, proper, namespace))

    def table(self, kind: str, at: str | None = None, wide: bool = False) -> Table:
        """Objects of a kind as kubectl would list them.

        Args:
            kind: "httproutes", "HTTPRoute" or a short name.
            at: one store; every store if left out.
            wide: with the columns of `-o wide`.
        """
        described = kinds.find_by_name(kind.lower())
        stores = [at] if at is not None else list(self.stores)
        rows = [(name, found) for name in stores for found in self.resources(kind, name)]
        return resource_table(described, rows, self.now_ns, with_store=at is None, wide=wide)

    def request(self, **wanted: Any) -> list[Outcome]:
        """Send a request through the world as it was at this moment; see `World.request`."""
        cuts = self._world.cuts
        alive = self._world.alive

        def state(name: str) -> Any:
            return self._world.states.get(name) if name in alive else None

        traffic = Traffic(state, zones_of(self._world.states), lambda one, other: bool({(one, other), (other, one)} & cuts))
        return list(evaluate(traffic, request_of(wanted)))

    def list(self, kind: str, at: str, namespace: str | None = None) -> list[dict[str, Any]]:
        """All objects of a kind in a store, sorted by namespace and name."""
        return [found.to_tree() for found in self.resources(kind, at, namespace)]


def request_of(wanted: dict[str, Any]) -> Request:
    """A request from the keyword arguments that users write.

    Raises:
        UsageError: an argument has a name that requests do not have.
    """
    from kumasim.domain.tree import freeze

    allowed = {"from_", "to", "port", "url", "host", "path", "method", "headers", "query", "scheme", "sni", "backend_headers"}
    unknown = sorted(set(wanted) - allowed)
    if unknown:
        raise UsageError(f"a request has no {', '.join(unknown)}; it has {', '.join(sorted(allowed))}")
    given = {name: freeze(item) for name, item in wanted.items() if item is not None}
    return Request(**given)
