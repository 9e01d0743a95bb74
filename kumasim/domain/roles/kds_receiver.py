"""The part that receives on KDS sessions: stores one response after the other and answers each.

The first response of a type is compared with everything the sender may own here, later ones only with what they name
(KDS-68, KDS-69). Creates come before deletes before updates (KDS-71). A write that fails ends the session (KDS-80).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.decider import Delivery, Effect, Now, Send
from kumasim.domain.resource import Key, OwnerReference, Resource
from kumasim.domain.roles.kds_session import SessionClosed
from kumasim.domain.roles.parts import Part
from kumasim.domain.sync import labels, ownership
from kumasim.domain.sync.core import API_VERSION, GROUP, CoreResource, from_kubernetes, stored_key, to_kubernetes
from kumasim.domain.sync.stream import KdsAck, KdsClosed, KdsResponse, Receiving, Session, Taking
from kumasim.domain.sync.traits import Traits, table
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, ApiResponse, Failure, Write, create, delete, update


@value
class ResponseQueued:
    """Event: a response came and waits until those before it are stored."""

    peer: str
    response: KdsResponse

    @property
    def subject(self) -> str:
        return f"{self.peer} {self.response.type}"


@value
class StoringBegun:
    """Event: the next response is being stored, by these writes."""

    peer: str
    type: str
    nonce: int
    writes: tuple[Write, ...]

    @property
    def subject(self) -> str:
        return f"{self.peer} {self.type}"


@value
class SyncedWriteDone:
    """Event: one write of a response was carried out."""

    peer: str

    @property
    def subject(self) -> str:
        return self.peer


@value
class ResponseStored:
    """Event: a response was stored whole."""

    peer: str
    type: str
    nonce: int

    @property
    def subject(self) -> str:
        return f"{self.peer} {self.type}"


@value
class StoreNext:
    """Message within an actor: begin with the next response that waits."""

    peer: str


def _receive(state: Any, delivery: Delivery) -> Iterable[Any]:
    return [ResponseQueued(delivery.sender, delivery.body)] if delivery.sender in state.kds.sessions else []


def _begin(state: Any, delivery: Delivery) -> Iterable[Any]:
    peer = delivery.body.peer
    session: Session | None = state.kds.sessions.get(peer)
    if session is None or session.receiving.taking is not None or not session.receiving.waiting:
        return []
    response = session.receiving.waiting[0]
    writes = writes_for(state, session.zone, response)
    if isinstance(writes, str):
        lived = delivery.at_ns - session.started_ns
        return [SessionClosed(peer, writes, lived, ours=True)]
    return [StoringBegun(peer, response.type, response.nonce, writes)]


def writes_for(state: Any, zone: str, response: KdsResponse) -> tuple[Write, ...] | str:
    """What has to be written to store a response, in order; or why it cannot be stored.

    Args:
        state: of the control plane that received it.
        zone: at the zone's end of the session.
        response: what was said.
    """
    traits = table()[response.type]
    owners = _owners(state, zone)
    wanted = {_key(state, core, traits): core for core in response.added}
    removed = {_removed_key(state, response.type, id_, traits) for id_ in response.removed}
    mine = _touchable(state, zone, traits, set(wanted) | removed, response.initial)
    creates = [key for key in sorted(wanted) if state.cache.get(key) is None]
    if creates and owners is None:
        return f"Zone {zone} does not exist (KDS-78)"
    gone = set(mine) - set(wanted) if response.initial else removed & set(mine)
    made = [create(_stored(state, wanted[key], traits, owners or ())) for key in creates]
    deleted = [delete(key, mine[key].meta.uid) for key in sorted(gone - set(wanted))]
    changed = [
        update(_replacing(mine[key], _stored(state, wanted[key], traits, ())))
        for key in sorted(wanted)
        if key in mine and _differs(mine[key], wanted[key], traits)
    ]
    return (*made, *deleted, *changed)


def _touchable(state: Any, zone: str, traits: Traits, named: set[Key], initial: bool) -> dict[Key, Resource]:
    """The own objects that this session may touch: all of the type at first, later those that are named."""
    if initial:
        held = state.cache.list(GROUP, traits.type)
    else:
        held = tuple(found for key in sorted(named) if (found := state.cache.get(key)) is not None)
    may_touch = ownership.global_may_touch if state.around.mode == "global" else ownership.zone_may_touch
    return {item.key: item for item in held if may_touch(from_kubernetes(item, traits.shape), traits, zone)}


def _owners(state: Any, zone: str) -> tuple[OwnerReference, ...] | None:
    """What a zone sends is owned by its Zone on the global; what the global sends has no owner (KDS-78, KDS-79)."""
    if state.around.mode == "zone":
        return ()
    found = state.cache.get(Key(GROUP, "Zone", "", zone))
    return None if found is None else (OwnerReference(API_VERSION, "Zone", zone, found.meta.uid),)


def _key(state: Any, core: CoreResource, traits: Traits) -> Key:
    return stored_key(core, traits.shape, state.around.system_namespace)


def _removed_key(state: Any, type_: str, id_: tuple[str, str], traits: Traits) -> Key:
    return _key(state, CoreResource(type_, *id_), traits)


def _stored(state: Any, core: CoreResource, traits: Traits, owners: tuple[OwnerReference, ...]) -> Resource:
    return to_kubernetes(core, traits.shape, state.around.system_namespace, owners)


def _replacing(held: Resource, wanted: Resource) -> Resource:
    """The wanted object in the frame of the held one."""
    meta = changed(held.meta, labels=wanted.meta.labels, annotations=wanted.meta.annotations)
    return changed(wanted, meta=meta)


def _differs(held: Resource, wanted: CoreResource, traits: Traits) -> bool:
    """An object is written again if its content, its status or its labels changed (KDS-65)."""
    have = from_kubernetes(held, traits.shape)
    mine = {name: text for name, text in have.labels.items() if name in wanted.labels or name == labels.ZONE}
    return (have.content, mine) != (wanted.content, dict(wanted.labels)) or (
        wanted.status is not None and have.status != wanted.status
    )


def _answer(state: Any, delivery: Delivery) -> Iterable[Any]:
    answer: ApiResponse = delivery.body
    if not (isinstance(answer.id, tuple) and answer.id[0] == "kds"):
        return []
    peer = answer.id[1]
    session: Session | None = state.kds.sessions.get(peer)
    if session is None or session.started_ns != answer.id[2] or session.receiving.taking is None:
        return []
    if answer.failure is not None and not _harmless(session.receiving.taking.writes[0], answer.failure):
        reason = f"{session.receiving.taking.type}: {answer.failure.message} (KDS-80)"
        return [SessionClosed(peer, reason, delivery.at_ns - session.started_ns, ours=True)]
    return [SyncedWriteDone(peer)]


def _harmless(write: Write, failure: Failure) -> bool:
    """What is already gone need not be deleted."""
    return write.verb == "delete" and failure.code == 404


def _store_next(state: Any, event: ResponseQueued) -> Iterable[Effect]:
    return [Now(StoreNext(event.peer))]


def _write_first(state: Any, event: Any) -> Iterable[Effect]:
    session: Session = state.kds.sessions[event.peer]
    taking = session.receiving.taking
    if taking is None:
        return
    if taking.writes:
        write = taking.writes[0]
        request = ApiRequest(("kds", event.peer, session.started_ns), write, state.account)
        yield Send(state.cluster, request, topic=f"kds {write.key}")
    else:
        yield Now(StoringDone(event.peer))


@value
class StoringDone:
    """Message within an actor: all writes of a response were carried out."""

    peer: str


def _finish(state: Any, delivery: Delivery) -> Iterable[Any]:
    taking = state.kds.sessions[delivery.body.peer].receiving.taking
    return [ResponseStored(delivery.body.peer, taking.type, taking.nonce)] if taking is not None else []


def _acknowledge(state: Any, event: ResponseStored) -> Iterable[Effect]:
    yield Send(event.peer, KdsAck(event.type, event.nonce), topic=f"kds {event.type}")
    yield Now(StoreNext(event.peer))


def _tell_close(state: Any, event: SessionClosed) -> Iterable[Effect]:
    if event.ours:
        yield Send(event.peer, KdsClosed(event.reason), topic="kds")


def _with_receiving(state: Any, peer: str, receiving: Receiving) -> Any:
    session: Session = changed(state.kds.sessions[peer], receiving=receiving)
    return changed(state, kds=changed(state.kds, sessions=state.kds.sessions.set(peer, session)))


def _queued(state: Any, event: ResponseQueued) -> Any:
    now: Receiving = state.kds.sessions[event.peer].receiving
    return _with_receiving(state, event.peer, changed(now, waiting=(*now.waiting, event.response)))


def _begun(state: Any, event: StoringBegun) -> Any:
    now: Receiving = state.kds.sessions[event.peer].receiving
    taking = Taking(event.type, event.nonce, event.writes)
    return _with_receiving(state, event.peer, Receiving(now.waiting[1:], taking))


def _advanced(state: Any, event: SyncedWriteDone) -> Any:
    now: Receiving = state.kds.sessions[event.peer].receiving
    assert now.taking is not None
    taking = changed(now.taking, writes=now.taking.writes[1:])
    return _with_receiving(state, event.peer, changed(now, taking=taking))


def _done(state: Any, event: ResponseStored) -> Any:
    now: Receiving = state.kds.sessions[event.peer].receiving
    return _with_receiving(state, event.peer, changed(now, taking=None))


def kds_receiver() -> Part:
    """The part that stores what the other end says."""
    return Part(
        name="kds receiver",
        decides={KdsResponse: _receive, StoreNext: _begin, ApiResponse: _answer, StoringDone: _finish},
        evolves={ResponseQueued: _queued, StoringBegun: _begun, SyncedWriteDone: _advanced, ResponseStored: _done},
        reacts={
            ResponseQueued: _store_next,
            StoringBegun: _write_first,
            SyncedWriteDone: _write_first,
            ResponseStored: _acknowledge,
            SessionClosed: _tell_close,
        },
    )
