"""One write to a Universal store, from request to what is stored, with everything that goes along.

What users ask goes through the REST API and the managers. What the control plane itself writes goes straight to the
store, as KDS and controllers do (KDS-73).
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from kumasim.domain import kinds
from kumasim.domain.admission.rule import CREATE, DELETE, UPDATE, Review
from kumasim.domain.changed import changed
from kumasim.domain.kubernetes.api.json_patch import PatchFailed, json_patched
from kumasim.domain.kubernetes.names import uid_of
from kumasim.domain.persistent import Map
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import freeze, merge_patch
from kumasim.domain.universal import managers
from kumasim.domain.universal.form import from_rest, key_taken, rest_form, taken
from kumasim.domain.universal.managers import owned_by
from kumasim.domain.universal.refusal import conflict, not_found, refused
from kumasim.domain.universal.rest import refusal
from kumasim.domain.writes import Failure, Write

CONTROL_PLANE = "control-plane"
"""The user that a Universal control plane writes as; its writes are no requests to the REST API."""


@attrs.frozen
class Held:
    """What a store knows when a write comes.

    Args:
        name: of the store's actor; uids are made of it.
        view: the store as it is.
        version: of the last change.
        born: how often an object was created under a key.
    """

    name: str
    view: View
    version: int
    born: Map[Key, int]


@attrs.frozen
class Saved:
    """What a write comes to: objects that are stored, in order, and objects that go, each in its last state."""

    stored: tuple[Resource, ...] = ()
    gone: tuple[Resource, ...] = ()


def perform(held: Held, write: Write, user: str) -> Saved | Failure:
    """What a Universal store makes of a write.

    Args:
        held: what it knows.
        write: create, update, apply (PUT), merge or json (a GET, a patch, a PUT), or delete.
        user: who asks.

    Returns:
        What is stored and what goes, nothing of both where everything is as wanted already; or the refusal.
    """
    write = changed(
        write,
        key=key_taken(write.key),
        resource=None if write.resource is None else taken(write.resource),
    )
    old = held.view.store.get(write.key)
    if write.verb == "delete":
        return _delete(held, write, user, old)
    wanted = _WANTED[write.verb](write, old)
    if isinstance(wanted, Failure):
        return wanted
    if user != CONTROL_PLANE:
        wanted = _managed(held.view, user, old, wanted)
        if isinstance(wanted, Failure):
            return wanted
    return _saved(held, old, wanted)


def _put(write: Write, old: Resource | None) -> Resource | Failure:
    assert write.resource is not None
    return write.resource


def _create(write: Write, old: Resource | None) -> Resource | Failure:
    return _put(write, old) if old is None else conflict(write.key, "resource already exists")


def _update(write: Write, old: Resource | None) -> Resource | Failure:
    if old is None:
        return not_found(write.key)
    assert write.resource is not None
    version = write.resource.meta.resource_version
    if version not in (0, old.meta.resource_version):
        return conflict(write.key, "it was changed by somebody else")
    return write.resource


def _merge(write: Write, old: Resource | None) -> Resource | Failure:
    return not_found(write.key) if old is None else from_rest(merge_patch(freeze(rest_form(old)), write.patch), old)


def _json(write: Write, old: Resource | None) -> Resource | Failure:
    if old is None:
        return not_found(write.key)
    try:
        return from_rest(json_patched(freeze(rest_form(old)), write.patch), old)
    except PatchFailed as failed:
        return refused(400, f"the patch cannot be carried out: {failed}")


_WANTED: dict[str, Callable[[Write, Resource | None], Resource | Failure]] = {
    "apply": _put,
    "create": _create,
    "update": _update,
    "merge": _merge,
    "json": _json,
}
"""The wanted object, by the verb of the write."""


def _managed(view: View, user: str, old: Resource | None, wanted: Resource) -> Resource | Failure:
    """A request through the REST API and the managers."""
    operation = CREATE if old is None else UPDATE
    failure = refusal(view, Review(operation, user, old, wanted))
    if failure is not None:
        return failure
    if old is None:
        wanted = managers.labelled(view.around, wanted).with_meta(owners=managers.owner(view, wanted))
    completed = _COMPLETED.get(wanted.kind)
    return wanted if completed is None else completed(view.around, wanted)


def _saved(held: Held, old: Resource | None, wanted: Resource) -> Saved:
    made = _framed(held, old, kinds.defaulted(wanted), held.version + 1)
    if made == old:
        return Saved()
    stored = [made]
    along = _MADE_ALONG.get(made.kind) if old is None else None
    for other in along(held.view.around, made) if along is not None else ():
        owned = other.with_meta(owners=(owned_by(made),))
        if owned.key not in held.view.store:
            stored.append(_framed(held, None, owned, held.version + 1 + len(stored)))
    return Saved(tuple(stored))


_COMPLETED = {"Dataplane": managers.in_zone}
"""What the manager of a kind fills in when a user writes it."""
_MADE_ALONG = {"Mesh": managers.default_policies}
"""What the manager of a kind creates beside a new object, owned by it."""


def _framed(held: Held, old: Resource | None, wanted: Resource, version: int) -> Resource:
    """An object in the frame that the store keeps: who it is, since when, and which version."""
    if old is not None:
        same = changed(
            wanted, meta=changed(old.meta, labels=wanted.meta.labels), origin=wanted.origin or old.origin
        )  # fmt: skip
        return old if same == old else same.with_meta(resource_version=version)
    uid = uid_of(held.name, wanted.key, held.born.get(wanted.key, 0))
    return wanted.with_meta(uid=uid, resource_version=version, created_ns=held.view.now_ns)


def _delete(held: Held, write: Write, user: str, old: Resource | None) -> Saved | Failure:
    if old is None:
        return not_found(write.key)
    if write.uid and write.uid != old.meta.uid:
        return conflict(write.key, "it is another resource of that name")
    # The REST API does not look at the origin, so in a zone a synced policy can be deleted (KDS-119).
    failure = None if user == CONTROL_PLANE else refusal(held.view, Review(DELETE, user, old))
    if failure is not None:
        return failure
    gone = _with_owned(held.view, old)
    return Saved(
        gone=tuple(item.with_meta(resource_version=held.version + number) for number, item in enumerate(gone, start=1))
    )


def _with_owned(view: View, old: Resource) -> list[Resource]:
    """An object after everything that it owns, recursively: a store takes them along at once (KDS-155)."""
    found: dict[Key, Resource] = {}
    pending = [old]
    while pending:
        one = pending.pop(0)
        if one.key not in found:
            found[one.key] = one
            pending += view.owned(one.meta.uid)
    return list(reversed(found.values()))
