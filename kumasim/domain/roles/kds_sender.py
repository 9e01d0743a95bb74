"""The part that sends on KDS sessions: on a tick, whatever changed since the last one.

A change marks an object; a tick (KDS-10) turns the marked objects of each type whose last response was answered into
one response. Nothing ticks while nothing is marked. What changed and changed back between two ticks is never told
(KDS-179).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.decider import After, Delivery, Effect, Send
from kumasim.domain.persistent import Keys
from kumasim.domain.resource import Key, Resource
from kumasim.domain.roles.changes import Changed
from kumasim.domain.roles.kds_session import BeginSending
from kumasim.domain.roles.parts import Part
from kumasim.domain.sync import filters, settings, stages
from kumasim.domain.sync.core import GROUP, CoreResource
from kumasim.domain.sync.filters import Journey
from kumasim.domain.sync.order import told_in_order
from kumasim.domain.sync.stream import Id, KdsAck, KdsNack, KdsResponse, Sending, Session, Told, next_tick_ns
from kumasim.domain.sync.traits import Traits, table
from kumasim.domain.vocabulary import value

Marked = tuple[str, Key]
"""A type and the object of it that changed."""


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
    marked: tuple[Marked, ...]
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
    told: tuple[tuple[Key, Told | None], ...]
    """What became of each marked object: under which id it was sent or which rule kept it back; None if it is gone."""

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


def provided(state: Any, zone: str, stored: Resource, traits: Traits) -> tuple[CoreResource | None, str]:
    """An object as the other end is to hear of it, and the rule that renames it; or None and the rule that keeps it back."""
    core = state.storage.read(stored, traits.type)
    down = state.around.mode == "global"
    journey = Journey(zone, state.around.system_namespace, lambda name: _enabled(state, name))
    rule = filters.kept_back(core, traits, journey, filters.DOWN if down else filters.UP)
    if rule:
        return None, rule
    sent = stages.travelled(core, traits, journey, stages.DOWN if down else stages.UP)
    return sent, stages.renaming_rule(core, sent, journey)


def _enabled(state: Any, zone: str) -> bool | None:
    found = state.cache.get(Key(GROUP, "Zone", "", zone))
    return None if found is None else found.spec.get("enabled", True) is not False


def _begin(state: Any, delivery: Delivery) -> Iterable[Any]:
    peer = delivery.body.peer
    session: Session = state.kds.sessions[peer]
    marked = [
        (type_, item.key)
        for type_ in session.sending.fresh.sorted()
        for item in state.storage.listed(state.cache, type_)
    ]
    return [ChangesMarked(peer, tuple(marked), _until_tick(state, session, delivery.at_ns))]


def _mark(state: Any, delivery: Delivery) -> Iterable[Any]:
    if not len(state.kds.sessions):
        return
    marks = {mark for change in delivery.body.changes for mark in _marks(state, change.before, change.after)}
    zones = {change.one.name for change in delivery.body.changes if change.one.kind == "Zone"}
    marks |= {mark for zone in sorted(zones) for mark in _of_zone(state, zone)}
    mine = tuple(sorted(mark for mark in marks if _provides(state, table()[mark[0]])))
    if not mine:
        return
    for peer, session in state.kds.sessions.items():
        wait = -1 if session.sending.ticking else _until_tick(state, session, delivery.at_ns)
        yield ChangesMarked(peer, mine, wait)


def _marks(state: Any, before: Resource | None, after: Resource | None) -> Iterable[Marked]:
    for form in (before, after):
        type_ = state.storage.type_of(form) if form is not None else ""
        if form is not None and type_:
            yield type_, form.key


def _of_zone(state: Any, zone: str) -> Iterable[Marked]:
    """What goes across zones and depends on a Zone being enabled (KDS-30, KDS-153, KDS-154)."""
    if state.around.mode != "global":
        return
    for traits in table().values():
        if traits.across:
            for item in state.storage.listed(state.cache, traits.type):
                if filters.home_zone(state.storage.read(item, traits.type)) == zone:
                    yield traits.type, item.key


def _provides(state: Any, traits: Traits) -> bool:
    return traits.down or traits.across if state.around.mode == "global" else traits.up


def _until_tick(state: Any, session: Session, now_ns: int) -> int:
    return next_tick_ns(session.started_ns, now_ns, settings.tick_ns(state.around))


def _tick(state: Any, delivery: Delivery) -> Iterable[Any]:
    peer = delivery.body.peer
    session: Session | None = state.kds.sessions.get(peer)
    if session is None or session.started_ns != delivery.body.started_ns:
        return
    sending = session.sending
    nonce = sending.nonce
    open_types = [type_ for type_ in _types_to_say(sending) if type_ not in sending.awaiting]
    types = told_in_order(open_types, peer, session.started_ns)
    said = [_response(state, session, type_, delivery.at_ns) for type_ in types]
    if sending.published or any(added or removed for added, removed, _ in said):
        # KDS-87: as long as there is nothing at all to say, nothing is said, not even that a type is empty.
        for type_, (added, removed, told) in zip(types, said, strict=True):
            initial = type_ in sending.fresh
            if initial or added or removed or told:
                nonce += 1
                yield ResponseSent(peer, KdsResponse(type_, nonce, added, removed, initial), told)
    yield Ticked(peer)


def _types_to_say(sending: Sending) -> list[str]:
    return sorted(set(sending.fresh.sorted()) | set(sending.dirty.keys()))


Said = tuple[tuple[CoreResource, ...], tuple[Id, ...], tuple[tuple[Key, Told | None], ...]]


def _response(state: Any, session: Session, type_: str, now_ns: int) -> Said:
    """What is to be said of a type: added, removed, and what became of each marked object."""
    sending, traits = session.sending, table()[type_]
    added: dict[Id, CoreResource] = {}
    removed: dict[Id, None] = {}
    told: list[tuple[Key, Told | None]] = []
    for key in sending.dirty.get(type_, _NO_KEYS).sorted():
        stored = state.cache.get(key)
        gone = stored is None or state.storage.type_of(stored) != type_
        core, rule = (None, "") if gone else provided(state, session.zone, stored, traits)
        known: Told | None = sending.told.get(key)
        before = known.id if known is not None else None
        after = core.id if core is not None else None
        if before is not None and before != after:
            removed[before] = None
        if core is not None and sending.sent.get((type_, *core.id)) != core:
            added[core.id] = core
        told.append((key, None if gone else Told(after, rule, now_ns)))
    # A name that one object gave up and another took counts as changed only (KDS-70).
    left = tuple(sorted(id_ for id_ in removed if id_ not in added))
    return tuple(added[id_] for id_ in sorted(added)), left, tuple(told)


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
    for type_, key in event.marked:
        dirty = dirty.set(type_, dirty.get(type_, _NO_KEYS).add(key))
    return _with_sending(state, event.peer, dirty=dirty, ticking=sending.ticking or event.again_in_ns >= 0)


def _said(state: Any, event: ResponseSent) -> Any:
    sending: Sending = state.kds.sessions[event.peer].sending
    said = event.response
    sent, told, awaiting = sending.sent, sending.told, sending.awaiting
    for gone in said.removed:
        sent = sent.drop((said.type, *gone))
    for core in said.added:
        sent = sent.set((said.type, *core.id), core)
    for key, outcome in event.told:
        told = told.drop(key) if outcome is None else told.set(key, outcome)
    if said.initial or said.added or said.removed:
        awaiting = awaiting.set(said.type, said.nonce)
    return _with_sending(
        state,
        event.peer,
        sent=sent,
        told=told,
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
    refused = sending.refused.set(event.type, event.refused) if event.refused else sending.refused.drop(event.type)
    return _with_sending(
        state, event.peer, awaiting=sending.awaiting.drop(event.type), ticking=ticking, refused=refused
    )


def kds_sender() -> Part:
    """The part that tells the other end what changed."""
    return Part(
        name="kds sender",
        decides={BeginSending: _begin, Changed: _mark, Tick: _tick, KdsAck: _answered, KdsNack: _answered},
        evolves={ChangesMarked: _marked, ResponseSent: _said, Ticked: _ticked, AnswerTaken: _taken},
        reacts={ChangesMarked: _schedule, ResponseSent: _send, AnswerTaken: _schedule},
    )
