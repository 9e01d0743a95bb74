"""How users name objects: `zone-1/HTTPRoute/kuma-demo/db`, or kind, namespace and name apart."""

from __future__ import annotations

from kumasim.domain import kinds
from kumasim.domain.kubernetes import scope
from kumasim.domain.resource import Key, group_of
from kumasim.domain.store import Store
from kumasim.domain.universal import form
from kumasim.errors import UsageError


def key_of(store: Store, kind: str, namespace: str | None, name: str, api_version: str = "") -> Key:
    """The key of an object as a user names it.

    Args:
        store: where it is looked for; decides between groups that share a kind's name.
        kind: "HTTPRoute", "httproutes" or a short name.
        namespace: None or "" for cluster-scoped kinds.
        name: its name.
        api_version: to tell kinds of the same name apart; may be left out.
    """
    groups = (group_of(api_version),) if api_version else groups_of(kind)
    proper = proper_kind(kind)
    keys = [Key(group, proper, namespace or "", name) for group in groups]
    # In a Universal store a mesh stands in place of a namespace; one that is left out is `default`.
    tried = keys if namespace else [*keys, *(form.key_taken(key) for key in keys if key.group == form.GROUP)]
    return next((key for key in tried if _is_meant(store, key, key in keys)), keys[0])


def _is_meant(store: Store, key: Key, as_written: bool) -> bool:
    found = store.get(key)
    return found is not None and (as_written or form.is_universal(found))


def proper_kind(kind: str) -> str:
    """The kind's own spelling of a kind, plural or short name."""
    found = kinds.find_by_name(kind.lower())
    return found.kind if found is not None else kind


def groups_of(kind: str) -> tuple[str, ...]:
    """The API groups that have a kind as a user names it."""
    return scope.groups_of(proper_kind(kind))


def parse(reference: str) -> tuple[str, str, str | None, str]:
    """A reference's store, kind, namespace and name.

    Raises:
        UsageError: it has another form than `store/Kind/namespace/name` or `store/Kind/name`.
    """
    parts = reference.split("/")
    if len(parts) == 4:
        return parts[0], parts[1], parts[2], parts[3]
    if len(parts) == 3:
        return parts[0], parts[1], None, parts[2]
    raise UsageError(f"{reference!r} is no reference: write store/Kind/namespace/name, or store/Kind/name")
