"""A resource: the one value that users apply, stores hold, control planes watch and KDS copies.

Its frame (identity, labels, ownership, versions) is typed; `spec`, `status` and whatever else the object holds are
frozen trees, so that nothing a user wrote is ever lost. Rules read them through typed views (`resource.view(HTTPRoute)`),
which are made once and remembered on the resource.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.tree import EMPTY, FrozenMap, freeze, thaw
from kumasim.domain.vocabulary import VOCABULARY, once, value

W = TypeVar("W")


class Key(NamedTuple):
    """What tells an object from all others of one store; sorts by group, kind, namespace, name."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.namespace}/{self.name}" if self.namespace else f"{self.kind}/{self.name}"


def group_of(api_version: str) -> str:
    """The API group of an `apiVersion`: "apps" of "apps/v1", "" of "v1"."""
    return api_version.rpartition("/")[0]


@value
class Origin:
    """Where in the user's files something was written (line and column count from 1)."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@value
class OwnerReference:
    """Who owns an object: when the owner goes, Kubernetes' garbage collector takes the object too."""

    api_version: str
    kind: str
    name: str
    uid: str
    controller: bool = False
    block: bool = False


@value
class Metadata:
    """The frame of an object, as Kubernetes keeps it."""

    name: str
    namespace: str = ""
    labels: FrozenMap = EMPTY
    annotations: FrozenMap = EMPTY
    uid: str = ""
    resource_version: int = 0
    generation: int = 0
    created_ns: int = -1
    """Virtual time of creation, -1 before a store has taken it; shown as an RFC 3339 time of whole seconds."""
    deleted_ns: int = -1
    """Virtual time at which its deletion was asked for while finalizers hold it; -1 otherwise."""
    finalizers: tuple[str, ...] = ()
    owners: tuple[OwnerReference, ...] = ()
    generate_name: str = ""


@once
@value
class Resource:
    """One object of one store.

    Args:
        api_version: as written in the manifest, "gateway.networking.k8s.io/v1".
        kind: "HTTPRoute".
        meta: the frame.
        body: every top-level field but apiVersion, kind, metadata and status.
        status: what controllers wrote, None when nobody has.
        origin: the line of the user's file that it came from; not part of its content.
    """

    api_version: str
    kind: str
    meta: Metadata
    body: FrozenMap = EMPTY
    status: FrozenMap | None = None
    origin: Origin | None = attrs.field(default=None, eq=False)
    _views: dict[type, Any] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    @property
    def key(self) -> Key:
        """Its identity in a store."""
        known: Key | None = self._views.get(Key)
        if known is None:
            known = Key(group_of(self.api_version), self.kind, self.meta.namespace, self.meta.name)
            self._views[Key] = known
        return known

    @property
    def name(self) -> str:
        return self.meta.name

    @property
    def namespace(self) -> str:
        return self.meta.namespace

    @property
    def spec(self) -> FrozenMap:
        """The `spec`, empty when there is none."""
        spec = self.body.get("spec")
        return spec if isinstance(spec, FrozenMap) else EMPTY

    def view(self, reader: type[W]) -> W:
        """This resource as a typed value of its kind; made by `reader.of(resource)` once, then remembered."""
        made = self._views.get(reader)
        if made is None:
            made = self._views[reader] = reader.of(self)  # type: ignore[attr-defined]
        return made  # type: ignore[no-any-return]

    def with_meta(self, **changes: Any) -> Resource:
        """This resource with some fields of its metadata replaced."""
        return changed(self, meta=changed(self.meta, **changes))

    def to_tree(self) -> dict[str, Any]:
        """A plain mapping, as kubectl would print it."""
        tree: dict[str, Any] = {"apiVersion": self.api_version, "kind": self.kind, "metadata": _meta_tree(self.meta)}
        tree.update(thaw(self.body))
        if self.status is not None:
            tree["status"] = thaw(self.status)
        return tree


VOCABULARY["Key"] = Key

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
"""Virtual time zero, as resources show it."""


def timestamp(at_ns: int) -> str:
    """A virtual time as Kubernetes writes times: RFC 3339, UTC, whole seconds; "" for a negative one."""
    if at_ns < 0:
        return ""
    return (EPOCH + timedelta(seconds=at_ns // 1_000_000_000)).strftime("%Y-%m-%dT%H:%M:%SZ")


def resource(tree: Mapping[str, Any], origin: Origin | None = None) -> Resource:
    """The resource that a manifest describes.

    Args:
        tree: a mapping with apiVersion, kind and metadata.name (the loader has seen to that).
        origin: where it was written.
    """
    meta = tree.get("metadata") or {}
    body = {key: item for key, item in tree.items() if key not in ("apiVersion", "kind", "metadata", "status")}
    status = tree.get("status")
    return Resource(
        api_version=tree["apiVersion"],
        kind=tree["kind"],
        meta=_read_meta(meta),
        body=freeze(body),
        status=None if status is None else freeze(status),
        origin=origin,
    )


def _read_meta(meta: Mapping[str, Any]) -> Metadata:
    return Metadata(
        name=meta.get("name", ""),
        namespace=meta.get("namespace") or "",
        labels=freeze(meta.get("labels") or {}),
        annotations=freeze(meta.get("annotations") or {}),
        uid=meta.get("uid") or "",
        resource_version=_version(meta.get("resourceVersion")),
        generation=meta.get("generation") or 0,
        finalizers=tuple(meta.get("finalizers") or ()),
        owners=tuple(_read_owner(owner) for owner in meta.get("ownerReferences") or ()),
        generate_name=meta.get("generateName") or "",
    )


def _version(written: Any) -> int:
    """A resource version is opaque to users; one that no store of ours has given out conflicts with all of them."""
    text = str(written or 0)
    return int(text) if text.isascii() and text.isdigit() else -1


def _read_owner(owner: Mapping[str, Any]) -> OwnerReference:
    return OwnerReference(
        owner.get("apiVersion", ""), owner.get("kind", ""), owner.get("name", ""), owner.get("uid", ""),
        bool(owner.get("controller")), bool(owner.get("blockOwnerDeletion")),
    )  # fmt: skip


def _meta_tree(meta: Metadata) -> dict[str, Any]:
    tree: dict[str, Any] = {"name": meta.name}
    optional = {
        "generateName": meta.generate_name,
        "namespace": meta.namespace,
        "labels": dict(meta.labels),
        "annotations": dict(meta.annotations),
        "uid": meta.uid,
        "resourceVersion": str(meta.resource_version) if meta.resource_version else "",
        "generation": meta.generation,
        "creationTimestamp": timestamp(meta.created_ns),
        "deletionTimestamp": timestamp(meta.deleted_ns),
        "finalizers": list(meta.finalizers),
        "ownerReferences": [_owner_tree(owner) for owner in meta.owners],
    }
    tree.update({key: item for key, item in optional.items() if item})
    return tree


def _owner_tree(owner: OwnerReference) -> dict[str, Any]:
    tree: dict[str, Any] = {"apiVersion": owner.api_version, "kind": owner.kind, "name": owner.name, "uid": owner.uid}
    if owner.controller:
        tree["controller"] = True
    if owner.block:
        tree["blockOwnerDeletion"] = True
    return tree
