"""The part of a global that writes ZoneInsights: which zones are connected, since when, and what they were told.

What changed is written at the next flush, 10 s after the connection began, and so on (KDS-17, KDS-131); the end of a
connection at once (KDS-138). Nothing is flushed while nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.decider import After, Delivery, Effect, Now, PeerGone, Restarted, Send
from kumasim.domain.kubernetes.names import uid_of
from kumasim.domain.persistent import Map
from kumasim.domain.resource import Key, Metadata, OwnerReference, Resource
from kumasim.domain.roles.kds_sender import AnswerTaken, ResponseSent
from kumasim.domain.roles.kds_session import SessionClosed, SessionOpened
from kumasim.domain.roles.parts import Part
from kumasim.domain.roles.watching import Observed
from kumasim.domain.sync import settings
from kumasim.domain.sync.core import API_VERSION, GROUP
from kumasim.domain.sync.stream import Tracked, next_tick_ns
from kumasim.domain.sync.subscriptions import Subscription, ended, insight_key, is_online, merged, subscriptions
from kumasim.domain.tree import FrozenMap
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, ApiResponse, Write, create, merge

STALE_NS = 600 * settings.SECOND
"""When a restarted global closes subscriptions that nobody took up again: the finalizer's second pass (KDS-140)."""


@value
class Noted:
    """Message within an actor: there is something to write about a zone."""

    zone: str


@value
class FlushDue:
    """Message to oneself: time to write a ZoneInsight."""

    zone: str


@value
class FinalizerDue:
    """Message to oneself: time to close what stale subscriptions there are."""


@value
class InsightFlushSet:
    """Event: a ZoneInsight will be written."""

    zone: str
    in_ns: int
    idle: bool = True
    """Whether nobody waits for it: only the first one, which makes a zone known as online, is waited for."""

    @property
    def subject(self) -> str:
        return f"ZoneInsight/{self.zone}"


@value
class InsightFlushed:
    """Event: a ZoneInsight is written, or nothing needs to be."""

    zone: str
    write: Write | None

    @property
    def subject(self) -> str:
        return f"ZoneInsight/{self.zone}"


@value
class InsightRefused:
    """Event: a ZoneInsight could not be written; it is tried again at the next flush."""

    zone: str
    reason: str

    @property
    def subject(self) -> str:
        return f"ZoneInsight/{self.zone}"


@value
class SubscriptionFinalized:
    """Event: a subscription that a dead global had left open is closed."""

    zone: str
    write: Write

    @property
    def subject(self) -> str:
        return f"ZoneInsight/{self.zone}"


def _write(state: Any, zone: str, tracked: Tracked, now_ns: int) -> Write | str:
    """What brings a ZoneInsight up to date, or why it cannot be written: it belongs to a Zone (KDS-133)."""
    key = insight_key(zone)
    held = state.cache.get(key)
    spec = FrozenMap({"subscriptions": merged(subscriptions(held), tracked.subscription, now_ns)})
    if held is not None:
        return merge(key, {"spec": spec})
    owner = state.cache.get(Key(GROUP, "Zone", "", zone))
    if owner is None:
        return f"Zone {zone} does not exist (KDS-133)"
    meta = Metadata(zone, owners=(OwnerReference(API_VERSION, "Zone", zone, owner.meta.uid),))
    return create(Resource(API_VERSION, "ZoneInsight", meta, FrozenMap({"spec": spec})))


def _plan(state: Any, delivery: Delivery) -> Iterable[Any]:
    zone = delivery.body.zone
    tracked: Tracked | None = state.kds.insights.get(zone)
    if tracked is None:
        return
    if tracked.subscription.disconnected_ns >= 0:
        yield from _flushed(state, zone, tracked, delivery.at_ns)
    elif not tracked.due:
        interval = settings.insight_flush_ns(state.around)
        wait = next_tick_ns(tracked.subscription.connected_ns, delivery.at_ns, interval)
        yield InsightFlushSet(zone, wait, idle=tracked.told)


def _flush(state: Any, delivery: Delivery) -> Iterable[Any]:
    tracked: Tracked | None = state.kds.insights.get(delivery.body.zone)
    if tracked is not None and tracked.due:
        yield from _flushed(state, delivery.body.zone, tracked, delivery.at_ns)


def _flushed(state: Any, zone: str, tracked: Tracked, now_ns: int) -> Iterable[Any]:
    if not tracked.dirty:
        return [InsightFlushed(zone, None)]
    write = _write(state, zone, tracked, now_ns)
    return [InsightRefused(zone, write)] if isinstance(write, str) else [InsightFlushed(zone, write)]


def _answered(state: Any, delivery: Delivery) -> Iterable[Any]:
    answer: ApiResponse = delivery.body
    if not (isinstance(answer.id, tuple) and answer.id[0] == "zone-insight") or answer.failure is None:
        return []
    return [InsightRefused(answer.id[1], answer.failure.message)] if answer.id[1] in state.kds.insights else []


def _on_gone(state: Any, delivery: Delivery) -> Iterable[Any]:
    # What was under way to the API server may be lost, so it is written again; what waits for a flush is not under way.
    if delivery.body.peer == state.cluster:
        for zone, tracked in state.kds.insights.items():
            if not tracked.due:
                yield InsightRefused(zone, "the API server does not answer")


def _finalize(state: Any, delivery: Delivery) -> Iterable[Any]:
    for zone, held in _stale(state):
        closed = ended(subscriptions(held), delivery.at_ns)
        yield SubscriptionFinalized(zone, merge(insight_key(zone), {"spec": {"subscriptions": closed}}))


def _stale(state: Any) -> Iterable[tuple[str, Resource]]:
    connected = {session.zone for session in state.kds.sessions.values()}
    for held in state.cache.list(GROUP, "ZoneInsight"):
        if is_online(held) and held.name not in connected:
            yield held.name, held


def _note(state: Any, event: Any) -> Iterable[Effect]:
    zone = _zone_of(state, event)
    return [Now(Noted(zone))] if zone in state.kds.insights else []


def _zone_of(state: Any, event: Any) -> str:
    if state.around.mode != "global":
        return ""
    session = state.kds.sessions.get(event.peer)
    return session.zone if session is not None else getattr(event, "zone", "")


def _look_for_stale(state: Any, event: Observed) -> Iterable[Effect]:
    if event.initial and state.around.mode == "global" and any(True for _ in _stale(state)):
        yield After(STALE_NS, FinalizerDue(), idle=True)


def _wait(state: Any, event: InsightFlushSet) -> Iterable[Effect]:
    return [After(event.in_ns, FlushDue(event.zone), idle=event.idle)]


def _wait_again(state: Any, event: InsightRefused) -> Iterable[Effect]:
    return [After(settings.insight_flush_ns(state.around), FlushDue(event.zone), idle=True)]


def _send(state: Any, event: Any) -> Iterable[Effect]:
    if event.write is not None:
        request = ApiRequest(("zone-insight", event.zone), event.write, state.account)
        yield Send(state.cluster, request, topic=f"zone insight {event.zone}")


# --------------------------------------------------------------------------- folds


def _with(state: Any, zone: str, tracked: Tracked) -> Any:
    return changed(state, kds=changed(state.kds, insights=state.kds.insights.set(zone, tracked)))


def _opened(state: Any, event: SessionOpened) -> Any:
    if state.around.mode != "global":
        return state
    made = uid_of("global", insight_key(event.zone), event.at_ns)
    return _with(
        state, event.zone, Tracked(Subscription(made, event.at_ns, version=event.version, config=event.config))
    )


def _closed(state: Any, event: SessionClosed) -> Any:
    tracked = state.kds.insights.get(event.zone) if state.around.mode == "global" else None
    if tracked is None:
        return state
    over = changed(tracked.subscription, disconnected_ns=tracked.subscription.connected_ns + event.lived_ns)
    return _with(state, event.zone, changed(tracked, subscription=over, dirty=True))


def _counted(state: Any, event: Any, **more: int) -> Any:
    zone = _zone_of(state, event)
    tracked = state.kds.insights.get(zone)
    if tracked is None:
        return state
    return _with(
        state, zone, changed(tracked, subscription=tracked.subscription.counted(_type(event), **more), dirty=True)
    )


def _type(event: Any) -> str:
    type_: str = event.response.type if isinstance(event, ResponseSent) else event.type
    return type_


def _said(state: Any, event: ResponseSent) -> Any:
    said = event.response
    return _counted(state, event, sent=1) if said.initial or said.added or said.removed else state


def _taken(state: Any, event: AnswerTaken) -> Any:
    return _counted(state, event, **({"rejected": 1} if event.refused else {"acknowledged": 1}))


def _set(state: Any, event: InsightFlushSet) -> Any:
    return _with(state, event.zone, changed(state.kds.insights[event.zone], due=True))


def _done(state: Any, event: InsightFlushed) -> Any:
    tracked: Tracked = state.kds.insights[event.zone]
    return _with(state, event.zone, changed(tracked, dirty=False, due=False, told=True))


def _undone(state: Any, event: InsightRefused) -> Any:
    return _with(state, event.zone, changed(state.kds.insights[event.zone], dirty=True, due=True))


def _forget(state: Any, event: Restarted) -> Any:
    return changed(state, kds=changed(state.kds, insights=Map()))


def zone_insights() -> Part:
    """The part that writes ZoneInsights; on a zone's control plane it does nothing."""
    return Part(
        name="zone insights",
        decides={
            Noted: _plan,
            FlushDue: _flush,
            FinalizerDue: _finalize,
            ApiResponse: _answered,
            PeerGone: _on_gone,
        },
        evolves={
            SessionOpened: _opened,
            SessionClosed: _closed,
            ResponseSent: _said,
            AnswerTaken: _taken,
            InsightFlushSet: _set,
            InsightFlushed: _done,
            InsightRefused: _undone,
            Restarted: _forget,
        },
        reacts={
            SessionOpened: _note,
            SessionClosed: _note,
            ResponseSent: _note,
            AnswerTaken: _note,
            Observed: _look_for_stale,
            InsightFlushSet: _wait,
            InsightFlushed: _send,
            InsightRefused: _wait_again,
            SubscriptionFinalized: _send,
        },
    )
