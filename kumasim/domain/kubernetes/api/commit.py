"""The second half of a write: what is stored in the end.

Everything here happens after mutating webhooks. The store may have changed since the proposal was made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kumasim.domain.kubernetes.api.context import ApiContext, Deleted, Proposal
from kumasim.domain.kubernetes.api.failures import Refused, already_exists, conflict, invalid, not_found
from kumasim.domain.kubernetes.api.frame import kept, same_desire
from kumasim.domain.kubernetes.api.metadata import metadata_faults
from kumasim.domain.kubernetes.api.propose import check_place
from kumasim.domain.kubernetes.api.schema import check_schema
from kumasim.domain.kubernetes.api.strategies import strategy_of
from kumasim.domain.kubernetes.names import uid_of
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Store
from kumasim.domain.writes import Failure


def stale(store: Store, proposal: Proposal) -> bool:
    """Whether the object changed while webhooks looked at the proposal.

    A patch, an apply, and an update without a version are then proposed anew, as Kubernetes does it.
    """
    return store.get(proposal.write.key) != proposal.old


def commit(store: Store, proposal: Proposal, context: ApiContext) -> Resource | Deleted | Failure:
    """What a proposal comes to.

    Args:
        store: the API server's, as it is now.
        proposal: from `propose`, with the object as webhooks left it.
        context: what the server knows beside its store, as it is now.

    Returns:
        The object to store; the stored object itself if the write changed nothing; `Deleted`; or the failure.
    """
    try:
        return _OPERATIONS[proposal.operation](store, proposal, context)
    except Refused as refused:
        return refused.failure


def _check(key: Key, old: Resource | None, new: Resource) -> None:
    strategy = strategy_of(key)
    faults = [*metadata_faults(old, new, strategy.name), *strategy.check(old, new)]
    if faults:
        raise Refused(invalid(key, faults))
    if old is None or not same_desire(old, new):
        check_schema(key, new)


def _wanted(proposal: Proposal) -> Resource:
    if proposal.new is None:
        raise TypeError(f"a {proposal.operation} without an object")
    return proposal.new


def _create(store: Store, proposal: Proposal, context: ApiContext) -> Resource:
    key, wanted = proposal.write.key, _wanted(proposal)
    check_place(store, key)
    if key in store:
        raise Refused(already_exists(key))
    prepared = strategy_of(key).prepare(None, wanted, context)
    _check(key, None, prepared)
    return prepared.with_meta(
        uid=uid_of(context.cluster, key, context.born.get(key, 0)),
        resource_version=context.next_version,
        generation=1,
        created_ns=context.now_ns,
        deleted_ns=-1,
    )


def _update(store: Store, proposal: Proposal, context: ApiContext) -> Resource | Deleted:
    key = proposal.write.key
    stored = _unchanged(store, proposal)
    strategy = strategy_of(key)
    wanted = strategy.prepare(stored, kept(stored, _wanted(proposal)), context)
    if wanted == stored:
        return stored
    _check(key, stored, wanted)
    grown = stored.meta.generation + (not same_desire(stored, wanted))
    changed = wanted.with_meta(resource_version=context.next_version, generation=grown)
    if changed.meta.deleted_ns >= 0 and not strategy.holders(changed):
        return Deleted(changed)
    return changed


def _delete(store: Store, proposal: Proposal, context: ApiContext) -> Resource | Deleted:
    stored = _unchanged(store, proposal)
    strategy = strategy_of(stored.key)
    if not strategy.holders(stored):
        return Deleted(stored.with_meta(resource_version=context.next_version))
    if stored.meta.deleted_ns >= 0:
        return stored
    return strategy.leave(stored).with_meta(
        resource_version=context.next_version,
        generation=stored.meta.generation + 1,
        deleted_ns=context.now_ns,
    )


def _unchanged(store: Store, proposal: Proposal) -> Resource:
    stored = store.get(proposal.write.key)
    if stored is None:
        raise Refused(not_found(proposal.write.key))
    if stored != proposal.old:
        raise Refused(conflict(proposal.write.key))
    return stored


_OPERATIONS: Mapping[str, Callable[[Store, Proposal, ApiContext], Resource | Deleted]] = {
    "CREATE": _create,
    "DELETE": _delete,
    "UPDATE": _update,
}
