"""Metadata: what every object says of itself.

Source: Kubernetes apimachinery `ObjectMeta`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.kinds.check import nearest, violations
from kumasim.domain.kinds.kind import Kind
from kumasim.domain.kinds.names import ANNOTATIONS, LABEL, LABELS
from kumasim.domain.kinds.schema import Anything, Bool, Int, ListOf, Obj, Text
from kumasim.domain.kinds.violation import Violation

OWNER = Obj(
    {
        "apiVersion": Text(min_length=1),
        "kind": Text(min_length=1),
        "name": Text(min_length=1),
        "uid": Text(min_length=1),
        "controller": Bool(),
        "blockOwnerDeletion": Bool(),
    },
    required=("apiVersion", "kind", "name", "uid"),
)

METADATA = Obj(
    {
        "name": Text(),
        "generateName": Text(),
        "namespace": LABEL,
        "labels": LABELS,
        "annotations": ANNOTATIONS,
        "finalizers": ListOf(Text()),
        "ownerReferences": ListOf(OWNER, map_keys=("uid",)),
        "uid": Text(),
        "resourceVersion": Text(),
        "generation": Int(),
        "creationTimestamp": Anything(),
        "deletionTimestamp": Anything(),
        "deletionGracePeriodSeconds": Int(),
        "selfLink": Text(),
        "managedFields": Anything(),
    }
)


def metadata_violations(tree: Mapping[str, Any], kind: Kind | None) -> tuple[Violation, ...]:
    """What is wrong with the metadata of a manifest.

    Args:
        tree: the whole manifest.
        kind: its kind, None when it is unknown; its name is then not checked.
    """
    meta = tree.get("metadata")
    if meta is None:
        return (Violation(("metadata", "name"), "Required value: name or generateName is required", "", "missing"),)
    found = violations(METADATA, meta, ("metadata",))
    if not isinstance(meta, Mapping):
        return found
    name = meta.get("name")
    if not name and not meta.get("generateName"):
        text = "Required value: name or generateName is required"
        found = (*found, Violation(("metadata", "name"), text, 'add "name"', "missing"))
    elif isinstance(name, str) and name and kind is not None:
        found = (*found, *violations(kind.name, name, ("metadata", "name")))
    return found


def identity_violations(tree: Mapping[str, Any]) -> tuple[Violation, ...]:
    """What a manifest lacks to be an object at all: `apiVersion` and `kind`, as strings."""
    found: list[Violation] = []
    for field in ("apiVersion", "kind"):
        value = tree.get(field)
        if value is None or value == "":
            likely = nearest(field, [key for key in tree if isinstance(key, str)])
            found.append(Violation((field,), "Required value", likely or f'add "{field}"', "missing"))
        else:
            found.extend(violations(Text(), value, (field,)))
    return tuple(found)
