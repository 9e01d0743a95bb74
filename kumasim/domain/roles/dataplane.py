"""The dataplane: a proxy that connects to its control plane and serves what it was last sent.

It keeps serving its last configuration when the control plane is away (KDS-144), and starts with none after a crash.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.decider import After, Delivery, Effect, PeerGone, Restarted, Send, Start
from kumasim.domain.resource import Key, Resource
from kumasim.domain.roles.parts import Part, PartedRole
from kumasim.domain.vocabulary import value

FIRST_RECONNECT_NS, LONGEST_RECONNECT_NS = 1_000_000_000, 30_000_000_000
"""How long a proxy waits before it dials its control plane again: doubling from the first to the longest, and from the
first again once it was served (Envoy's back-off towards its management server [U])."""


@value
class ProxyIdentity:
    """What a proxy is told at its birth.

    Args:
        dataplane: the Dataplane (or ZoneIngress, ZoneEgress) object that describes it.
        control_plane: whom it asks for its configuration.
        cluster: who runs it and wants to know when it is ready.
        pod: the pod it runs in; its container's name follows.
        described: on Universal, the object itself: the proxy brings it along and registers with it.
    """

    dataplane: Key
    control_plane: str
    cluster: str
    pod: Key
    container: str
    described: Resource | None = None


@value
class ProxyConnect:
    """Message: a proxy asks its control plane for its configuration, on Universal with the object that describes it."""

    dataplane: Key
    described: Resource | None = None


@value
class ProxyUpdate:
    """Message: what a proxy is to serve from now on."""

    dataplane: Key
    version: int
    config: Any


@value
class ProxyAck:
    """Message: a proxy has taken a configuration."""

    dataplane: Key
    version: int


@value
class ProxyReady:
    """Message: a proxy serves; its container is ready."""

    pod: Key
    container: str


@value
class ProxyDescribed:
    """Message: somebody changed the object that describes a Universal proxy."""

    described: Resource


@value
class DescriptionTaken:
    """Event: a Universal proxy takes itself for what it is described as from now on."""

    described: Resource

    @property
    def subject(self) -> str:
        return str(self.described.key)


@value
class ConnectionAttempted:
    """Event: the proxy dials its control plane."""

    @property
    def subject(self) -> str:
        return ""


@value
class ConfigReceived:
    """Event: the proxy serves a configuration."""

    version: int
    config: Any

    @property
    def subject(self) -> str:
        return f"version {self.version}"


@value
class ControlPlaneLost:
    """Event: the connection to the control plane is gone; the proxy goes on with what it has."""

    @property
    def subject(self) -> str:
        return ""


@value
class Reconnect:
    """Message to oneself: dial again."""


@value
class DataplaneState:
    """What a proxy knows.

    Args:
        identity: who it is.
        version: of what it serves, 0 for nothing yet.
        config: what it serves.
        losses: how often in a row its connection was lost or could not be made.
    """

    identity: ProxyIdentity
    version: int = 0
    config: Any = None
    losses: int = 0


def _connect(state: DataplaneState, delivery: Delivery) -> Iterable[Any]:
    return [ConnectionAttempted()]


def _take(state: DataplaneState, delivery: Delivery) -> Iterable[Any]:
    return [ConfigReceived(delivery.body.version, delivery.body.config)]


def _lost(state: DataplaneState, delivery: Delivery) -> Iterable[Any]:
    return [ControlPlaneLost()] if delivery.body.peer == state.identity.control_plane else []


def _dial(state: DataplaneState, event: ConnectionAttempted) -> Iterable[Effect]:
    return [
        Send(
            state.identity.control_plane, ProxyConnect(state.identity.dataplane, state.identity.described), topic="xds"
        )
    ]


def _answer(state: DataplaneState, event: ConfigReceived) -> Iterable[Effect]:
    who = state.identity
    yield Send(who.control_plane, ProxyAck(who.dataplane, event.version), topic="xds")
    if who.cluster:
        yield Send(who.cluster, ProxyReady(who.pod, who.container), topic="readiness")


def _dial_later(state: DataplaneState, event: ControlPlaneLost) -> Iterable[Effect]:
    delay = min(FIRST_RECONNECT_NS << min(state.losses - 1, 10), LONGEST_RECONNECT_NS)
    return [After(delay, Reconnect(), idle=True)]


def _serve(state: DataplaneState, event: ConfigReceived) -> DataplaneState:
    return changed(state, version=event.version, config=event.config, losses=0)


def _left_alone(state: DataplaneState, event: ControlPlaneLost) -> DataplaneState:
    return changed(state, losses=state.losses + 1)


def _described(state: DataplaneState, delivery: Delivery) -> Iterable[Any]:
    return [DescriptionTaken(delivery.body.described)]


def _taken_in(state: DataplaneState, event: DescriptionTaken) -> DataplaneState:
    return changed(state, identity=changed(state.identity, described=event.described))


def _forget(state: DataplaneState, event: Restarted) -> DataplaneState:
    return DataplaneState(state.identity)


def dataplane() -> PartedRole[DataplaneState]:
    """The role of a proxy."""
    proxy = Part(
        name="proxy",
        decides={
            Start: _connect,
            Reconnect: _connect,
            ProxyUpdate: _take,
            ProxyDescribed: _described,
            PeerGone: _lost,
        },
        evolves={
            ConfigReceived: _serve,
            ControlPlaneLost: _left_alone,
            DescriptionTaken: _taken_in,
            Restarted: _forget,
        },
        reacts={ConnectionAttempted: _dial, ConfigReceived: _answer, ControlPlaneLost: _dial_later},
    )
    return PartedRole(DataplaneState, [proxy])
