"""ReferenceGrant: who may refer into a namespace from another one.

Source: GW-119 to GW-121.
"""

from __future__ import annotations

import attrs

from kumasim.domain.kinds.kind import Kind
from kumasim.domain.kinds.names import group, kind_name, namespace, object_name
from kumasim.domain.kinds.schema import ListOf, Obj
from kumasim.domain.resource import Resource


@attrs.frozen
class GrantFrom:
    """Objects of a kind in one namespace, which are allowed to refer."""

    group: str
    kind: str
    namespace: str


@attrs.frozen
class GrantTo:
    """Objects of a kind that may be referred to; `name` "" means every one."""

    group: str
    kind: str
    name: str = ""


@attrs.frozen
class ReferenceGrant:
    """A ReferenceGrant as rules read it."""

    from_: tuple[GrantFrom, ...]
    to: tuple[GrantTo, ...]

    @classmethod
    def of(cls, resource: Resource) -> ReferenceGrant:
        spec = resource.spec
        return cls(
            from_=tuple(
                GrantFrom(item.get("group") or "", item.get("kind") or "", item.get("namespace") or "")
                for item in spec.get("from") or ()
            ),
            to=tuple(
                GrantTo(item.get("group") or "", item.get("kind") or "", item.get("name") or "")
                for item in spec.get("to") or ()
            ),
        )


KIND = Kind(
    group="gateway.networking.k8s.io",
    kind="ReferenceGrant",
    plural="referencegrants",
    versions=("v1beta1", "v1alpha2"),
    short_names=("refgrant",),
    schema=Obj(
        {
            "spec": Obj(
                {
                    "from": ListOf(
                        Obj(
                            {"group": group(), "kind": kind_name(), "namespace": namespace()},
                            required=("group", "kind", "namespace"),
                        ),
                        min_items=1,
                        max_items=16,
                    ),
                    "to": ListOf(
                        Obj({"group": group(), "kind": kind_name(), "name": object_name()}, required=("group", "kind")),
                        min_items=1,
                        max_items=16,
                    ),
                },
                required=("from", "to"),
            )
        }
    ),
    source="Gateway API v1.0 experimental",
)
