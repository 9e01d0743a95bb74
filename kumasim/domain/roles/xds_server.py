"""The part that tells dataplanes what to serve.

A change marks the dataplanes whose configuration depends on it; the next refresh (once a second while anything is
marked) makes their configurations anew and sends those that differ. A configuration that cannot be made leaves the proxy
with the last one that could (D-42b).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.decider import After, Delivery, Effect, PeerGone, Restarted, Send
from kumasim.domain.persistent import Keys, Map
from kumasim.domain.proxy import ITSELF, MeshOutbounds, Scope, generator, members, touched
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Key
from kumasim.domain.roles.changes import Changed
from kumasim.domain.roles.dataplane import ProxyAck, ProxyConnect, ProxyUpdate
from kumasim.domain.roles.parts import Part
from kumasim.domain.sync.stream import next_tick_ns
from kumasim.domain.vocabulary import value

REFRESH_NS = 1_000_000_000
"""How often marked dataplanes are looked at (xDS refresh interval)."""


@value
class Proxy:
    """A connected dataplane.

    Args:
        actor: who it is.
        version: of the last configuration sent, 0 for none.
        acked: the last version it took.
        config: the last one sent.
        problem: why no newer one could be made, "" if it could.
    """

    actor: str
    version: int = 0
    acked: int = 0
    config: Any = None
    problem: str = ""


@value
class XdsState:
    """The connected dataplanes, and which of them have to be looked at.

    Args:
        proxies: by the key of what describes them.
        keys: the same by actor.
        marked: scopes of dataplanes that the next refresh looks at.
        refreshing: whether one is due.
    """

    proxies: Map[Key, Proxy] = attrs.field(factory=Map)
    keys: Map[str, Key] = attrs.field(factory=Map)
    marked: Keys[Scope] = attrs.field(factory=Keys)
    refreshing: bool = False


@value
class Refresh:
    """Message to oneself: look at the marked dataplanes."""


@value
class ProxyConnected:
    """Event: a dataplane connected."""

    dataplane: Key
    actor: str
    again_in_ns: int

    @property
    def subject(self) -> str:
        return str(self.dataplane)


@value
class ProxyDisconnected:
    """Event: a dataplane is gone."""

    dataplane: Key

    @property
    def subject(self) -> str:
        return str(self.dataplane)


@value
class ProxiesMarked:
    """Event: what the dataplanes of these scopes serve may have changed."""

    scopes: tuple[Scope, ...]
    again_in_ns: int

    @property
    def subject(self) -> str:
        return ""


@value
class ProxyConfigured:
    """Event: a dataplane was sent a new configuration."""

    dataplane: Key
    version: int
    config: Any

    @property
    def subject(self) -> str:
        return str(self.dataplane)


@value
class ProxyConfigFailed:
    """Event: no configuration could be made for a dataplane; it keeps its last one (D-42b)."""

    dataplane: Key
    reason: str

    @property
    def subject(self) -> str:
        return str(self.dataplane)


@value
class Refreshed:
    """Event: all marked dataplanes were looked at."""

    @property
    def subject(self) -> str:
        return ""


@value
class ConfigTaken:
    """Event: a dataplane took a configuration."""

    dataplane: Key
    version: int

    @property
    def subject(self) -> str:
        return str(self.dataplane)


@attrs.frozen
class XdsServer:
    """The xDS server of a control plane.

    Args:
        view: how it sees its store, from the state and the time.
    """

    view: Callable[[Any, int], View]

    def part(self) -> Part:
        """The part of a role that serves proxies."""
        return Part(
            name="xds server",
            decides={
                ProxyConnect: _on_connect,
                PeerGone: _on_gone,
                Changed: self._on_changed,
                Refresh: self._on_refresh,
                ProxyAck: _on_ack,
            },
            evolves={
                ProxyConnected: _connected,
                ProxyDisconnected: _disconnected,
                ProxiesMarked: _marked,
                ProxyConfigured: _configured,
                ProxyConfigFailed: _failed,
                Refreshed: _refreshed,
                ConfigTaken: _taken,
                Restarted: _forget,
            },
            reacts={ProxyConnected: _schedule, ProxiesMarked: _schedule, ProxyConfigured: _send},
        )

    def _on_changed(self, state: Any, delivery: Delivery) -> Iterable[Any]:
        seen = self.view(state, delivery.at_ns)
        scopes: set[Scope] = set()
        for change in delivery.body.changes:
            for form in (change.before, change.after):
                if form is not None:
                    scopes |= touched(seen, form)
        fresh = sorted(scope for scope in scopes if scope not in state.xds.marked)
        if fresh and len(state.xds.proxies):
            yield ProxiesMarked(tuple(fresh), _wait(state, delivery.at_ns))

    def _on_refresh(self, state: Any, delivery: Delivery) -> Iterable[Any]:
        seen, proxies = self.view(state, delivery.at_ns), state.xds.proxies
        keys = {key for scope in state.xds.marked.sorted() for key in members(seen, scope) if key in proxies}
        generate = generator(seen, _shared_before(proxies, keys))
        for key in sorted(keys):
            proxy: Proxy = proxies[key]
            described = state.cache.get(key)
            if described is None:
                continue
            made = generate(described)
            if isinstance(made, str):
                if made != proxy.problem:
                    yield ProxyConfigFailed(key, made)
            elif made != proxy.config:
                yield ProxyConfigured(key, proxy.version + 1, made)
        yield Refreshed()


def _shared_before(proxies: Map[Key, Proxy], keys: set[Key]) -> dict[str, MeshOutbounds]:
    """What the sidecars of each mesh shared so far: where it is still the same, it stays the same object."""
    known: dict[str, MeshOutbounds] = {}
    for key in sorted(keys):
        config = proxies[key].config
        if config is not None and config.shared is not None:
            known.setdefault(config.mesh, config.shared)
    return known


def _on_connect(state: Any, delivery: Delivery) -> Iterable[Any]:
    return [ProxyConnected(delivery.body.dataplane, delivery.sender, _wait(state, delivery.at_ns))]


def _on_gone(state: Any, delivery: Delivery) -> Iterable[Any]:
    key = state.xds.keys.get(delivery.body.peer)
    return [ProxyDisconnected(key)] if key is not None else []


def _on_ack(state: Any, delivery: Delivery) -> Iterable[Any]:
    known = delivery.body.dataplane in state.xds.proxies
    return [ConfigTaken(delivery.body.dataplane, delivery.body.version)] if known else []


def _wait(state: Any, now_ns: int) -> int:
    return -1 if state.xds.refreshing else next_tick_ns(0, now_ns, REFRESH_NS)


def _schedule(state: Any, event: Any) -> Iterable[Effect]:
    return [After(event.again_in_ns, Refresh())] if event.again_in_ns >= 0 else []


def _send(state: Any, event: ProxyConfigured) -> Iterable[Effect]:
    update = ProxyUpdate(event.dataplane, event.version, event.config)
    return [Send(state.xds.proxies[event.dataplane].actor, update, topic=f"xds {event.dataplane}")]


def _with(state: Any, **changes: Any) -> Any:
    return changed(state, xds=changed(state.xds, **changes))


def _proxy(state: Any, key: Key, **changes: Any) -> Any:
    return _with(state, proxies=state.xds.proxies.set(key, changed(state.xds.proxies[key], **changes)))


def _connected(state: Any, event: ProxyConnected) -> Any:
    return _with(
        state,
        proxies=state.xds.proxies.set(event.dataplane, Proxy(event.actor)),
        keys=state.xds.keys.set(event.actor, event.dataplane),
        marked=state.xds.marked.add((ITSELF, event.dataplane)),
        refreshing=True,
    )


def _disconnected(state: Any, event: ProxyDisconnected) -> Any:
    actor = state.xds.proxies[event.dataplane].actor
    return _with(state, proxies=state.xds.proxies.drop(event.dataplane), keys=state.xds.keys.drop(actor))


def _marked(state: Any, event: ProxiesMarked) -> Any:
    marked = state.xds.marked
    for scope in event.scopes:
        marked = marked.add(scope)
    return _with(state, marked=marked, refreshing=True)


def _configured(state: Any, event: ProxyConfigured) -> Any:
    return _proxy(state, event.dataplane, version=event.version, config=event.config, problem="")


def _failed(state: Any, event: ProxyConfigFailed) -> Any:
    return _proxy(state, event.dataplane, problem=event.reason)


def _refreshed(state: Any, event: Refreshed) -> Any:
    return _with(state, marked=Keys(), refreshing=False)


def _taken(state: Any, event: ConfigTaken) -> Any:
    return _proxy(state, event.dataplane, acked=event.version)


def _forget(state: Any, event: Restarted) -> Any:
    return changed(state, xds=XdsState())
