"""The first half of a write: what the client wants, made from what is stored.

Everything here happens before webhooks see the object. Each verb is one function from (store, write, context) to a
`Proposal`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kumasim.domain import kinds
from kumasim.domain.changed import changed
from kumasim.domain.kubernetes.api.context import ApiContext, Proposal, located
from kumasim.domain.kubernetes.api.failures import (
    Refused,
    already_exists,
    bad_request,
    conflict,
    not_found,
    precondition,
    terminating,
    unprocessable,
)
from kumasim.domain.kubernetes.api.frame import applied_tree, kept, read, tree_of
from kumasim.domain.kubernetes.api.json_patch import PatchFailed, json_patched
from kumasim.domain.kubernetes.api.list_keys import ListKeys
from kumasim.domain.kubernetes.api.schema import check_shape, shape_of
from kumasim.domain.kubernetes.api.strategies import strategy_of
from kumasim.domain.kubernetes.api.subresources import touched
from kumasim.domain.kubernetes.api.three_way import merged
from kumasim.domain.kubernetes.names import suffix
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Store
from kumasim.domain.tree import FrozenMap, dig, merge_patch
from kumasim.domain.writes import Failure, Write

_META_WITHOUT_MERGE = ("uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp")


def propose(store: Store, write: Write, context: ApiContext) -> Proposal | Failure:
    """What a write would do, or why it cannot.

    Args:
        store: the API server's.
        write: the request.
        context: what the server knows beside its store.

    Returns:
        The proposal to show to webhooks and then to `commit`, or the failure.
    """
    verb = _VERBS.get(write.verb)
    if verb is None:
        return Failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
    try:
        return verb(store, located(write, context), context)
    except Refused as refused:
        return refused.failure


def _create(store: Store, write: Write, context: ApiContext) -> Proposal:
    wanted = _wanted(write)
    if write.subresource:
        raise Refused(bad_request(f"a {write.subresource} cannot be created"))
    if not wanted.name and wanted.meta.generate_name:
        wanted = _with_generated_name(store, wanted, context)
        write = changed(write, key=wanted.key, resource=wanted)
    return _creation(store, write, wanted, context)


def _creation(store: Store, write: Write, wanted: Resource, context: ApiContext) -> Proposal:
    check_shape(write.key, shape_of(wanted))
    check_place(store, write.key)
    if write.key in store:
        raise Refused(already_exists(write.key))
    if context.has_status(write.key) and not strategy_of(write.key).keeps_status:
        wanted = changed(wanted, status=None)
    wanted = changed(wanted, origin=wanted.origin or write.origin)
    return Proposal("CREATE", write, None, _completed(wanted))


def _completed(wanted: Resource) -> Resource:
    """An object with all that its client may leave out, as decoding fills it in."""
    return kinds.defaulted(strategy_of(wanted.key).default(wanted))


def check_place(store: Store, key: Key) -> None:
    """Refuses a creation in a namespace that does not exist or is going away."""
    if not key.namespace:
        return
    place = Key("", "Namespace", "", key.namespace)
    namespace = store.get(place)
    if namespace is None:
        raise Refused(not_found(place))
    if namespace.meta.deleted_ns >= 0:
        raise Refused(terminating(key))


_GENERATED_NAME_BASE = 58
"""A generated name is the prefix cut to this length, and five characters (k8s.io/apiserver pkg/storage/names)."""


def _with_generated_name(store: Store, wanted: Resource, context: ApiContext) -> Resource:
    base = wanted.meta.generate_name[:_GENERATED_NAME_BASE]
    attempt = 0
    while True:
        tried = wanted.with_meta(name=base + suffix(context.cluster, wanted.namespace, wanted.kind, base, attempt))
        if tried.key not in store and not context.born.get(tried.key):
            return tried
        attempt += 1


def _wanted(write: Write) -> Resource:
    if write.resource is None:
        raise Refused(bad_request("the request has no object"))
    return write.resource


def _stored(store: Store, key: Key) -> Resource:
    found = store.get(key)
    if found is None:
        raise Refused(not_found(key))
    return found


def _check_version(stored: Resource, version: int, uid: str) -> None:
    if uid and uid != stored.meta.uid:
        raise Refused(precondition(stored.key, uid, stored.meta.uid))
    if version and version != stored.meta.resource_version:
        raise Refused(conflict(stored.key))


def _change(stored: Resource, wanted: Resource, write: Write, context: ApiContext) -> Proposal:
    changed = touched(write.subresource, stored, kept(stored, wanted), context)
    if not write.subresource:
        changed = _completed(changed)
    return Proposal("UPDATE", write, stored, changed)


def _update(store: Store, write: Write, context: ApiContext) -> Proposal:
    stored, wanted = _stored(store, write.key), _wanted(write)
    _check_version(stored, wanted.meta.resource_version, wanted.meta.uid)
    if not write.subresource:
        check_shape(write.key, shape_of(wanted))
    return _change(stored, wanted, write, context)


def _patched(store: Store, write: Write, context: ApiContext, patch: Callable[[FrozenMap], FrozenMap]) -> Proposal:
    stored = _stored(store, write.key)
    before = tree_of(stored)
    after = patch(before)
    if not isinstance(after, Mapping) or dig(after, "metadata", "name") != stored.name:
        found = dig(after, "metadata", "name", default="")
        told = f"the name of the object ({found}) does not match the name on the URL ({stored.name})"
        raise Refused(bad_request(told))
    if not write.subresource:
        check_shape(write.key, after)
    wanted = read(after, stored)
    _check_version(stored, wanted.meta.resource_version, wanted.meta.uid)
    return _change(stored, wanted, write, context)


def _merge(store: Store, write: Write, context: ApiContext) -> Proposal:
    return _patched(store, write, context, lambda before: merge_patch(before, write.patch))


def _json(store: Store, write: Write, context: ApiContext) -> Proposal:
    def patch(before: FrozenMap) -> FrozenMap:
        try:
            after: FrozenMap = json_patched(before, write.patch or ())
        except PatchFailed as failed:
            raise Refused(unprocessable(str(failed))) from None
        return after

    return _patched(store, write, context, patch)


def _apply(store: Store, write: Write, context: ApiContext) -> Proposal:
    wanted = _wanted(write)
    mine = _without_frame(applied_tree(wanted))
    stored = store.get(write.key)
    keys = ListKeys(write.key)
    if stored is None:
        made = changed(wanted, body=merged(None, wanted.body, None, keys))
        return _creation(store, write, made, context)
    _check_version(stored, wanted.meta.resource_version, wanted.meta.uid)
    check_shape(write.key, shape_of(wanted))
    before = context.applied.get(write.key)
    tree = merged(None if before is None else _without_frame(before), mine, tree_of(stored), keys)
    result = changed(read(tree, stored), origin=wanted.origin or write.origin or stored.origin)
    return _change(stored, result, write, context)


def _without_frame(tree: FrozenMap) -> FrozenMap:
    """An applied tree without what the server alone says."""
    meta = {name: item for name, item in tree["metadata"].items() if name not in _META_WITHOUT_MERGE}
    return tree.with_(metadata=FrozenMap(meta))


def _delete(store: Store, write: Write, _: ApiContext) -> Proposal:
    stored = _stored(store, write.key)
    if write.uid and write.uid != stored.meta.uid:
        raise Refused(precondition(write.key, write.uid, stored.meta.uid))
    return Proposal("DELETE", write, stored, None)


_VERBS: Mapping[str, Callable[[Store, Write, ApiContext], Proposal]] = {
    "apply": _apply,
    "create": _create,
    "delete": _delete,
    "json": _json,
    "merge": _merge,
    "update": _update,
}
