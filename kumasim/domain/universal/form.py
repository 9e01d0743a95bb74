"""How a Universal store holds an object, and how Kuma's REST API shows it.

An object has a type, a name and, for types that belong to a mesh, a mesh; there are no namespaces. Its mesh stands
where Kubernetes has the namespace, so that equal names in two meshes are two objects: `Dataplane/demo/web`.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain import kinds
from kumasim.domain.changed import changed
from kumasim.domain.resource import Key, Metadata, Resource, group_of, timestamp
from kumasim.domain.tree import EMPTY, FrozenMap, freeze, thaw

GROUP = "kuma.io"
API_VERSION = "kuma.io/universal"
"""Marks an object of a Universal store; users never see it."""

DEFAULT_MESH = "default"
MESH_LABEL = "kuma.io/mesh"

_FRAME = ("type", "mesh", "name", "labels", "creationTime", "modificationTime", "status", "kri")
"""Fields of the REST form that are no content."""


def is_universal(resource: Resource) -> bool:
    """Whether an object is held by a Universal store."""
    return resource.api_version == API_VERSION


def core_name(resource: Resource) -> str:
    """An object's name as Kuma's core knows it: `<name>.<namespace>` on Kubernetes, its name alone on Universal."""
    if is_universal(resource) or not resource.namespace:
        return resource.name
    return f"{resource.name}.{resource.namespace}"


def is_mesh_scoped(kind: str) -> bool:
    """Whether objects of a type belong to a mesh; those of an unknown type do not."""
    found = kinds.find(GROUP, kind)
    return found is not None and found.sync is not None and found.sync.scope == "mesh"


def key_of(kind: str, mesh: str, name: str) -> Key:
    """Where a Universal store keeps an object; an empty mesh is `default`, and types without one ignore it."""
    return Key(GROUP, kind, (mesh or DEFAULT_MESH) if is_mesh_scoped(kind) else "", name)


def taken(resource: Resource) -> Resource:
    """An object as a Universal store holds it, from the form that manifests and controllers have; idempotent.

    The mesh is read from the field `mesh`, else from the label `kuma.io/mesh`, which Universal stores do not keep
    (KDS-59), else it is `default`.
    """
    if is_universal(resource) or group_of(resource.api_version) != GROUP:
        return resource
    labels = dict(resource.meta.labels)
    body: dict[str, Any] = {name: part for name, part in resource.body.items() if name != "mesh"}
    mesh = ""
    if is_mesh_scoped(resource.kind):
        mesh = resource.body.get("mesh") or labels.pop(MESH_LABEL, "") or DEFAULT_MESH
        body = {"mesh": mesh, **body}
    if _is_flat(resource.kind):
        body = {**body.pop("spec", {}), **body}
    meta = changed(resource.meta, namespace=mesh, labels=FrozenMap(labels), annotations=EMPTY)
    return Resource(API_VERSION, resource.kind, meta, FrozenMap(body), resource.status, resource.origin)


def key_taken(key: Key) -> Key:
    """A key as a Universal store has it; one without mesh means the mesh `default`."""
    return key_of(key.kind, key.namespace, key.name) if key.group == GROUP else key


def rest_form(stored: Resource) -> dict[str, Any]:
    """An object as Kuma's REST API shows it: newer types with `spec` and `status`, older ones with flat fields."""
    shown: dict[str, Any] = {"type": stored.kind}
    if stored.namespace:
        shown["mesh"] = stored.namespace
    shown["name"] = stored.name
    if stored.meta.created_ns >= 0:
        shown["creationTime"] = timestamp(stored.meta.created_ns)
    if stored.meta.labels:
        shown["labels"] = dict(stored.meta.labels)
    content = {name: part for name, part in stored.body.items() if name != "mesh"}
    if not _has_spec(stored.kind):
        content = {**content.pop("spec", {}), **content}
    shown.update(thaw(content))
    if stored.status is not None:
        shown["status"] = thaw(stored.status)
    return shown


def from_rest(tree: Any, held: Resource) -> Resource:
    """The object that a changed REST form describes.

    Args:
        tree: as `rest_form` gives it, changed by a patch.
        held: the object before.
    """
    content = {name: part for name, part in tree.items() if name not in _FRAME}
    if not _has_spec(held.kind) and not _is_flat(held.kind):
        spec = {name: part for name, part in content.items() if name != "spec"}
        content = {"spec": {**spec, **(content.get("spec") or {})}}
    body = {"mesh": held.namespace, **content} if held.namespace else content
    meta = changed(held.meta, labels=freeze(tree.get("labels") or {}))
    status = tree.get("status")
    return Resource(API_VERSION, held.kind, meta, freeze(body), None if status is None else freeze(status), held.origin)


def _has_spec(kind: str) -> bool:
    found = kinds.find(GROUP, kind)
    return found is None or found.sync is None or found.sync.plugin_originated


def _is_flat(kind: str) -> bool:
    """Whether a type has no spec at all: Secrets and Configs, which on Kubernetes other kinds hold."""
    found = kinds.find(GROUP, kind)
    return found is not None and found.universal


def shown(resource: Resource) -> dict[str, Any]:
    """An object as its users see it: kubectl's form, or the REST API's."""
    return rest_form(resource) if is_universal(resource) else resource.to_tree()


def universal(kind: str, mesh: str, name: str, body: Any = EMPTY, labels: Any = EMPTY) -> Resource:
    """A new object of a Universal store."""
    content = {"mesh": mesh, **freeze(body)} if mesh else freeze(body)
    return Resource(API_VERSION, kind, Metadata(name, mesh, freeze(labels)), FrozenMap(content))
