"""The part by which Universal proxies register: a proxy that connects brings its description along, and the control plane
stores it if it is not there; when the proxy leaves, the description goes some time later.

So a zone whose in-memory store was lost has its Dataplanes back as soon as their Mesh is there again (KDS-135, KDS-150),
and an ingress that ends is withdrawn from all zones, while a control plane that ends withdraws nothing (KDS-197).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.decider import After, Delivery, Effect, Now, PeerGone, Restarted, Send
from kumasim.domain.persistent import Map
from kumasim.domain.resource import Key, Resource
from kumasim.domain.roles.changes import Changed
from kumasim.domain.roles.dataplane import ProxyConnect
from kumasim.domain.roles.parts import Part
from kumasim.domain.roles.watching import Observed
from kumasim.domain.universal.form import key_of
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, create, delete

DEREGISTRATION_DELAY_NS = 10_000_000_000
"""How long a proxy may be away before its description is deleted (`dataplaneDeregistrationDelay`)."""


@value
class Registered:
    """A proxy that is connected, or was a moment ago.

    Args:
        actor: who it is.
        described: what it says that it is.
        asked: whether the store was asked to keep its description.
        gone_ns: since when it is away, -1 while it is connected.
    """

    actor: str
    described: Resource
    asked: bool
    gone_ns: int = -1


@value
class LifecycleState:
    """The Universal proxies of a control plane."""

    proxies: Map[Key, Registered] = attrs.field(factory=Map)


@value
class ProxyRegistered:
    """Event: a proxy told what it is.

    Args:
        store: whether its description has to be stored.
    """

    actor: str
    described: Resource
    store: bool

    @property
    def subject(self) -> str:
        return str(self.described.key)


@value
class ProxyLeft:
    """Event: a registered proxy is gone; unless it comes back in time its description goes too."""

    key: Key
    at_ns: int

    @property
    def subject(self) -> str:
        return str(self.key)


@value
class ProxyDeregistered:
    """Event: a proxy is no longer registered.

    Args:
        remove: whether its description has to be deleted.
    """

    key: Key
    remove: bool

    @property
    def subject(self) -> str:
        return str(self.key)


@value
class Deregister:
    """Message to oneself: a proxy has been away for long enough."""

    key: Key
    gone_ns: int


def _on_connect(state: Any, delivery: Delivery) -> Iterable[Any]:
    described: Resource | None = delivery.body.described
    if described is None:
        return []
    return [ProxyRegistered(delivery.sender, described, _storable(state, described))]


def _storable(state: Any, described: Resource) -> bool:
    """Whether a description is missing and its mesh is there (KDS-135). Before the first list nothing is known."""
    if not state.synced or described.key in state.cache:
        return False
    return not described.namespace or key_of("Mesh", "", described.namespace) in state.cache


def _on_changed(state: Any, delivery: Delivery) -> Iterable[Any]:
    for change in delivery.body.changes:
        key = change.one.key
        known: Registered | None = state.lifecycle.proxies.get(key)
        if change.after is None and known is not None:
            yield ProxyDeregistered(key, remove=False)
        elif change.after is not None and key.kind == "Mesh" and change.before is None:
            yield from _waiting(state, key.name)


def _waiting(state: Any, mesh: str | None = None) -> Iterable[Any]:
    """The connected proxies that can be registered now: those of a mesh that has come, or all."""
    for _, proxy in state.lifecycle.proxies.items():
        concerned = mesh is None or proxy.described.namespace == mesh
        if concerned and proxy.gone_ns < 0 and not proxy.asked and _storable(state, proxy.described):
            yield ProxyRegistered(proxy.actor, proxy.described, store=True)


@value
class StoreRead:
    """Message to oneself: what the store holds is known now."""


def _after_list(state: Any, event: Observed) -> Iterable[Effect]:
    if event.initial and len(state.lifecycle.proxies):
        yield Now(StoreRead())


def _on_read(state: Any, delivery: Delivery) -> Iterable[Any]:
    return _waiting(state)


def _on_gone(state: Any, delivery: Delivery) -> Iterable[Any]:
    for key, proxy in state.lifecycle.proxies.items():
        if proxy.actor == delivery.body.peer and proxy.gone_ns < 0:
            yield ProxyLeft(key, delivery.at_ns)


def _on_due(state: Any, delivery: Delivery) -> Iterable[Any]:
    key = delivery.body.key
    known: Registered | None = state.lifecycle.proxies.get(key)
    if known is not None and known.gone_ns == delivery.body.gone_ns:
        yield ProxyDeregistered(key, remove=key in state.cache)


def _store(state: Any, event: ProxyRegistered) -> Iterable[Effect]:
    if event.store:
        request = ApiRequest(("register", event.described.key), create(_bare(event.described)), state.account)
        yield Send(state.cluster, request, topic=f"register {event.described.key}")


def _bare(described: Resource) -> Resource:
    """A description without the frame that an earlier store gave it."""
    return described.with_meta(uid="", resource_version=0, created_ns=-1, owners=())


def _delete_later(state: Any, event: ProxyLeft) -> Iterable[Effect]:
    return [After(DEREGISTRATION_DELAY_NS, Deregister(event.key, event.at_ns), idle=True)]


def _remove(state: Any, event: ProxyDeregistered) -> Iterable[Effect]:
    if event.remove:
        request = ApiRequest(("deregister", event.key), delete(event.key), state.account)
        yield Send(state.cluster, request, topic=f"register {event.key}")


def _with(state: Any, proxies: Map[Key, Registered]) -> Any:
    return changed(state, lifecycle=LifecycleState(proxies))


def _registered(state: Any, event: ProxyRegistered) -> Any:
    proxies = state.lifecycle.proxies
    return _with(state, proxies.set(event.described.key, Registered(event.actor, event.described, event.store)))


def _left(state: Any, event: ProxyLeft) -> Any:
    proxies = state.lifecycle.proxies
    return _with(state, proxies.set(event.key, changed(proxies[event.key], gone_ns=event.at_ns)))


def _deregistered(state: Any, event: ProxyDeregistered) -> Any:
    return _with(state, state.lifecycle.proxies.drop(event.key))


def _forget(state: Any, event: Restarted) -> Any:
    return changed(state, lifecycle=LifecycleState())


def dataplane_lifecycle() -> Part:
    """The part of a control plane that registers Universal proxies."""
    return Part(
        name="dataplane lifecycle",
        decides={
            ProxyConnect: _on_connect,
            Changed: _on_changed,
            StoreRead: _on_read,
            PeerGone: _on_gone,
            Deregister: _on_due,
        },
        evolves={
            ProxyRegistered: _registered,
            ProxyLeft: _left,
            ProxyDeregistered: _deregistered,
            Restarted: _forget,
        },
        reacts={Observed: _after_list, ProxyRegistered: _store, ProxyLeft: _delete_later, ProxyDeregistered: _remove},
    )
