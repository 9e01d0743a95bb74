"""The part that sends on KDS sessions: on a tick, whatever changed since the last one.

A change marks an object; a tick (KDS-10) turns the marked objects of each type whose last response was answered into
one response. Nothing ticks while nothing is marked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.decider import After, Delivery, Effect, Send
from kumasim.domain.persistent import Keys
from kumasim.domain.resource import Key
from kumasim.domain.roles.changes import Changed
from kumasim.domain.roles.kds_session import BeginSending
from kumasim.domain.roles.parts import Part
from kumasim.domain.sync import filters, stages
from kumasim.domain.sync.core import GROUP, CoreResource, from_kubernetes
from kumasim.domain.sync.filters import Journey
from kumasim.domain.sync.stream import Id, KdsAck, KdsNack, KdsResponse, Sending, Session, next_tick_ns
from kumasim.domain.sync.traits import Traits, table
from kumasim.domain.vocabulary import value


@value
class Tick:
    """Message to oneself: time to tell the other end what changed."""

    peer: str
    started_ns: int
    """Which session it belongs to; a tick of an earlier one counts for nothing."""


@value
class ChangesMarked:
    """Event: objects that the other end may have to hear of changed."""

    peer: str
    keys: tuple[Key, ...]
    again_in_ns: int
    """When the next tick is due; -1 when one is due already."""

    @property
    def subject(self) -> str:
        return self.peer


@value
class ResponseSent:
    """Event: the other end was told of one type."""

    peer: str
    response: KdsResponse
    names: tuple[tuple[Key, Id | None], ...]
    """Under which id each marked object was sent, None if it is not (or no longer) sent."""

    @property
    def subject(self) -> str:
        return f"{self.peer} {self.response.type}"


@value
class Ticked:
    """Event: a tick is over; the next is due when something changes or an answer comes."""

    peer: str

    @property
    def subject(self) -> str:
        return self.peer


@value
class AnswerTaken:
    """Event: the other end answered a response."""

    peer: str
    type: str
    nonce: int
    refused: str
    again_in_ns: int

    @property
    def subject(self) -> str:
        return f"{self.peer} {self.type}"


def provided(state: Any, zone: str, key: Key, traits: Traits) -> CoreResource | None:
    """An object as the other end is to hear of it; None if it is gone or kept back."""
    stored = state.cache.get(key)
    if stored is None:
        return None
    core = from_kubernetes(stored, traits.shape)
    down = state.around.mode == "global"
    journey = Journey(zone, state.around.system_namespace, lambda name: _enabled(state, name))
    if filters.kept_back(core, traits, journey, filters.DOWN if down else filters.UP):
        return None
    return stages.travelled(core, traits, journey, stages.DOWN if down else stages.UP)


def _enabled(state: Any, zone: str) -> bool | None:
    found = state.cache.get(Key(GROUP, "Zone", "", zone))
    return None if found is None else found.spec.get("enabled", True) is not False


def _begin(state: Any, delivery: Delivery) -> Iterable[Any]:
    peer = delivery.body.peer
    session: Session = state.kds.sessions[peer]
    keys = [item.key for type_ in session.sending.fresh.sorted() for item in state.cache.list(GROUP, type_)]
    return [ChangesMarked(peer, tuple(keys), _until_tick(state, session, delivery.at_ns))]


def _mark(state: Any, delivery: Delivery) -> Iterable[Any]:
    carried = table()
    keys = {change.one.key for change in delivery.body.changes if change.one.kind in carried}
    zones = {change.one.key for change in delivery.body.changes if change.one.kind == "Zone"}
    for peer, session in state.kds.sessions.items():
        mine = {key for key in keys if key.group == GROUP and _provides(state, carried[key.kind])}
        mine |= {item.key for zone in sorted(zones) for item in _of_zone(state, zone.name)}
        if mine:
            wait = -1 if session.sending.ticking else _until_tick(state, session, delivery.at_ns)
            yield ChangesMarked(peer, tuple(sorted(mine)), wait)


def _of_zone(state: Any, zone: str) -> Iterable[Any]:
    """What goes across zones and depends on a Zone being enabled (KDS-30)."""
    if state.around.mode != "global":
        return
    for traits in table().values():
        if traits.across:
            for item in state.cache.list(GROUP, traits.type):
                if filters.home_zone(from_kubernetes(item, traits.shape)) == zone:
                    yield item


def _provides(state: Any, traits: Traits) -> bool:
    return traits.down or traits.across if state.around.mode == "global" else traits.up


def _until_tick(state: Any, session: Session, now_ns: int) -> int:
    return next_tick_ns(session.started_ns, now_ns, state.around.profile.kds_tick_ns)


def _tick(state: Any, delivery: Delivery) -> Iterable[Any]:
    peer = delivery.body.peer
    session: Session | None = state.kds.sessions.get(peer)
    if session is None or session.started_ns != delivery.body.started_ns:
        return
    sending = session.sending
    nonce = sending.nonce
    types = [type_ for type_ in _types_to_say(sending) if type_ not in sending.awaiting]
    said = [_response(state, session, type_) for type_ in types]
    if sending.published or any(added or removed for added, removed, _ in said):
        # KDS-87: as long as there is nothing at all to say, nothing is said, not even that a type is empty.
        for type_, (added, removed, names) in zip(types, said, strict=True):
            initial = type_ in sending.fresh
            if initial or added or removed or names:
                nonce += 1
                yield ResponseSent(peer, KdsResponse(type_, nonce, added, removed, initial), names)
    yield Ticked(peer)


def _types_to_say(sending: Sending) -> list[str]:
    return sorted(set(sending.fresh.sorted()) | set(sending.dirty.keys()))


Said = tuple[tuple[CoreResource, ...], tuple[Id, ...], tuple[tuple[Key, Id | None], ...]]


def _response(state: Any, session: Session, type_: str) -> Said:
    """What is to be said of a type: added, removed, and the new id of each marked object."""
    sending, traits = session.sending, table()[type_]
    added: dict[Id, CoreResource] = {}
    removed: dict[Id, None] = {}
    names: list[tuple[Key, Id | None]] = []
    for key in sending.dirty.get(type_, _NO_KEYS).sorted():
        core = provided(state, session.zone, key, traits)
        before: Id | None = sending.names.get(key)
        after = core.id if core is not None else None
        if before is not None and before != after:
            removed[before] = None
        if core is not None and sending.sent.get((type_, *core.id)) != core:
            added[core.id] = core
        names.append((key, after))
    # A name that one object gave up and another took counts as changed only (KDS-70).
    gone = tuple(sorted(id_ for id_ in removed if id_ not in added))
    return tuple(added[id_] for id_ in sorted(added)), gone, tuple(names)


_NO_KEYS: Keys[Key] = Keys()


def _answered(state: Any, delivery: Delivery) -> Iterable[Any]:
    session: Session | None = state.kds.sessions.get(delivery.sender)
    answer = delivery.body
    if session is None or session.sending.awaiting.get(answer.type) != answer.nonce:
        return []
    more = answer.type in session.sending.dirty and not session.sending.ticking
    wait = _until_tick(state, session, delivery.at_ns) if more else -1
    refused = answer.reason if isinstance(answer, KdsNack) else ""
    return [AnswerTaken(delivery.sender, answer.type, answer.nonce, refused, wait)]


def _send(state: Any, event: ResponseSent) -> Iterable[Effect]:
    said = event.response
    if said.initial or said.added or said.removed:
        yield Send(event.peer, said, topic=f"kds {said.type}")


def _schedule(state: Any, event: Any) -> Iterable[Effect]:
    if event.again_in_ns >= 0:
        session = state.kds.sessions[event.peer]
        yield After(event.again_in_ns, Tick(event.peer, session.started_ns))


def _with_sending(state: Any, peer: str, **changes: Any) -> Any:
    session: Session = state.kds.sessions[peer]
    session = changed(session, sending=changed(session.sending, **changes))
    return changed(state, kds=changed(state.kds, sessions=state.kds.sessions.set(peer, session)))


def _marked(state: Any, event: ChangesMarked) -> Any:
    sending: Sending = state.kds.sessions[event.peer].sending
    dirty = sending.dirty
    for key in event.keys:
        dirty = dirty.set(key.kind, dirty.get(key.kind, _NO_KEYS).add(key))
    return _with_sending(state, event.peer, dirty=dirty, ticking=sending.ticking or event.again_in_ns >= 0)


def _said(state: Any, event: ResponseSent) -> Any:
    sending: Sending = state.kds.sessions[event.peer].sending
    said = event.response
    sent, names, awaiting = sending.sent, sending.names, sending.awaiting
    for gone in said.removed:
        sent = sent.drop((said.type, *gone))
    for core in said.added:
        sent = sent.set((said.type, *core.id), core)
    for key, id_ in event.names:
        names = names.drop(key) if id_ is None else names.set(key, id_)
    if said.initial or said.added or said.removed:
        awaiting = awaiting.set(said.type, said.nonce)
    return _with_sending(
        state,
        event.peer,
        sent=sent,
        names=names,
        awaiting=awaiting,
        fresh=sending.fresh.drop(said.type),
        dirty=sending.dirty.drop(said.type),
        nonce=said.nonce,
        published=True,
    )


def _ticked(state: Any, event: Ticked) -> Any:
    return _with_sending(state, event.peer, ticking=False)


def _taken(state: Any, event: AnswerTaken) -> Any:
    sending: Sending = state.kds.sessions[event.peer].sending
    ticking = sending.ticking or event.again_in_ns >= 0
    return _with_sending(state, event.peer, awaiting=sending.awaiting.drop(event.type), ticking=ticking)


def kds_sender() -> Part:
    """The part that tells the other end what changed."""
    return Part(
        name="kds sender",
        decides={BeginSending: _begin, Changed: _mark, Tick: _tick, KdsAck: _answered, KdsNack: _answered},
        evolves={ChangesMarked: _marked, ResponseSent: _said, Ticked: _ticked, AnswerTaken: _taken},
        reacts={ChangesMarked: _schedule, ResponseSent: _send, AnswerTaken: _schedule},
    )
