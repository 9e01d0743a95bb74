"""HTTPRoute: which requests of a Gateway or a Service go where.

Source: GW-84 to GW-159.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.kinds.gateway import GATEWAY_GROUP
from kumasim.domain.kinds.http_route_schema import FILTER_FIELDS, SPEC
from kumasim.domain.kinds.kind import AGE, Column, Kind
from kumasim.domain.kinds.schema import Obj
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig


@attrs.frozen
class ParentRef:
    """What a route attaches to.

    Args:
        namespace: the route's unless one is written (GW-87).
        section: `sectionName`, "" for the whole parent.
        port: None when none is written.
        tree: the reference as it stands in the route; status entries are matched by it (GW-113).
    """

    group: str
    kind: str
    namespace: str
    name: str
    section: str
    port: int | None
    tree: FrozenMap


@attrs.frozen
class ValueMatch:
    """A condition on one header or query parameter; type "Exact" or "RegularExpression"."""

    type: str
    name: str
    value: str


@attrs.frozen
class Match:
    """One match of a rule: all of its conditions must hold. `method` is "" for any."""

    path_type: str = "PathPrefix"
    path: str = "/"
    headers: tuple[ValueMatch, ...] = ()
    query: tuple[ValueMatch, ...] = ()
    method: str = ""


@attrs.frozen
class BackendRef:
    """Where a rule sends requests, or a filter mirrors them to.

    Args:
        namespace: the route's unless one is written.
        port: None when none is written.
        weight: its part of the sum of weights; 1 unless written (GW-133).
        filters: filters of this backend alone, which Kuma ignores (GW-134).
        tree: the reference as it stands in the route.
    """

    group: str
    kind: str
    namespace: str
    name: str
    port: int | None
    weight: int = 1
    filters: tuple[Filter, ...] = ()
    tree: FrozenMap = EMPTY


@attrs.frozen
class Filter:
    """One filter of a rule.

    Args:
        type: "RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite", "RequestMirror",
            "ExtensionRef".
        body: the tree of the field that belongs to the type.
        mirror: the target of a RequestMirror.
    """

    type: str
    body: FrozenMap
    mirror: BackendRef | None = None


@attrs.frozen
class Rule:
    """One rule of a route: a request that meets any of the matches goes through the filters to the backends."""

    matches: tuple[Match, ...]
    filters: tuple[Filter, ...]
    backends: tuple[BackendRef, ...]


@attrs.frozen
class HTTPRoute:
    """An HTTPRoute as rules read it."""

    parents: tuple[ParentRef, ...]
    hostnames: tuple[str, ...]
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, resource: Resource) -> HTTPRoute:
        spec, namespace = resource.spec, resource.namespace
        return cls(
            parents=tuple(_parent(tree, namespace) for tree in spec.get("parentRefs") or ()),
            hostnames=tuple(spec.get("hostnames") or ()),
            rules=tuple(_rule(tree, namespace) for tree in spec.get("rules") or ()),
        )


def _parent(tree: FrozenMap, namespace: str) -> ParentRef:
    group = tree.get("group")
    return ParentRef(
        group=GATEWAY_GROUP if group is None else group,
        kind=tree.get("kind") or "Gateway",
        namespace=tree.get("namespace") or namespace,
        name=tree.get("name") or "",
        section=tree.get("sectionName") or "",
        port=tree.get("port"),
        tree=tree,
    )


def _rule(tree: FrozenMap, namespace: str) -> Rule:
    return Rule(
        matches=tuple(_match(match) for match in tree.get("matches") or ()) or (Match(),),
        filters=tuple(_filter(item, namespace) for item in tree.get("filters") or ()),
        backends=tuple(_backend(ref, namespace) for ref in tree.get("backendRefs") or ()),
    )


def _match(tree: FrozenMap) -> Match:
    return Match(
        path_type=dig(tree, "path", "type", default="PathPrefix"),
        path=dig(tree, "path", "value", default="/"),
        headers=tuple(_value_match(item) for item in tree.get("headers") or ()),
        query=tuple(_value_match(item) for item in tree.get("queryParams") or ()),
        method=tree.get("method") or "",
    )


def _value_match(tree: Any) -> ValueMatch:
    return ValueMatch(tree.get("type") or "Exact", tree.get("name") or "", tree.get("value") or "")


def _filter(tree: FrozenMap, namespace: str) -> Filter:
    kind = tree.get("type") or ""
    body = tree.get(FILTER_FIELDS.get(kind, ""), EMPTY) or EMPTY
    mirror = body.get("backendRef") if kind == "RequestMirror" else None
    return Filter(kind, body, None if mirror is None else _backend(mirror, namespace))


def _backend(tree: FrozenMap, namespace: str) -> BackendRef:
    weight = tree.get("weight")
    return BackendRef(
        group=tree.get("group") or "",
        kind=tree.get("kind") or "Service",
        namespace=tree.get("namespace") or namespace,
        name=tree.get("name") or "",
        port=tree.get("port"),
        weight=1 if weight is None else weight,
        filters=tuple(_filter(item, namespace) for item in tree.get("filters") or ()),
        tree=tree,
    )


KIND = Kind(
    group=GATEWAY_GROUP,
    kind="HTTPRoute",
    plural="httproutes",
    versions=("v1", "v1beta1"),
    storage="v1beta1",
    schema=Obj({"spec": SPEC}, required=("spec",)),
    has_status=True,
    columns=(Column("Hostnames", "join(',', spec.hostnames || `[]`)"), AGE),
    source="Gateway API v1.0 experimental",
)
