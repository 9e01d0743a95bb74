"""A target reference: what a policy of Kuma applies to, or sends requests to.

Source: D-34, GW-139, GW-144 to GW-146.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.kinds.names import TEXTS
from kumasim.domain.kinds.schema import Int, ListOf, Obj, Schema, Text
from kumasim.domain.tree import EMPTY, FrozenMap


@attrs.frozen
class TargetRef:
    """A target reference as rules read it.

    Args:
        kind: "Mesh", "MeshSubset", "MeshService", "MeshServiceSubset", "MeshGateway", "MeshHTTPRoute",
            "MeshExternalService".
        tags: of a subset or of listeners.
        namespace, section, labels, port: of a reference to a MeshService object.
    """

    kind: str = "Mesh"
    name: str = ""
    mesh: str = ""
    namespace: str = ""
    section: str = ""
    port: int | None = None
    tags: FrozenMap = EMPTY
    labels: FrozenMap = EMPTY
    proxy_types: tuple[str, ...] = ()

    @classmethod
    def read(cls, tree: Any) -> TargetRef:
        """The reference that a tree holds; one that is absent means the whole Mesh."""
        tree = EMPTY if tree is None else tree
        return cls(
            kind=tree.get("kind") or "Mesh",
            name=tree.get("name") or "",
            mesh=tree.get("mesh") or "",
            namespace=tree.get("namespace") or "",
            section=tree.get("sectionName") or "",
            port=tree.get("port"),
            tags=tree.get("tags") or EMPTY,
            labels=tree.get("labels") or EMPTY,
            proxy_types=tuple(tree.get("proxyTypes") or ()),
        )


TARGET_KINDS = (
    "Mesh",
    "MeshSubset",
    "MeshGateway",
    "MeshService",
    "MeshExternalService",
    "MeshServiceSubset",
    "MeshHTTPRoute",
)
"""The kinds that the custom resources admit in a target reference."""

TARGET_REF_FIELDS: dict[str, Schema] = {
    "kind": Text(enum=TARGET_KINDS),
    "name": Text(),
    "mesh": Text(),
    "namespace": Text(),
    "sectionName": Text(),
    "labels": TEXTS,
    "tags": TEXTS,
    "proxyTypes": ListOf(Text(enum=("Sidecar", "Gateway")), min_items=1),
}

TARGET_REF = Obj(TARGET_REF_FIELDS)

BACKEND_REF = Obj({**TARGET_REF_FIELDS, "port": Int(), "weight": Int(min=0, default=1)})
