"""The part that is a Kubernetes API server: takes writes, asks webhooks, stores, answers, tells watchers.

A write is proposed from what is stored, shown to the control plane's webhooks if they are registered for it, and
committed against what is stored by then. Whatever comes of it is an event: `ResourceUpserted`, `ResourceDeleted`,
`ResourceRejected`, or `WriteUnchanged`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kumasim.domain.admission import Review
from kumasim.domain.admission.webhooks import asks
from kumasim.domain.changed import changed
from kumasim.domain.decider import Delivery, Effect, Now, PeerGone, Restarted, Send
from kumasim.domain.kubernetes.api.commit import commit, stale
from kumasim.domain.kubernetes.api.context import ApiContext, Deleted, Proposal
from kumasim.domain.kubernetes.api.frame import applied_tree
from kumasim.domain.kubernetes.api.propose import propose
from kumasim.domain.persistent import Map
from kumasim.domain.resource import Key, Resource
from kumasim.domain.roles.admission import ReviewAnswer, ReviewRequest
from kumasim.domain.roles.changes import Change, Changed
from kumasim.domain.roles.parts import Part
from kumasim.domain.roles.watching import tell_watchers
from kumasim.domain.tree import EMPTY, FrozenMap
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, ApiResponse, Failure, Write

MAX_TRIES = 5
"""How often a write whose object changes under it while webhooks look is proposed anew."""


@value
class Asked:
    """Who asked for a write, and under which id they wait for the answer."""

    requester: str
    id: Any
    user: str


@value
class ResourceUpserted:
    """Event: an object was created or changed.

    Args:
        resource: as stored now.
        before: as stored before, None for a creation.
        asked: who wanted it.
        applied: what was applied, if it was an apply: the base of the next one.
    """

    resource: Resource
    before: Resource | None
    asked: Asked
    applied: FrozenMap | None = None

    @property
    def subject(self) -> str:
        return str(self.resource.key)


@value
class ResourceDeleted:
    """Event: an object is gone."""

    resource: Resource
    before: Resource
    asked: Asked

    @property
    def subject(self) -> str:
        return str(self.resource.key)


@value
class ResourceRejected:
    """Event: a write was refused."""

    key: Key
    verb: str
    failure: Failure
    asked: Asked

    @property
    def subject(self) -> str:
        return str(self.key)


@value
class WriteUnchanged:
    """Event: a write asked for what already is."""

    resource: Resource
    asked: Asked

    @property
    def subject(self) -> str:
        return str(self.resource.key)


@value
class Pending:
    """A write that webhooks look at."""

    operation: str
    write: Write
    old: Resource | None
    new: Resource | None
    original: Write
    asked: Asked
    tries: int


@value
class ReviewAsked:
    """Event: the control plane's webhooks are asked about a write."""

    id: int
    pending: Pending

    @property
    def subject(self) -> str:
        return str(self.pending.write.key)


@value
class ReviewTaken:
    """Event: the webhooks answered."""

    id: int

    @property
    def subject(self) -> str:
        return ""


def context_of(state: Any, now_ns: int, user: str) -> ApiContext:
    """What the API server knows beside its store."""
    return ApiContext(
        cluster=state.name,
        now_ns=now_ns,
        next_version=state.version + 1,
        ordinal=state.ordinal,
        user=user,
        born=state.born,
        applied=state.applied,
        allocations=state.allocations,
    )


def _on_request(state: Any, delivery: Delivery) -> Iterable[Any]:
    request: ApiRequest = delivery.body
    asked = Asked(delivery.sender, request.id, request.user)
    return _handle(state, request.write, asked, delivery.at_ns, 1)


def _handle(state: Any, write: Write, asked: Asked, now_ns: int, tries: int) -> Iterable[Any]:
    context = context_of(state, now_ns, asked.user)
    proposal = propose(state.store, write, context)
    if isinstance(proposal, Failure):
        return [ResourceRejected(write.key, write.verb, proposal, asked)]
    if _asks(state, proposal):
        made = Pending(proposal.operation, proposal.write, proposal.old, proposal.new, write, asked, tries)
        return [ReviewAsked(state.reviews + 1, made)]
    return [_committed(state, proposal, write, asked, context)]


def _asks(state: Any, proposal: Proposal) -> bool:
    concerned = proposal.new or proposal.old
    if not state.control_plane or concerned is None or proposal.write.subresource:
        return False
    namespace = state.store.get(Key("", "Namespace", "", concerned.namespace))
    labels = namespace.meta.labels if namespace is not None else EMPTY
    return asks(proposal.operation, concerned, labels, state.around.mode)


def _committed(state: Any, proposal: Proposal, original: Write, asked: Asked, context: ApiContext) -> Any:
    result = commit(state.store, proposal, context)
    if isinstance(result, Failure):
        return ResourceRejected(proposal.write.key, original.verb, result, asked)
    if isinstance(result, Deleted):
        assert proposal.old is not None
        return ResourceDeleted(result.resource, proposal.old, asked)
    before = state.store.get(result.key)
    applied = applied_tree(original.resource) if original.verb == "apply" and original.resource is not None else None
    if before is not None and result == before and (applied is None or state.applied.get(result.key) == applied):
        return WriteUnchanged(result, asked)
    return ResourceUpserted(result, before, asked, applied)


def _on_verdict(state: Any, delivery: Delivery) -> Iterable[Any]:
    answer: ReviewAnswer = delivery.body
    pending: Pending | None = state.pending.get(answer.id)
    if pending is None:
        return
    yield ReviewTaken(answer.id)
    asked, verdict = pending.asked, answer.verdict
    if verdict.failure is not None:
        yield ResourceRejected(pending.write.key, pending.original.verb, verdict.failure, asked)
        return
    proposal = Proposal(pending.operation, pending.write, pending.old, verdict.resource or pending.new)
    if stale(state.store, proposal) and pending.tries < MAX_TRIES:
        yield from _handle(state, pending.original, asked, delivery.at_ns, pending.tries + 1)
    else:
        yield _committed(state, proposal, pending.original, asked, context_of(state, delivery.at_ns, asked.user))


def _on_gone(state: Any, delivery: Delivery) -> Iterable[Any]:
    if delivery.body.peer != state.control_plane:
        return
    for id_, pending in state.pending.items():
        yield ReviewTaken(id_)
        yield ResourceRejected(pending.write.key, pending.original.verb, NO_WEBHOOK, pending.asked)


NO_WEBHOOK = Failure(
    500,
    "InternalError",
    'Internal error occurred: failed calling webhook "kuma-control-plane": the control plane does not answer',
)


def _ask(state: Any, event: ReviewAsked) -> Iterable[Effect]:
    pending = event.pending
    review = Review(pending.operation, pending.asked.user, pending.old, pending.new)
    yield Send(state.control_plane, ReviewRequest(event.id, review), topic=f"admission {pending.write.key}")


def _respond(state: Any, asked: Asked, response: ApiResponse) -> Iterable[Effect]:
    if asked.id is None:
        # Nobody waits for the answer; what was refused stands in the journal all the same.
        return
    if asked.requester == state.name:
        yield Now(response)
    else:
        yield Send(asked.requester, response, topic=f"answer {asked.id}")


def _after_upsert(state: Any, event: ResourceUpserted) -> Iterable[Effect]:
    yield from tell_watchers(state, "ADDED" if event.before is None else "MODIFIED", event.resource)
    yield from _respond(state, event.asked, ApiResponse(event.asked.id, event.resource))
    yield Now(Changed((Change(event.before, event.resource),)))


def _after_delete(state: Any, event: ResourceDeleted) -> Iterable[Effect]:
    yield from tell_watchers(state, "DELETED", event.resource)
    yield from _respond(state, event.asked, ApiResponse(event.asked.id))
    yield Now(Changed((Change(event.before, None),)))


def _after_rejection(state: Any, event: ResourceRejected) -> Iterable[Effect]:
    return _respond(state, event.asked, ApiResponse(event.asked.id, failure=event.failure))


def _after_unchanged(state: Any, event: WriteUnchanged) -> Iterable[Effect]:
    return _respond(state, event.asked, ApiResponse(event.asked.id, event.resource))


def _store(state: Any, event: ResourceUpserted) -> Any:
    key = event.resource.key
    changes: dict[str, Any] = {}
    if event.before is None:
        changes["born"] = state.born.set(key, state.born.get(key, 0) + 1)
    if event.applied is not None:
        changes["applied"] = state.applied.set(key, event.applied)
    return changed(
        state,
        store=state.store.put(event.resource),
        version=max(state.version, event.resource.meta.resource_version),
        allocations=state.allocations.after(event.before, event.resource),
        **changes,
    )


def _remove(state: Any, event: ResourceDeleted) -> Any:
    key = event.resource.key
    return changed(
        state,
        store=state.store.drop(key),
        version=event.resource.meta.resource_version,
        allocations=state.allocations.after(event.before, None),
        applied=state.applied.drop(key),
    )


def _hold(state: Any, event: ReviewAsked) -> Any:
    return changed(state, reviews=event.id, pending=state.pending.set(event.id, event.pending))


def _release(state: Any, event: ReviewTaken) -> Any:
    return changed(state, pending=state.pending.drop(event.id))


def _forget(state: Any, event: Restarted) -> Any:
    return changed(state, pending=Map())


_EVOLVES: dict[type, Callable[[Any, Any], Any]] = {
    ResourceUpserted: _store,
    ResourceDeleted: _remove,
    ReviewAsked: _hold,
    ReviewTaken: _release,
    Restarted: _forget,
}


AFTER_WRITES: dict[type, Callable[[Any, Any], Iterable[Effect]]] = {
    ResourceUpserted: _after_upsert,
    ResourceDeleted: _after_delete,
    ResourceRejected: _after_rejection,
    WriteUnchanged: _after_unchanged,
}
"""Who is told of the outcome of a write: watchers, whoever asked, and the store's own parts."""


def api_server() -> Part:
    """The part that takes writes."""
    return Part(
        name="api server",
        decides={ApiRequest: _on_request, ReviewAnswer: _on_verdict, PeerGone: _on_gone},
        evolves=_EVOLVES,
        reacts={ReviewAsked: _ask, **AFTER_WRITES},
    )
