"""The state of a world at one moment, as people look at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kumasim.app import refs
from kumasim.app.requests import request_of
from kumasim.domain import kinds
from kumasim.domain.resource import Resource
from kumasim.domain.store import Store
from kumasim.domain.traffic import Outcome, evaluate
from kumasim.domain.universal.form import shown
from kumasim.errors import UsageError
from kumasim.journal.record import Record
from kumasim.projections.fold import WorldState
from kumasim.projections.policies import policies_for
from kumasim.projections.reach import reach
from kumasim.projections.sync_table import sync_table
from kumasim.runtime.stores import place_of, store_actor
from kumasim.runtime.traffic import Traffic, universal_zones, zones_of
from kumasim.views.policies import policies_table
from kumasim.views.reach import reach_table
from kumasim.views.sync import sync_view
from kumasim.views.table import Table, resource_table
from kumasim.views.trace import Trace

if TYPE_CHECKING:
    from kumasim.app.fork import Fork


class State:
    """What a world held at one moment; read only.

    Args:
        world: the fold of the journal up to that moment.
        records: the journal, to fork from; it may go on beyond that moment.
    """

    def __init__(self, world: WorldState, records: Sequence[Record] = ()) -> None:
        self._world = world
        self._records = records

    @property
    def position(self) -> int:
        """How many records of the journal it is made of."""
        return self._world.position

    @property
    def now_ns(self) -> int:
        """Virtual time."""
        return self._world.now_ns

    def fork(self) -> Fork:
        """Another future from this moment: `state.fork().apply("zone-1", "fix.yaml").run()`.

        Raises:
            UsageError: the state was not made from a run's journal.
        """
        from kumasim.app.fork import Fork

        if not self._records:
            raise UsageError("this state does not know its journal; take it from a run: run.at(...)")
        return Fork(self._records, self.position)

    @property
    def stores(self) -> tuple[str, ...]:
        """The names of the stores: `global` and the zones."""
        return tuple(sorted(place for name in self._world.states if (place := place_of(name))))

    def store(self, name: str) -> Store:
        """What a store holds.

        Raises:
            UsageError: there is no such store.
        """
        state = self._world.states.get(store_actor(self._world.states, name))
        if state is None:
            raise UsageError(f"there is no store {name!r}; there are {', '.join(self.stores)}")
        found: Store = state.store
        return found

    def get(self, reference: str) -> dict[str, Any] | None:
        """An object as kubectl would show it, or Kuma's REST API for a Universal store; None if there is none.

        Args:
            reference: "zone-1/HTTPRoute/kuma-demo/db", or "global/Mesh/default" for cluster-scoped kinds; in a
                Universal store the mesh stands where the namespace does, "zone-1/Dataplane/default/web".
        """
        name, kind, namespace, object_name = refs.parse(reference)
        store = self.store(name)
        found = store.get(refs.key_of(store, kind, namespace, object_name))
        return None if found is None else shown(found)

    def resources(self, kind: str, at: str, namespace: str | None = None) -> tuple[Resource, ...]:
        """The same as resources."""
        store, proper = self.store(at), refs.proper_kind(kind)
        return tuple(found for group in refs.groups_of(kind) for found in store.list(group, proper, namespace))

    def table(self, kind: str, at: str | None = None, wide: bool = False) -> Table:
        """Objects of a kind as kubectl would list them.

        Args:
            kind: "httproutes", "HTTPRoute" or a short name; or "sync": what became of each resource on its way to
                each other store; or "reach": who reaches whom, see `reach`.
            at: one store; every store if left out.
            wide: with the columns of `-o wide`.
        """
        if kind.lower() == "reach":
            return self.reach(f"{at}/" if at is not None else "", wide)
        if kind.lower() == "sync":
            return sync_view(sync_table(self._world.states, at))
        described = kinds.find_by_name(kind.lower())
        stores = [at] if at is not None else list(self.stores)
        rows = [(name, found) for name in stores for found in self.resources(kind, name)]
        return resource_table(described, rows, self.now_ns, with_store=at is None, wide=wide)

    def request(self, **wanted: Any) -> list[Outcome]:
        """Send a request through the world as it was at this moment; see `World.request`."""
        return list(evaluate(self._traffic(), request_of(wanted)))

    def trace(self, **wanted: Any) -> Trace:
        """The same request hop by hop: what decided at each, and what did not; see `World.request`."""
        return Trace(tuple(evaluate(self._traffic(), request_of(wanted), detailed=True)))

    def reach(self, source: str = "", all_names: bool = False) -> Table:
        """Who reaches whom: every workload's call to every destination of its mesh, with share, path, or what fails.

        Args:
            source: only workloads whose name begins so: "zone-1", "zone-1/shop/Deployment/client".
            all_names: call Services by their names in the cluster's own DNS as well.
        """
        return reach_table(reach(self._traffic(), source, all_names))

    def policies(self, reference: str) -> Table:
        """Which policy applies to which listener, route, cluster, inbound or outbound of a proxy, and why.

        Args:
            reference: "zone-1/Dataplane/kuma-demo/edge-5fc5b5bc84-zr9kl".

        Raises:
            UsageError: it names no Dataplane that exists.
        """
        zone, kind, namespace, name = refs.parse(reference)
        store = self.store(zone)
        key = refs.key_of(store, kind, namespace, name)
        dataplane = store.get(key)
        if dataplane is None or key.kind != "Dataplane":
            known = ", ".join(f"{zone}/{one.key}" for one in self.resources("Dataplane", zone)) or "none"
            raise UsageError(f"{reference!r} is no Dataplane; in {zone} there are: {known}")
        documented = self._world.config.semantics == "documented"
        config = self._traffic().config(zone, key)
        return policies_table(policies_for(store, dataplane, config, documented))

    def _traffic(self) -> Traffic:
        cuts = self._world.cuts
        alive = self._world.alive

        def state(name: str) -> Any:
            return self._world.states.get(name) if name in alive else None

        states = self._world.states
        universal = universal_zones(states, state)
        return Traffic(state, zones_of(states), lambda one, other: bool({(one, other), (other, one)} & cuts), universal)

    def list(self, kind: str, at: str, namespace: str | None = None) -> list[dict[str, Any]]:
        """All objects of a kind in a store, sorted by namespace and name."""
        return [shown(found) for found in self.resources(kind, at, namespace)]
