"""Watches: how a control plane comes to know what its API server holds.

The server's part answers a `WatchRequest` with a full list and then tells of every change; the client's part keeps what
it was told as its cache. The cache may lag behind the store by what is under way, as in life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.decider import After, Delivery, Effect, Now, PeerGone, Restarted, Send, Start
from kumasim.domain.persistent import Map
from kumasim.domain.resource import Resource
from kumasim.domain.roles.changes import Change, Changed
from kumasim.domain.roles.parts import Part
from kumasim.domain.store import Store
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import WatchRequest, WatchUpdate

RELIST_NS = 1_000_000_000
"""How long a client waits before it asks again after its watch broke."""

Kinds = tuple[tuple[str, str], ...]


@value
class WatchOpened:
    """Event: somebody watches these kinds from now on (all kinds when empty)."""

    watcher: str
    kinds: Kinds

    @property
    def subject(self) -> str:
        return self.watcher


@value
class WatchClosed:
    """Event: a watcher is gone."""

    watcher: str

    @property
    def subject(self) -> str:
        return self.watcher


def watch_server(store: Callable[[Any], Store]) -> Part:
    """The API server's part: lists, and remembers who is to be told. The state keeps `watchers`.

    Args:
        store: what it lists, from the state.
    """

    def on_request(state: Any, delivery: Delivery) -> Iterable[Any]:
        return [WatchOpened(delivery.sender, delivery.body.kinds)]

    def on_gone(state: Any, delivery: Delivery) -> Iterable[Any]:
        return [WatchClosed(delivery.body.peer)] if delivery.body.peer in state.watchers else []

    def send_list(state: Any, event: WatchOpened) -> Iterable[Effect]:
        held = store(state)
        chosen = [item for kind in sorted(event.kinds) for item in held.list(*kind)]
        listed = chosen if event.kinds else list(held.everything())
        update = WatchUpdate(tuple([("ADDED", item) for item in listed]), initial=True)
        return [Send(event.watcher, update, topic="watch")]

    def opened(state: Any, event: WatchOpened) -> Any:
        return changed(state, watchers=state.watchers.set(event.watcher, event.kinds))

    def closed(state: Any, event: WatchClosed) -> Any:
        return changed(state, watchers=state.watchers.drop(event.watcher))

    def forget(state: Any, event: Restarted) -> Any:
        return changed(state, watchers=Map())

    return Part(
        name="watch server",
        decides={WatchRequest: on_request, PeerGone: on_gone},
        evolves={WatchOpened: opened, WatchClosed: closed, Restarted: forget},
        reacts={WatchOpened: send_list},
    )


def tell_watchers(state: Any, kind_of_change: str, changed: Resource) -> Iterable[Effect]:
    """The messages that tell everybody who watches its kind of one object's change."""
    kind = (changed.key.group, changed.kind)
    for watcher, kinds in state.watchers.items():
        if not kinds or kind in kinds:
            yield Send(watcher, WatchUpdate(((kind_of_change, changed),)), topic=f"watch {changed.key}")


@value
class Observed:
    """Event: the control plane saw objects change in its API server."""

    changes: tuple[Change, ...]
    initial: bool = False

    @property
    def subject(self) -> str:
        return str(self.changes[0].one.key) if len(self.changes) == 1 else ""


@value
class WatchBroke:
    """Event: the control plane lost its watch; what it knows stays as it was."""

    @property
    def subject(self) -> str:
        return ""


@value
class AskAgain:
    """Message to oneself: list and watch again."""


def watch_client(kinds: Callable[[Any], Kinds]) -> Part:
    """The control plane's part. The state keeps `cluster` (its API server), `cache`, `synced` and `relisting`.

    Args:
        kinds: what it watches, from the state.
    """

    def ask(state: Any, delivery: Delivery) -> Iterable[Any]:
        return [WatchAsked()]

    def on_update(state: Any, delivery: Delivery) -> Iterable[Any]:
        update: WatchUpdate = delivery.body
        changes = _initial_changes(state.cache, update) if update.initial else _changes(state.cache, update)
        return [Observed(changes, update.initial)] if changes or update.initial else []

    def on_gone(state: Any, delivery: Delivery) -> Iterable[Any]:
        # Writes that fail tell of the same loss again; who already waits to ask anew has nothing to add.
        return [WatchBroke()] if delivery.body.peer == state.cluster and not state.relisting else []

    def send_request(state: Any, event: WatchAsked) -> Iterable[Effect]:
        return [Send(state.cluster, WatchRequest(kinds(state)), topic="watch")]

    def tell_parts(state: Any, event: Observed) -> Iterable[Effect]:
        return [Now(Changed(event.changes))] if event.changes else []

    def ask_later(state: Any, event: WatchBroke) -> Iterable[Effect]:
        return [After(RELIST_NS, AskAgain(), idle=True)]

    return Part(
        name="watch client",
        decides={Start: ask, AskAgain: ask, WatchUpdate: on_update, PeerGone: on_gone},
        evolves={Observed: _take_in, WatchBroke: _broke, WatchAsked: _asked, Restarted: _forget},
        reacts={WatchAsked: send_request, Observed: tell_parts, WatchBroke: ask_later},
    )


@value
class WatchAsked:
    """Event: the control plane asks its API server for a list and a watch."""

    @property
    def subject(self) -> str:
        return ""


def _changes(cache: Store, update: WatchUpdate) -> tuple[Change, ...]:
    changes: list[Change] = []
    for kind_of_change, resource in update.changes:
        before = cache.get(resource.key)
        if kind_of_change != "DELETED":
            changes.append(Change(before, resource))
        elif before is not None:
            changes.append(Change(before, None))
    return tuple(changes)


def _initial_changes(cache: Store, update: WatchUpdate) -> tuple[Change, ...]:
    """A list replaces what was known: what is not in it has been deleted while nobody watched."""
    listed = {resource.key for _, resource in update.changes}
    gone = [Change(known, None) for known in cache.everything() if known.key not in listed]
    fresh = [change for change in _changes(cache, update) if change.before != change.after]
    return tuple(gone + fresh)


def _take_in(state: Any, event: Observed) -> Any:
    cache = state.cache
    for change in event.changes:
        cache = cache.put(change.after) if change.after is not None else cache.drop(change.one.key)
    return changed(state, cache=cache, synced=state.synced or event.initial)


def _broke(state: Any, event: WatchBroke) -> Any:
    return changed(state, relisting=True)


def _asked(state: Any, event: WatchAsked) -> Any:
    return changed(state, relisting=False)


def _forget(state: Any, event: Restarted) -> Any:
    return changed(state, cache=Store(state.cache.indexes), synced=False, relisting=False)
