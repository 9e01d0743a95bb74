"""Universal objects: written as Kuma's REST API takes them (`type`, `mesh`, `name`), held like all others.

A store holds one form of an object: `kind`, `metadata`, `mesh` and `spec`. The older flat fields of the REST API
(`networking:`, `conf:`, ...) are what Kubernetes has under `spec`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.kinds import Violation, find
from kumasim.domain.resource import group_of

API_VERSION = "kuma.io/v1alpha1"
MESH_LABEL = "kuma.io/mesh"

_FRAME = ("type", "mesh", "name", "labels", "creationTime", "modificationTime", "spec", "status", "kri")
"""Fields of the REST form that are not part of the spec."""


def is_universal(tree: Mapping[str, Any]) -> bool:
    """Whether an object is written in the REST form: it has a `type`, and neither `kind` nor `apiVersion`."""
    return "type" in tree and "kind" not in tree and "apiVersion" not in tree


def universal_violations(tree: Mapping[str, Any]) -> tuple[Violation, ...]:
    """What the frame of a Universal object lacks."""
    found = []
    for field in ("type", "name"):
        if field not in tree or tree[field] in (None, ""):
            found.append(Violation((field,), "Required value", f'add "{field}"', "missing"))
    for field in ("type", "name", "mesh"):
        value = tree.get(field)
        if value is not None and not isinstance(value, str):
            found.append(Violation((field,), "a string is wanted", f'write "{value}"', "type"))
    return tuple(found)


def as_kubernetes(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The form in which a store holds a Universal object."""
    flat = {key: item for key, item in tree.items() if key not in _FRAME}
    spec = tree.get("spec")
    if isinstance(spec, Mapping) or spec is None:
        spec = {**flat, **(spec or {})}
    labels = tree.get("labels") or {}
    made: dict[str, Any] = {"apiVersion": API_VERSION, "kind": tree.get("type")}
    mesh = tree.get("mesh")
    if mesh and _names_mesh_in_body(tree.get("type")):
        made["mesh"] = mesh
    elif mesh and isinstance(labels, Mapping):
        labels = {MESH_LABEL: mesh, **labels}
    made["metadata"] = {"name": tree.get("name"), "labels": labels}
    if spec:
        made["spec"] = spec
    return {**made, "status": tree["status"]} if tree.get("status") is not None else made


def _names_mesh_in_body(kind: Any) -> bool:
    """Whether objects of a kind name their mesh in a field of their own; newer kinds have a label for it."""
    found = find(group_of(API_VERSION), kind) if isinstance(kind, str) else None
    return found is None or found.schema.extra or "mesh" in found.schema.fields


def rest_form(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stored object with all that its REST form would show, beside what it has: `type`, `name`, `labels`, `mesh`, and
    the fields of its spec."""
    meta = stored.get("metadata") or {}
    labels = meta.get("labels") or {}
    spec = stored.get("spec")
    frame = {"type": stored.get("kind"), "name": meta.get("name"), "labels": labels, "mesh": labels.get(MESH_LABEL)}
    return {**(spec if isinstance(spec, Mapping) else {}), **frame, **stored}


_BACK = {
    ("kind",): ("type",),
    ("apiVersion",): ("type",),
    ("metadata", "name"): ("name",),
    ("metadata", "labels"): ("labels",),
}


def path_as_written(path: tuple[str | int, ...], written: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Where in the REST form a place of the stored form was written."""
    for length in (2, 1):
        head = _BACK.get(tuple(path[:length]))  # type: ignore[arg-type]
        if head is not None:
            return (*head, *path[length:])
    nested = isinstance(written.get("spec"), Mapping) and len(path) > 1 and path[1] in written["spec"]
    return path[1:] if path[:1] == ("spec",) and not nested and "spec" not in written else path
