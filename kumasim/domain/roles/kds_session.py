"""The part that opens and closes KDS sessions: a zone dials, the global answers (KDS-1 to KDS-6).

A zone is who it says it is; its name was checked where it was given (KDS-7).

A broken session is dialled again after 5 s, doubling up to 60 s, with a jitter of 5 s either way; a session that lived
longer than a minute makes the next delay short again (KDS-4).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.decider import After, Delivery, Effect, Now, PeerGone, Restarted, Send
from kumasim.domain.persistent import Keys, Map
from kumasim.domain.resource import Key, Metadata, Resource
from kumasim.domain.roles.parts import Part
from kumasim.domain.roles.watching import Observed
from kumasim.domain.sync.core import API_VERSION, GROUP
from kumasim.domain.sync.stream import KdsAccepted, KdsClosed, KdsConnect, Sending, Session, Told, Tracked
from kumasim.domain.sync.traits import sent_down, sent_up
from kumasim.domain.tree import FrozenMap
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, create

GLOBAL = "global"
SECOND = 1_000_000_000
FIRST_BACKOFF_NS, LONGEST_BACKOFF_NS, JITTER_NS, LONG_LIFE_NS = 5 * SECOND, 60 * SECOND, 5 * SECOND, 60 * SECOND


@value
class KdsState:
    """What a control plane knows of its sessions.

    Args:
        sessions: the open ones by the other end's name.
        last: what became of each object in the last session with an end that is away now.
        insights: what a global knows of the connection of each zone.
        failures: how often in a row a zone's session broke early.
        dialling: whether a zone waits for the global's answer.
        dialled_ns: when a zone dialled last.
    """

    sessions: Map[str, Session] = attrs.field(factory=Map)
    last: Map[str, Map[Key, Told]] = attrs.field(factory=Map)
    insights: Map[str, Tracked] = attrs.field(factory=Map)
    failures: int = 0
    dialling: bool = False
    dialled_ns: int = -1


@value
class Dial:
    """Message to oneself: connect with the global."""


@value
class GlobalDialled:
    """Event: the zone tries to connect with the global."""

    at_ns: int = 0

    @property
    def subject(self) -> str:
        return GLOBAL


@value
class SessionOpened:
    """Event: a KDS session with the other end begins."""

    peer: str
    zone: str
    at_ns: int
    version: str = ""
    config: str = ""
    dialled_ns: int = 0

    @property
    def subject(self) -> str:
        return self.peer


@value
class SessionClosed:
    """Event: a KDS session is over; what it knew is forgotten."""

    peer: str
    reason: str
    lived_ns: int
    zone: str = ""
    ours: bool = False
    """Whether this end found the error and has to tell the other."""

    @property
    def subject(self) -> str:
        return self.peer


@value
class SessionRefused:
    """Event: the global could not serve a zone yet, or a zone found nobody."""

    peer: str
    reason: str

    @property
    def subject(self) -> str:
        return self.peer


@value
class BeginSending:
    """Message within an actor: a session is open, its sender's clock starts."""

    peer: str


def _is_federated_zone(state: Any) -> bool:
    return bool(state.around.mode == "zone" and state.around.federated)


def _dial_once_synced(state: Any, event: Observed) -> Iterable[Effect]:
    # Only the first list begins the dialling: a relist after a broken watch leaves an open session alone.
    if event.initial and _is_federated_zone(state) and GLOBAL not in state.kds.sessions and not state.kds.dialling:
        yield Now(Dial())


def _dial(state: Any, delivery: Delivery) -> Iterable[Any]:
    if state.kds.dialling or GLOBAL in state.kds.sessions or not state.synced:
        return []
    return [GlobalDialled(delivery.at_ns)]


def _send_connect(state: Any, event: GlobalDialled) -> Iterable[Effect]:
    around = state.around
    settings = {name: around.config[name] for name in sorted(around.config)}
    connect = KdsConnect(around.zone, version=around.profile.kuma, config=json.dumps(settings), dialled_ns=event.at_ns)
    return [Send(GLOBAL, connect, topic="kds")]


def _on_connect(state: Any, delivery: Delivery) -> Iterable[Any]:
    connect: KdsConnect = delivery.body
    if not state.synced:
        return [SessionRefused(delivery.sender, "the global is still reading its own store")]
    events: list[Any] = []
    if delivery.sender in state.kds.sessions:
        events.append(closing(state, delivery.sender, "the zone connected anew", delivery.at_ns))
    opened = SessionOpened(
        delivery.sender, connect.zone, delivery.at_ns, connect.version, connect.config, connect.dialled_ns
    )
    return [*events, opened]


def _on_accepted(state: Any, delivery: Delivery) -> Iterable[Any]:
    # The answer to an attempt that was given up meanwhile belongs to a session that the global has lost as well.
    if not state.kds.dialling or delivery.body.dialled_ns != state.kds.dialled_ns:
        return []
    return [SessionOpened(delivery.sender, state.around.zone, delivery.at_ns)]


def _on_closed(state: Any, delivery: Delivery) -> Iterable[Any]:
    if delivery.sender in state.kds.sessions:
        return [closing(state, delivery.sender, delivery.body.reason, delivery.at_ns)]
    return [SessionRefused(delivery.sender, delivery.body.reason)] if state.kds.dialling else []


def _on_gone(state: Any, delivery: Delivery) -> Iterable[Any]:
    peer = delivery.body.peer
    if peer in state.kds.sessions:
        return [closing(state, peer, "connection lost", delivery.at_ns)]
    if peer == GLOBAL and state.kds.dialling:
        return [SessionRefused(peer, "the global does not answer")]
    return []


def closing(state: Any, peer: str, reason: str, at_ns: int, ours: bool = False) -> SessionClosed:
    """The end of a session: the first error on any of its streams ends them all (KDS-3).

    Args:
        state: of the control plane at this end.
        peer: the other end.
        reason: what went wrong.
        at_ns: now.
        ours: whether this end found the error and has to tell the other.
    """
    session: Session = state.kds.sessions[peer]
    return SessionClosed(peer, reason, at_ns - session.started_ns, session.zone, ours)


def _after_opened(state: Any, event: SessionOpened) -> Iterable[Effect]:
    if state.around.mode == "global":
        yield Send(event.peer, KdsAccepted(event.dialled_ns), topic="kds")
        zone_key = Key(GROUP, "Zone", "", event.zone)
        if state.cache.get(zone_key) is None:
            # KDS-129: the global makes the Zone object of a zone that it does not know.
            spec = FrozenMap({"enabled": True})
            zone = Resource(API_VERSION, "Zone", Metadata(event.zone), FrozenMap({"spec": spec}))
            yield Send(
                state.cluster, ApiRequest(("zone", event.zone), create(zone), state.account), topic=f"zone {event.zone}"
            )
    yield Now(BeginSending(event.peer))


def _refuse(state: Any, event: SessionRefused) -> Iterable[Effect]:
    if state.around.mode == "global":
        yield Send(event.peer, KdsClosed(event.reason), topic="kds")
    else:
        yield _redial(state)


def _redial_after_close(state: Any, event: SessionClosed) -> Iterable[Effect]:
    if _is_federated_zone(state):
        yield _redial(state)


def _redial(state: Any) -> Effect:
    delay = min(FIRST_BACKOFF_NS << min(state.kds.failures - 1, 4), LONGEST_BACKOFF_NS)
    return After(delay - JITTER_NS, Dial(), idle=True, jitter_ns=2 * JITTER_NS)


def _opened(state: Any, event: SessionOpened) -> Any:
    types = sent_down() if state.around.mode == "global" else sent_up()
    session = Session(event.zone, event.at_ns, Sending(fresh=Keys(types)))
    kds = changed(state.kds, sessions=state.kds.sessions.set(event.peer, session), dialling=False)
    return changed(state, kds=kds)


def _closed(state: Any, event: SessionClosed) -> Any:
    failures = 1 if event.lived_ns > LONG_LIFE_NS else state.kds.failures + 1
    told = state.kds.sessions[event.peer].sending.told
    sessions, last = state.kds.sessions.drop(event.peer), state.kds.last.set(event.peer, told)
    return changed(state, kds=changed(state.kds, sessions=sessions, last=last, failures=failures, dialling=False))


def _refused(state: Any, event: SessionRefused) -> Any:
    return changed(state, kds=changed(state.kds, failures=state.kds.failures + 1, dialling=False))


def _dialled(state: Any, event: GlobalDialled) -> Any:
    return changed(state, kds=changed(state.kds, dialling=True, dialled_ns=event.at_ns))


def _forget(state: Any, event: Restarted) -> Any:
    return changed(state, kds=KdsState())


def kds_session() -> Part:
    """The part that keeps KDS sessions."""
    return Part(
        name="kds session",
        decides={
            Dial: _dial,
            KdsConnect: _on_connect,
            KdsAccepted: _on_accepted,
            KdsClosed: _on_closed,
            PeerGone: _on_gone,
        },
        evolves={
            GlobalDialled: _dialled,
            SessionOpened: _opened,
            SessionClosed: _closed,
            SessionRefused: _refused,
            Restarted: _forget,
        },
        reacts={
            Observed: _dial_once_synced,
            GlobalDialled: _send_connect,
            SessionOpened: _after_opened,
            SessionClosed: _redial_after_close,
            SessionRefused: _refuse,
        },
    )
