"""A world without a scenario file: topology, manifests and time in Python."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from kumasim.app import refs
from kumasim.app.config import topology_of, world_config
from kumasim.app.refusal import refusals
from kumasim.app.requests import request_of
from kumasim.app.run import Run
from kumasim.app.scenario_run import broken
from kumasim.domain.reconcilers.base import Surroundings
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Store
from kumasim.domain.traffic import Outcome
from kumasim.domain.tree import freeze
from kumasim.domain.universal.form import shown, taken
from kumasim.domain.writes import ApiResponse, Write
from kumasim.errors import KumasimError, Refused, UsageError
from kumasim.journal import Journal
from kumasim.runtime.engine import finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.session import Session
from kumasim.runtime.stores import store_actor
from kumasim.runtime.world import populated
from kumasim.scenario.durations import parse_duration
from kumasim.scenario.manifests import load_manifests

Sources = str | os.PathLike[str] | Mapping[str, Any] | Sequence[Any]


class World:
    """A running world: a global, zones, and everything in them.

    Args:
        kuma: the behaviour profile.
        zones: names, or a mapping from names to what a scenario says of a zone.
        semantics: "documented" or "source".
        seed: for all chance.
        topology: instead of zones, a whole `topology` as in a scenario.

    Everything is synchronous, and works inside a running event loop too.
    """

    def __init__(
        self,
        kuma: str = "2.8",
        zones: Sequence[str] | Mapping[str, Any] | None = None,
        semantics: str = "documented",
        seed: int = 0,
        topology: Mapping[str, Any] | None = None,
    ) -> None:
        if topology is None:
            named = zones if zones is not None else ["zone-1"]
            topology = {"zones": dict(named) if isinstance(named, Mapping) else {name: {} for name in named}}
        elif zones is not None:
            raise UsageError("give zones or a topology, not both")
        self._topology = topology_of(kuma, semantics, seed, topology)
        self._journal = Journal()
        config = world_config(self._topology, kuma, semantics, seed)
        self._seed = seed
        self._session = Session(populated(config, Inline(), self._journal.append))
        self.settle()

    def __getitem__(self, name: str) -> StoreHandle:
        """A store: `global` or a zone."""
        if name not in self._topology.stores:
            raise UsageError(f"there is no store {name!r}; there are {', '.join(self._topology.stores)}")
        return StoreHandle(self, name)

    @property
    def now_ns(self) -> int:
        """Virtual time."""
        return self._session.now_ns

    @property
    def run(self) -> Run:
        """The run so far."""
        return Run(self._journal)

    def settle(self, within: str = "10m") -> None:
        """Run until nothing is in flight or due that anybody waits for.

        Raises:
            TimeoutError: it does not settle in that virtual time.
        """
        if not self._finish(self._session.settle(parse_duration(within))):
            raise TimeoutError(f"the world did not settle within {within}")

    def advance(self, by: str) -> None:
        """Let virtual time pass: `world.advance("5m")`."""
        self._finish(self._session.advance(parse_duration(by)))

    def partition(self, one: str, other: str, direction: str = "both") -> None:
        """Cut the link between two of `global`, zones and actors; "a-to-b" loses what the first sends."""
        self._session.partition(one, other, direction)

    def heal(self, one: str = "", other: str = "") -> None:
        """Make a cut link whole; every one if none is named."""
        self._session.heal(one, other)

    def crash(self, actor: str) -> None:
        """End an actor: "zone-1", "zone-1/cluster", "zone-1/dp/pod.namespace"."""
        self._session.crash(self._known(actor))

    def restart(self, actor: str) -> None:
        """Begin a crashed actor again from what it had stored."""
        self._session.restart(self._known(actor))

    def request(self, **wanted: Any) -> list[Outcome]:
        """Send a request through the world as it is now.

        Args:
            from_: "outside", or `zone/namespace/Kind/name`.
            to: `zone/namespace/Service/name` or an address; or use `url`.
            port, host, path, method, headers, query, scheme, sni, backend_headers: as in a scenario's `request`.

        Returns:
            Every way in which such requests end, with exact shares.
        """
        return list(self._finish(self._session.request(request_of(wanted))))

    # ------------------------------------------------------------------ for stores

    def store(self, name: str) -> Store:
        """What a store holds now."""
        found: Store = self._session.engine.actors[self._store_actor(name)].state.store
        return found

    @property
    def stores(self) -> tuple[str, ...]:
        """The names of the stores: the global first, then the zones as they were given."""
        return tuple(self._topology.stores)

    def around(self, name: str) -> Surroundings:
        """What the control plane of a store knows of itself."""
        found: Surroundings = self._session.engine.actors[self._store_actor(name)].state.around
        return found

    def submit(self, name: str, write: Write) -> ApiResponse:
        """Ask a store for a change and wait for its answer."""
        answer: ApiResponse = self._finish(self._session.submit(self._store_actor(name), write))
        return answer

    def _store_actor(self, name: str) -> str:
        return store_actor(self._session.engine.actors, name)

    def _known(self, actor: str) -> str:
        if actor not in self._session.engine.actors:
            raise UsageError(f"there is no actor {actor!r}")
        return actor

    def _finish(self, work: Any) -> Any:
        try:
            return finish(work)
        except (KumasimError, TimeoutError):
            raise
        except Exception as error:
            raise broken(error, self._seed, self._journal) from error

    def __repr__(self) -> str:
        return f"<World of {', '.join(self._topology.stores)} at {self.now_ns / 1e9:g} s>"


class StoreHandle:
    """A store of a world: a zone's cluster or the global's.

    A refusal raises `Refused` with code, reason and message.
    """

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self.name = name

    def apply(self, *sources: Sources) -> None:
        """Create or update objects, in their order; goes on after a refused one and raises the first refusal.

        Args:
            sources: paths, globs, folders, mappings, or lists of these.
        """
        refused: list[Refused] = []
        for source in sources:
            for wanted in self._read(source):
                answer = self._world.submit(self.name, Write("apply", wanted.key, wanted, origin=wanted.origin))
                refused += refusals(answer)
        if refused:
            raise refused[0]

    def _read(self, source: Sources) -> list[Resource]:
        """The objects of a source in the form of this store; those written for the other type of store are an error."""
        universal = self._world.around(self.name).universal
        stores = {self.name: "universal" if universal else "kubernetes"}
        found = [manifest.resource for manifest in load_manifests(source, stores=stores)]
        return [taken(wanted) for wanted in found] if universal else found

    def delete(self, kind: str, namespace: str | None, name: str) -> None:
        """Delete an object; namespace is None for cluster-scoped kinds, and the mesh in a Universal store."""
        self._write(Write("delete", self._key(kind, namespace, name)))

    def patch(self, kind: str, namespace: str | None, name: str, patch: Any) -> None:
        """Change an object: a mapping is merged (RFC 7386), a list holds operations (RFC 6902)."""
        verb = "merge" if isinstance(patch, Mapping) else "json"
        self._write(Write(verb, self._key(kind, namespace, name), patch=freeze(patch)))

    def get(self, kind: str, namespace: str | None, name: str) -> dict[str, Any] | None:
        """An object as kubectl would show it, or Kuma's REST API for a Universal store; None if there is none."""
        found = self._world.store(self.name).get(self._key(kind, namespace, name))
        return None if found is None else shown(found)

    def list(self, kind: str, namespace: str | None = None) -> list[dict[str, Any]]:
        """All objects of a kind, in one namespace if given, sorted by namespace and name."""
        return [shown(found) for found in self._resources(kind, namespace)]

    def _resources(self, kind: str, namespace: str | None) -> tuple[Resource, ...]:
        store, proper = self._world.store(self.name), refs.proper_kind(kind)
        return tuple(found for group in refs.groups_of(kind) for found in store.list(group, proper, namespace))

    def _key(self, kind: str, namespace: str | None, name: str) -> Key:
        return refs.key_of(self._world.store(self.name), kind, namespace, name)

    def _write(self, write: Write) -> None:
        for refused in refusals(self._world.submit(self.name, write)):
            raise refused

    def __repr__(self) -> str:
        return f"<Store {self.name}>"
