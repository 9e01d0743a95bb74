"""MeshHTTPRoute: Kuma's own rules for HTTP requests, on sidecars and built-in gateways.

Source: D-33 to D-45, GW-136 to GW-158.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.kinds.kind import AGE, Column, Kind, SyncTraits
from kumasim.domain.kinds.mesh_http_route_schema import FILTER_FIELDS, SPEC
from kumasim.domain.kinds.schema import Obj
from kumasim.domain.kinds.target_ref import TargetRef
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig


@attrs.frozen
class MeshValueMatch:
    """A condition on one header or query parameter: "Exact", "Present", "RegularExpression", "Absent", "Prefix"."""

    type: str
    name: str
    value: str = ""


@attrs.frozen
class MeshMatch:
    """One match of a rule; `path_type` is "" when the path does not matter, `method` "" for any."""

    path_type: str = ""
    path: str = ""
    headers: tuple[MeshValueMatch, ...] = ()
    query: tuple[MeshValueMatch, ...] = ()
    method: str = ""


@attrs.frozen
class MeshBackendRef:
    """Where a rule sends requests."""

    target: TargetRef
    weight: int = 1


@attrs.frozen
class MeshFilter:
    """One filter of a rule.

    Args:
        body: the tree of the field that belongs to the type, empty when there is none.
        mirror: the target of a RequestMirror.
        tree: the filter as it stands in the policy.
    """

    type: str
    body: FrozenMap
    mirror: MeshBackendRef | None = None
    tree: FrozenMap = EMPTY


@attrs.frozen
class MeshRule:
    """One rule.

    Args:
        filters, backends: None where the rule says nothing about them, so that a policy of lower priority may.
        tree: the rule as it stands in the policy; rules with equal matches are merged (D-38).
    """

    matches: tuple[MeshMatch, ...]
    filters: tuple[MeshFilter, ...] | None
    backends: tuple[MeshBackendRef, ...] | None
    tree: FrozenMap


@attrs.frozen
class MeshRouteTo:
    """What the route says about requests to one target."""

    target: TargetRef
    hostnames: tuple[str, ...]
    rules: tuple[MeshRule, ...]


@attrs.frozen
class MeshHTTPRoute:
    """A MeshHTTPRoute as rules read it; `mesh` is its label `kuma.io/mesh`."""

    mesh: str
    target: TargetRef
    to: tuple[MeshRouteTo, ...]

    @classmethod
    def of(cls, resource: Resource) -> MeshHTTPRoute:
        spec = resource.spec
        return cls(
            mesh=resource.meta.labels.get("kuma.io/mesh") or "default",
            target=TargetRef.read(spec.get("targetRef")),
            to=tuple(_to(tree) for tree in spec.get("to") or ()),
        )


def _to(tree: Any) -> MeshRouteTo:
    return MeshRouteTo(
        target=TargetRef.read(tree.get("targetRef")),
        hostnames=tuple(tree.get("hostnames") or ()),
        rules=tuple(_rule(rule) for rule in tree.get("rules") or ()),
    )


def _rule(tree: Any) -> MeshRule:
    filters = dig(tree, "default", "filters")
    backends = dig(tree, "default", "backendRefs")
    return MeshRule(
        matches=tuple(_match(match) for match in tree.get("matches") or ()),
        filters=None if filters is None else tuple(_filter(item) for item in filters),
        backends=None if backends is None else tuple(_backend(ref) for ref in backends),
        tree=tree,
    )


def _match(tree: Any) -> MeshMatch:
    return MeshMatch(
        path_type=dig(tree, "path", "type", default=""),
        path=dig(tree, "path", "value", default=""),
        headers=tuple(_value_match(item) for item in tree.get("headers") or ()),
        query=tuple(_value_match(item) for item in tree.get("queryParams") or ()),
        method=tree.get("method") or "",
    )


def _value_match(tree: Any) -> MeshValueMatch:
    return MeshValueMatch(tree.get("type") or "Exact", tree.get("name") or "", tree.get("value") or "")


def _filter(tree: Any) -> MeshFilter:
    kind = tree.get("type") or ""
    body = tree.get(FILTER_FIELDS.get(kind, ""), EMPTY) or EMPTY
    mirror = body.get("backendRef") if kind == "RequestMirror" else None
    return MeshFilter(kind, body, None if mirror is None else _backend(mirror), tree)


def _backend(tree: Any) -> MeshBackendRef:
    weight = tree.get("weight")
    return MeshBackendRef(TargetRef.read(tree), 1 if weight is None else weight)


KIND = Kind(
    group="kuma.io",
    kind="MeshHTTPRoute",
    plural="meshhttproutes",
    versions=("v1alpha1",),
    schema=Obj({"spec": SPEC}),
    sync=SyncTraits("mesh", z2g=True, g2a=True, plugin_originated=True, policy=True, hashed_down=True),
    columns=(Column("TargetRef Kind", "spec.targetRef.kind"), Column("TargetRef Name", "spec.targetRef.name"), AGE),
    source="KDS section B; CRD meshhttproutes.kuma.io",
)
