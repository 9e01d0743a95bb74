"""The part that receives on KDS sessions: stores one response after the other and answers each (KDS-67).

A write that fails ends the session (KDS-80), and what was written until then stays (KDS-72). Writes go to the store of
the control plane under its own account, past all managers, but its webhooks look at them (KDS-73).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.decider import After, Delivery, Effect, Now, PeerGone, Send
from kumasim.domain.roles.kds_session import SessionClosed, closing
from kumasim.domain.roles.kds_writes import storing
from kumasim.domain.roles.parts import Part
from kumasim.domain.sync import settings
from kumasim.domain.sync.size import exceeds
from kumasim.domain.sync.stream import KdsAck, KdsClosed, KdsNack, KdsResponse, Receiving, Session, Taking
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, ApiResponse, Failure, Write


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
    initial: bool = False
    invalid: tuple[str, ...] = ()

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
    """Event: a response was stored: whole, or without the items that were invalid."""

    peer: str
    type: str
    nonce: int
    invalid: tuple[str, ...] = ()

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
    made = storing(state, session.zone, response)
    impossible = made.impossible or _too_large(state, response)
    if impossible:
        return [closing(state, peer, impossible, delivery.at_ns, ours=True)]
    return [StoringBegun(peer, response.type, response.nonce, made.writes, response.initial, made.invalid)]


def _too_large(state: Any, response: KdsResponse) -> str:
    limit = settings.max_message(state.around)
    return f"{response.type}: a message of more than {limit} bytes (KDS-16)" if exceeds(response.added, limit) else ""


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
        return [closing(state, peer, reason, delivery.at_ns, ours=True)]
    return [SyncedWriteDone(peer)]


def _on_gone(state: Any, delivery: Delivery) -> Iterable[Any]:
    """A store that is gone never answers the write under way, so every session that waits for it ends (KDS-80)."""
    if delivery.body.peer == state.cluster:
        for peer, session in state.kds.sessions.items():
            taking = session.receiving.taking
            if taking is not None and taking.writes:
                reason = f"{taking.type}: the store does not answer (KDS-80)"
                yield closing(state, peer, reason, delivery.at_ns, ours=True)


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


@value
class AnswerDue:
    """Message to oneself: the sleep before an answer is over."""

    peer: str
    started_ns: int


@value
class AnswerDelayed:
    """Event: the answer to a response waits, and with it everything that comes after (KDS-14)."""

    peer: str
    wait_ns: int

    @property
    def subject(self) -> str:
        return self.peer


def _finish(state: Any, delivery: Delivery) -> Iterable[Any]:
    peer = delivery.body.peer
    session: Session | None = state.kds.sessions.get(peer)
    taking = session.receiving.taking if session is not None else None
    if taking is None:
        return []
    wait_ns = settings.response_backoff_ns(state.around)
    if wait_ns and not taking.initial and not isinstance(delivery.body, AnswerDue):
        return [AnswerDelayed(peer, wait_ns)]
    return [ResponseStored(peer, taking.type, taking.nonce, taking.invalid)]


def _when_due(state: Any, delivery: Delivery) -> Iterable[Any]:
    session: Session | None = state.kds.sessions.get(delivery.body.peer)
    return _finish(state, delivery) if session is not None and session.started_ns == delivery.body.started_ns else ()


def _wait(state: Any, event: AnswerDelayed) -> Iterable[Effect]:
    yield After(event.wait_ns, AnswerDue(event.peer, state.kds.sessions[event.peer].started_ns))


def _acknowledge(state: Any, event: ResponseStored) -> Iterable[Effect]:
    if event.invalid:
        answer: Any = KdsNack(event.type, event.nonce, "; ".join(event.invalid))
    else:
        answer = KdsAck(event.type, event.nonce)
    yield Send(event.peer, answer, topic=f"kds {event.type}")
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
    taking = Taking(event.type, event.nonce, event.writes, event.initial, event.invalid)
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
        decides={
            KdsResponse: _receive,
            StoreNext: _begin,
            ApiResponse: _answer,
            StoringDone: _finish,
            AnswerDue: _when_due,
            PeerGone: _on_gone,
        },
        evolves={ResponseQueued: _queued, StoringBegun: _begun, SyncedWriteDone: _advanced, ResponseStored: _done},
        reacts={
            ResponseQueued: _store_next,
            StoringBegun: _write_first,
            SyncedWriteDone: _write_first,
            AnswerDelayed: _wait,
            ResponseStored: _acknowledge,
            SessionClosed: _tell_close,
        },
    )
