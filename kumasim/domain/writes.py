"""What a client may ask of an API server, and what it answers."""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.resource import Key, Origin, Resource
from kumasim.domain.tree import FrozenMap, freeze
from kumasim.domain.vocabulary import value


@value
class Write:
    """One request to change one object.

    Args:
        verb: "create", "update", "apply" (server-side create or update, as kubectl apply), "merge" (RFC 7386 patch),
            "json" (RFC 6902 patch) or "delete".
        key: the object.
        resource: the wanted object, for create, update and apply.
        patch: the tree to merge, or the tuple of operations.
        subresource: "" or "status".
        uid: a delete only counts if the object still has this uid ("" for any).
        origin: the line of the user's file behind it.

    An update whose `resource.meta.resource_version` is not 0 and not the stored one is answered with a conflict.
    """

    verb: str
    key: Key
    resource: Resource | None = None
    patch: Any = None
    subresource: str = ""
    uid: str = ""
    origin: Origin | None = attrs.field(default=None, eq=False)


def create(wanted: Resource) -> Write:
    """Create an object; refused with AlreadyExists when there is one."""
    return Write("create", wanted.key, wanted)


def update(wanted: Resource) -> Write:
    """Replace an object's metadata and spec, if nobody changed it since it was read."""
    return Write("update", wanted.key, wanted)


def update_status(key: Key, status: Any) -> Write:
    """Merge into the status of an object, whatever its version: controllers patch status without a version check.

    Lists are replaced whole; a field that is to go must be None (RFC 7386).
    """
    return Write("merge", key, patch=FrozenMap({"status": freeze(status)}), subresource="status")


def merge(key: Key, patch: Any) -> Write:
    """Merge a patch into an object (RFC 7386)."""
    return Write("merge", key, patch=freeze(patch))


def delete(key: Key, uid: str = "") -> Write:
    """Delete an object."""
    return Write("delete", key, uid=uid)


@value
class ApiRequest:
    """Message: a write on its way to an API server.

    Args:
        id: the sender's own name for it (a string, a number or a tuple of such); the answer carries it back.
        write: what is asked.
        user: the account that asks, as the API server sees it ("kubernetes-admin",
            "system:serviceaccount:kuma-system:kuma-control-plane").
    """

    id: Any
    write: Write
    user: str


@value
class Failure:
    """Why a write was refused, as a Kubernetes `Status` says it: HTTP code, reason, message, field causes."""

    code: int
    reason: str
    message: str
    causes: tuple[FrozenMap, ...] = ()
    rule: str = ""
    """The rule of ours that refused, with its source: "Gateway API objects live in zones (GW-188, documented)"."""


@value
class ApiResponse:
    """Message: the answer to a write: the object as stored, or the failure. A delete answers with neither."""

    id: Any
    resource: Resource | None = None
    failure: Failure | None = None


@value
class WatchRequest:
    """Message: list these kinds now and tell me of every change from then on.

    Args:
        kinds: (group, kind) pairs; empty means every kind.
    """

    kinds: tuple[tuple[str, str], ...] = ()


@value
class WatchUpdate:
    """Message: changes of a store in the order they were made.

    Args:
        changes: (type, resource) pairs, type "ADDED", "MODIFIED" or "DELETED"; for a deletion the last state.
        initial: whether this is the answer to the list, which replaces all that was known.
    """

    changes: tuple[tuple[str, Resource], ...]
    initial: bool = False
