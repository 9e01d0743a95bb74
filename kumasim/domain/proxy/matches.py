"""Matches of a route, expanded and put in the order in which a proxy tries them.

Source: D-30 to D-32g, D-45, GW-149, GW-176, GW-179.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.proxy.backends import Unbuildable
from kumasim.domain.proxy.config import ProxyRoute, RouteCondition, RouteMatch, RoutePath
from kumasim.domain.tree import dig

PATH_KINDS = {
    "Exact": "exact", "PathPrefix": "prefix", "RegularExpression": "regex",
    "EXACT": "exact", "PREFIX": "prefix", "REGEX": "regex",
}  # fmt: skip
"""Path types of MeshHTTPRoute and of MeshGatewayRoute."""

CONDITION_KINDS = {
    "Exact": "exact", "Prefix": "prefix", "RegularExpression": "regex", "Present": "present", "Absent": "absent",
    "EXACT": "exact", "REGEX": "regex", "PRESENT": "present", "ABSENT": "absent",
}  # fmt: skip
"""Header and query types of MeshHTTPRoute and of MeshGatewayRoute."""

KIND_ORDER = {"exact": 0, "prefix": 1, "regex": 2}
ROOT = RoutePath("prefix", "/", "/")


def read(tree: Mapping[str, Any]) -> RouteMatch:
    """The match that a tree describes; without a path it is the prefix `/` (D-31)."""
    path = dig(tree, "path")
    kind_of = dig(path, "type", default=dig(path, "match", default="Exact"))
    query = dig(tree, "queryParams", default=dig(tree, "queryParameters", default=dig(tree, "query_parameters")))
    return RouteMatch(
        path=ROOT if path is None else _path(PATH_KINDS[kind_of], dig(path, "value", default="/")),
        method=_method(dig(tree, "method", default="")),
        headers=tuple(_condition(one, lower=True) for one in dig(tree, "headers", default=())),
        query=tuple(_condition(one) for one in query or ()),
    )


def _path(kind: str, text: str) -> RoutePath:
    if kind == "regex":
        _checked(text)
    return RoutePath(kind, text, text if kind == "prefix" else "")


def _method(method: str) -> str:
    return "" if method in ("NONE", "") else method


def _condition(tree: Mapping[str, Any], lower: bool = False) -> RouteCondition:
    kind = CONDITION_KINDS[dig(tree, "type", default=dig(tree, "match", default="Exact"))]
    text = dig(tree, "value", default="")
    if kind == "regex":
        _checked(text)
    name = dig(tree, "name", default="")
    return RouteCondition(name.lower() if lower else name, kind, text)


def _checked(expression: str) -> None:
    try:
        re.compile(expression)
    except re.error as error:
        raise Unbuildable(f"{expression!r} is no regular expression: {error.msg}", "Envoy refuses it [U]") from error


def expanded(entries: Iterable[ProxyRoute]) -> tuple[ProxyRoute, ...]:
    """Entries with prefixes split and put in order: the first that matches a request decides.

    A prefix `/foo` becomes the prefix `/foo/` and the exact `/foo`; the latter is left out if any entry of the same
    virtual host names exactly `/foo`, even one with further conditions.

    Source: D-32 to D-32g.
    """
    written = tuple(entries)
    exact = {entry.match.path.value for entry in written if entry.match.path.kind == "exact"}
    result: list[ProxyRoute] = []
    for entry in written:
        result += _split(entry, exact) if entry.match.path.kind == "prefix" else [entry]
    return tuple(sorted(result, key=lambda entry: order(entry.match)))


def _split(entry: ProxyRoute, exact: set[str]) -> list[ProxyRoute]:
    bare = entry.match.path.value.rstrip("/")
    prefix = RoutePath("prefix", f"{bare}/", bare)
    twin = RoutePath("exact", bare or "/", bare or "/")
    paths = [prefix] if twin.value in exact else [prefix, twin]
    return [changed(entry, match=changed(entry.match, path=path)) for path in paths]


def order(match: RouteMatch) -> tuple[Any, ...]:
    """Sorts matches into the order of trial; equal ones keep their order [U: D-32f].

    Source: D-32c, D-32d (two regular expressions compare by length alone), D-32e, D-32g.
    """
    kind, length = KIND_ORDER[match.path.kind], -len(match.path.value)
    if kind == KIND_ORDER["regex"]:
        return kind, length, 0, 0, 0, ""
    headers = sum(1 for header in match.headers if header.kind != "prefix")
    return kind, length, 0 if match.method else 1, -headers, -len(match.query), match.path.value


def as_gateway(match: RouteMatch) -> RouteMatch:
    """A match as a 2.8 gateway mistakes it: of several regular expressions on query parameters only the last is kept,
    and the exact ones are asked for twice, once as an expression.

    Source: D-45, GW-179 [U].
    """
    expressions = [one for one in match.query if one.kind == "regex"]
    if not expressions:
        return match
    exact = tuple(one for one in match.query if one.kind != "regex")
    again = tuple(changed(one, kind="regex") for one in exact)
    for one in again:
        _checked(one.value)
    return changed(match, query=(*exact, *again, expressions[-1]))
