"""Filters of an HTTPRoute rule as filters of a MeshHTTPRoute.

Source: GW-150 to GW-155.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.http_route.backends import Referrer, Unresolved, resolve
from kumasim.domain.tree import EMPTY, FrozenMap, dig, freeze

Converted = tuple[FrozenMap | None, Unresolved | None]
"""The filter, None when there is none to carry out, and what is wrong with a reference in it."""


def convert(view: View, referrer: Referrer, entry: FrozenMap) -> Converted:
    """A filter of the Gateway API in Kuma's words; filters of other types are dropped without a word.

    Source: GW-151, GW-152.
    """
    kind = str(entry.get("type"))
    if kind == "RequestMirror":
        return _mirror(view, referrer, entry)
    if kind not in _CONVERTERS:
        return None, None
    field, converter = _CONVERTERS[kind]
    converted = converter(dig(entry, field, default=EMPTY))
    return (None if converted is None else FrozenMap({"type": kind, field: freeze(converted)})), None


def _mirror(view: View, referrer: Referrer, entry: FrozenMap) -> Converted:
    """A mirror to a backend that is not there is left out and reported. One that is not permitted is kept, with the
    name of nothing, and not reported: validation will refuse the whole route (GW-154, GW-155 [U])."""
    target, wrong = resolve(view, referrer, dig(entry, "requestMirror", "backendRef", default=EMPTY))
    if wrong is not None and wrong.reason != "RefNotPermitted":
        return None, wrong
    mirror = FrozenMap({"backendRef": target.with_(weight=1)})  # the weight that the API server would fill in
    return FrozenMap({"type": "RequestMirror", "requestMirror": mirror}), None


def _header_modifier(modifier: FrozenMap) -> dict[str, Any]:
    """Names of headers to set and add become lower case, those to remove stay. Source: GW-150."""
    changed = {field: _headers(dig(modifier, field, default=())) for field in ("add", "set")}
    return {field: value for field, value in (*changed.items(), ("remove", modifier.get("remove"))) if value}


def _headers(headers: tuple[FrozenMap, ...]) -> list[dict[str, Any]]:
    return [{"name": str(header.get("name", "")).lower(), "value": header.get("value", "")} for header in headers]


def _redirect(redirect: FrozenMap) -> dict[str, Any] | None:
    """A redirect with a scheme and no port gets the scheme's own. Source: GW-153."""
    made = {
        "scheme": redirect.get("scheme"),
        "hostname": redirect.get("hostname"),
        "path": _path(redirect.get("path")),
        "port": redirect.get("port") or _SCHEME_PORTS.get(str(redirect.get("scheme"))),
        "statusCode": redirect.get("statusCode", 302),
    }
    return _present(redirect, made)


def _rewrite(rewrite: FrozenMap) -> dict[str, Any] | None:
    return _present(rewrite, {"hostname": rewrite.get("hostname"), "path": _path(rewrite.get("path"))})


def _path(path: FrozenMap | None) -> dict[str, Any] | None:
    """A path modifier; its value field is `replaceFullPath` or `replacePrefixMatch`, as its type says."""
    field = _PATH_FIELDS.get(str(dig(path, "type")))
    return None if field is None else {"type": dig(path, "type"), field: dig(path, field, default="")}


def _present(written: FrozenMap, made: dict[str, Any]) -> dict[str, Any] | None:
    if written.get("path") is not None and made["path"] is None:
        return None  # a path modifier that Kuma does not know: the filter is dropped
    return {field: value for field, value in made.items() if value is not None}


_SCHEME_PORTS = {"http": 80, "https": 443}
_PATH_FIELDS = {"ReplaceFullPath": "replaceFullPath", "ReplacePrefixMatch": "replacePrefixMatch"}

_CONVERTERS: dict[str, tuple[str, Callable[[FrozenMap], dict[str, Any] | None]]] = {
    "RequestHeaderModifier": ("requestHeaderModifier", _header_modifier),
    "ResponseHeaderModifier": ("responseHeaderModifier", _header_modifier),
    "RequestRedirect": ("requestRedirect", _redirect),
    "URLRewrite": ("urlRewrite", _rewrite),
}
