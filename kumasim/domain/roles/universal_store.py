"""The store of a Universal control plane: its REST API, what it keeps, and the proxies that were started for what is
applied there.

It speaks the same messages as a cluster's API server, so that whoever watches it need not know which one it is. It lives
and dies with its control plane; what it holds is lost then if it is the in-memory store, which is Kuma's default, and
kept if it is Postgres (KDS-150).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.decider import Delivery, Restarted
from kumasim.domain.persistent import Map
from kumasim.domain.reconcilers.base import Surroundings, View
from kumasim.domain.resource import Key, Resource
from kumasim.domain.roles.api_server import (
    AFTER_WRITES,
    Asked,
    ResourceDeleted,
    ResourceRejected,
    ResourceUpserted,
    WriteUnchanged,
)
from kumasim.domain.roles.parts import Part, PartedRole
from kumasim.domain.roles.universal_proxies import running_proxies
from kumasim.domain.roles.watching import Kinds, watch_server
from kumasim.domain.store import NO_INDEXES, Store
from kumasim.domain.universal.form import key_taken
from kumasim.domain.universal.writes import CONTROL_PLANE, Held, Saved, perform
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, Failure

STORE_TYPE = "KUMA_STORE_TYPE"
"""The control plane variable that chooses the store: "memory" (Kuma's default) or "postgres"."""
POSTGRES = "postgres"


@value
class UniversalStoreArguments:
    """What a Universal store is told at its birth.

    Args:
        name: the actor's name, "zone-1/store".
        control_plane: whose store it is.
        around: the control plane's surroundings.
        held: what it holds from the beginning, of an earlier life; `version` is that of its last change.
        proxies: those that run already.
    """

    name: str
    control_plane: str
    around: Surroundings
    held: tuple[Resource, ...] = ()
    version: int = 0
    proxies: tuple[tuple[Key, str], ...] = ()


@value
class UniversalStoreState:
    """What a Universal store knows.

    Args:
        store: all objects.
        version: of the last change.
        born: how often an object was created under a key.
        watchers: who watches which kinds.
        proxies: the actor of each proxy that was started here; proxies outlive a restart of the store.
    """

    name: str
    control_plane: str
    around: Surroundings
    store: Store = attrs.field(factory=lambda: Store(NO_INDEXES))
    version: int = 0
    born: Map[Key, int] = attrs.field(factory=Map)
    watchers: Map[str, Kinds] = attrs.field(factory=Map)
    proxies: Map[Key, str] = attrs.field(factory=Map)

    @property
    def durable(self) -> Store:
        """What is there after a restart."""
        return self.store if self.around.config.get(STORE_TYPE, "") == POSTGRES else Store(NO_INDEXES)

    def arguments_with(self, **settings: Any) -> UniversalStoreArguments:
        """What this store is told when its control plane starts again with other settings."""
        return UniversalStoreArguments(
            self.name,
            self.control_plane,
            changed(self.around, **settings),
            self.durable.everything(),
            self.version,
            tuple(self.proxies.items()),
        )


def _initial(arguments: UniversalStoreArguments) -> UniversalStoreState:
    store = Store(NO_INDEXES)
    for held in arguments.held:
        store = store.put(held)
    return UniversalStoreState(
        arguments.name,
        arguments.control_plane,
        arguments.around,
        store,
        arguments.version,
        proxies=Map(arguments.proxies),
    )


def _on_request(state: UniversalStoreState, delivery: Delivery) -> Iterable[Any]:
    request: ApiRequest = delivery.body
    asked = Asked(delivery.sender, request.id, request.user)
    view = View(state.store, state.around, delivery.at_ns)
    outcome = perform(Held(state.name, view, state.version, state.born), request.write, request.user)
    key = key_taken(request.write.key)
    if isinstance(outcome, Failure):
        return [ResourceRejected(key, request.write.verb, outcome, asked)]
    events = list(_events(state, outcome, key, asked))
    return events or [WriteUnchanged(_held(state, key), asked)]


def _events(state: UniversalStoreState, outcome: Saved, key: Key, asked: Asked) -> Iterable[Any]:
    """What was asked for is answered; what goes along with it was nobody's wish."""
    along = Asked(state.name, None, CONTROL_PLANE)
    for made in outcome.stored:
        yield ResourceUpserted(made, state.store.get(made.key), asked if made.key == key else along)
    for gone in outcome.gone:
        yield ResourceDeleted(gone, _held(state, gone.key), asked if gone.key == key else along)


def _held(state: UniversalStoreState, key: Key) -> Resource:
    held = state.store.get(key)
    assert held is not None
    return held


def _stored(state: UniversalStoreState, event: ResourceUpserted) -> UniversalStoreState:
    key = event.resource.key
    born = state.born if event.before is not None else state.born.set(key, state.born.get(key, 0) + 1)
    version = max(state.version, event.resource.meta.resource_version)
    return changed(state, store=state.store.put(event.resource), born=born, version=version)


def _removed(state: UniversalStoreState, event: ResourceDeleted) -> UniversalStoreState:
    version = max(state.version, event.resource.meta.resource_version)
    return changed(state, store=state.store.drop(event.resource.key), version=version)


def _restarted(state: UniversalStoreState, event: Restarted) -> UniversalStoreState:
    return changed(state, store=state.durable)


def universal_store() -> PartedRole[UniversalStoreState]:
    """The role of a Universal control plane's store."""
    rest_api = Part(
        name="rest api",
        decides={ApiRequest: _on_request},
        evolves={ResourceUpserted: _stored, ResourceDeleted: _removed, Restarted: _restarted},
        reacts=AFTER_WRITES,
    )
    return PartedRole(_initial, [rest_api, watch_server(lambda state: state.store), running_proxies()])
