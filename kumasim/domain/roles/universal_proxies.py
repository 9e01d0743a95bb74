"""The part that runs a Universal store's proxies: who applies a Dataplane, ZoneIngress or ZoneEgress there has started
a healthy proxy of that description, and who deletes it has stopped it.

What the control plane itself writes starts and stops nothing: synced objects describe proxies of other zones, and a
proxy that is deregistered goes on running.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.decider import Delivery, Effect, Now, Send, Spawn, Stop
from kumasim.domain.resource import Key, Resource
from kumasim.domain.roles.api_server import ResourceDeleted, ResourceUpserted
from kumasim.domain.roles.dataplane import ProxyDescribed, ProxyIdentity
from kumasim.domain.roles.parts import Part
from kumasim.domain.universal.writes import CONTROL_PLANE
from kumasim.domain.vocabulary import value

PROXY_KINDS = ("Dataplane", "ZoneIngress", "ZoneEgress")
NO_POD = Key("", "", "", "")


@value
class ProxyWanted:
    """Message within a store: somebody applied the description of a proxy, or changed or deleted it."""

    key: Key
    described: Resource | None


@value
class UniversalProxyStarted:
    """Event: a proxy begins to run."""

    actor: str
    described: Resource

    @property
    def subject(self) -> str:
        return str(self.described.key)


@value
class UniversalProxyChanged:
    """Event: the description of a running proxy was changed."""

    actor: str
    described: Resource

    @property
    def subject(self) -> str:
        return str(self.described.key)


@value
class UniversalProxyStopped:
    """Event: a proxy was stopped."""

    key: Key
    actor: str

    @property
    def subject(self) -> str:
        return str(self.key)


def _applied(state: Any, event: ResourceUpserted) -> Iterable[Effect]:
    if event.resource.kind in PROXY_KINDS and event.asked.user != CONTROL_PLANE:
        yield Now(ProxyWanted(event.resource.key, event.resource))


def _deleted(state: Any, event: ResourceDeleted) -> Iterable[Effect]:
    if event.resource.kind in PROXY_KINDS and event.asked.user != CONTROL_PLANE:
        yield Now(ProxyWanted(event.resource.key, None))


def _on_wanted(state: Any, delivery: Delivery) -> Iterable[Any]:
    key, described = delivery.body.key, delivery.body.described
    actor = state.proxies.get(key)
    if described is None:
        return [] if actor is None else [UniversalProxyStopped(key, actor)]
    if actor is None:
        return [UniversalProxyStarted(_free_name(state, key), described)]
    return [UniversalProxyChanged(actor, described)]


def _free_name(state: Any, key: Key) -> str:
    """`zone-1/dp/NAME`; where another mesh or kind has that name already, the mesh or kind is added."""
    place = state.control_plane
    for name in (key.name, f"{key.name}.{key.namespace or key.kind.lower()}"):
        if all(actor != f"{place}/dp/{name}" for actor in state.proxies.values()):
            return f"{place}/dp/{name}"
    return f"{place}/dp/{key.name}.{key.kind.lower()}"


def _spawn(state: Any, event: UniversalProxyStarted) -> Iterable[Effect]:
    identity = ProxyIdentity(event.described.key, state.control_plane, "", NO_POD, "", event.described)
    return [Spawn(event.actor, "dataplane", identity)]


def _tell(state: Any, event: UniversalProxyChanged) -> Iterable[Effect]:
    return [Send(event.actor, ProxyDescribed(event.described), topic="description")]


def _stop(state: Any, event: UniversalProxyStopped) -> Iterable[Effect]:
    return [Stop(event.actor)]


def _started(state: Any, event: UniversalProxyStarted) -> Any:
    return changed(state, proxies=state.proxies.set(event.described.key, event.actor))


def _stopped(state: Any, event: UniversalProxyStopped) -> Any:
    return changed(state, proxies=state.proxies.drop(event.key))


def running_proxies() -> Part:
    """The part that runs proxies."""
    return Part(
        name="running proxies",
        decides={ProxyWanted: _on_wanted},
        evolves={UniversalProxyStarted: _started, UniversalProxyStopped: _stopped},
        reacts={
            ResourceUpserted: _applied,
            ResourceDeleted: _deleted,
            UniversalProxyStarted: _spawn,
            UniversalProxyChanged: _tell,
            UniversalProxyStopped: _stop,
        },
    )
