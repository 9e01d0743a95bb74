"""Filters of a route: header changes, rewrites, mirrors, redirects; read from either family of route kinds.

Source: D-21, D-44, GW-151, GW-153.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.policy.identity import SERVICE_TAG
from kumasim.domain.proxy.backends import destination
from kumasim.domain.proxy.clusters import ClusterBook
from kumasim.domain.proxy.config import (
    UNRESOLVED,
    HeaderChange,
    PathChange,
    ProxyRoute,
    RouteMirror,
    RouteRedirect,
    RouteRewrite,
)
from kumasim.domain.tree import FrozenMap, dig

Apply = Callable[[ProxyRoute, Any, ClusterBook], ProxyRoute]


def _headers(on: str) -> Apply:
    def apply(entry: ProxyRoute, tree: Any, _: ClusterBook) -> ProxyRoute:
        change = HeaderChange(
            on, _pairs(dig(tree, "set", default=())), _pairs(dig(tree, "add", default=())), _names(tree)
        )
        return changed(entry, changes=(*entry.changes, change))

    return apply


def _pairs(tree: Any) -> tuple[tuple[str, str], ...]:
    return tuple((dig(one, "name", default="").lower(), dig(one, "value", default="")) for one in tree)


def _names(tree: Any) -> tuple[str, ...]:
    return tuple(name.lower() for name in dig(tree, "remove", default=()))


def _redirect(entry: ProxyRoute, tree: Any, _: ClusterBook) -> ProxyRoute:
    redirect = RouteRedirect(
        status=int(dig(tree, "statusCode", default=dig(tree, "status_code", default=302))),
        scheme=dig(tree, "scheme", default=""),
        host=dig(tree, "hostname", default=""),
        port=int(dig(tree, "port", default=0)),
        path=_path_change(dig(tree, "path")),
    )
    return changed(entry, redirect=redirect)


def _path_change(tree: Any) -> PathChange | None:
    full = dig(tree, "replaceFullPath", default=dig(tree, "full", default=dig(tree, "replaceFull")))
    if full is not None:
        return PathChange("full", full)
    prefix = dig(tree, "replacePrefixMatch", default=dig(tree, "prefixMatch"))
    return None if prefix is None else PathChange("prefix", prefix)


def _rewrite(entry: ProxyRoute, tree: Any, _: ClusterBook) -> ProxyRoute:
    path = dig(tree, "path", default=tree)
    rewrite = RouteRewrite(
        host=dig(tree, "hostname", default=""),
        path=_path_change(path),
        backend_host=bool(dig(tree, "hostToBackendHostname")),
    )
    return changed(entry, rewrite=rewrite)


def _mirror(entry: ProxyRoute, tree: Any, book: ClusterBook) -> ProxyRoute:
    """A mirror to a backend of a kind that is not modelled, or unresolved, copies nothing (GW-154)."""
    old = dig(tree, "backend", "destination")
    tags = FrozenMap(old) if old is not None else destination(dig(tree, "backendRef", default={}))
    if tags is None or tags[SERVICE_TAG] == UNRESOLVED:
        return entry
    mirror = RouteMirror(book.refer(tags), str(dig(tree, "percentage", default=100)))
    return changed(entry, mirrors=(*entry.mirrors, mirror))


FILTERS: dict[str, tuple[str, Apply]] = {
    "RequestHeaderModifier": ("requestHeaderModifier", _headers("request")),
    "ResponseHeaderModifier": ("responseHeaderModifier", _headers("response")),
    "RequestRedirect": ("requestRedirect", _redirect),
    "URLRewrite": ("urlRewrite", _rewrite),
    "RequestMirror": ("requestMirror", _mirror),
}
"""Filter types of MeshHTTPRoute: where their settings stand and what they do."""

OLD_FILTERS: dict[str, Apply] = {
    "requestHeader": _headers("request"),
    "responseHeader": _headers("response"),
    "redirect": _redirect,
    "rewrite": _rewrite,
    "mirror": _mirror,
}
"""Filters of MeshGatewayRoute, by field."""


def with_filters(entry: ProxyRoute, filters: Any, book: ClusterBook) -> ProxyRoute:
    """An entry with the filters of a MeshHTTPRoute rule, in order. Source: GW-151."""
    for tree in filters:
        known = FILTERS.get(dig(tree, "type", default=""))
        if known is not None:
            entry = known[1](entry, dig(tree, known[0], default={}), book)
    return entry


def with_old_filters(entry: ProxyRoute, filters: Any, book: ClusterBook) -> ProxyRoute:
    """An entry with the filters of a MeshGatewayRoute rule, in order. Source: D-21."""
    for tree in filters:
        for field in sorted(tree):
            apply = OLD_FILTERS.get(_camel(field))
            if apply is not None:
                entry = apply(entry, tree[field], book)
    return entry


def _camel(field: str) -> str:
    head, *rest = field.split("_")
    return head + "".join(word.capitalize() for word in rest)
