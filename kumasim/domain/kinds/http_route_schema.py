"""The fields of an HTTPRoute.

Source: Gateway API v1.0 experimental channel.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.kinds import http_route_rules as rules
from kumasim.domain.kinds.names import (
    HTTP_HEADER_PATTERN,
    PORT,
    SUBDOMAIN_PATTERN,
    group,
    hostname,
    kind_name,
    namespace,
    object_name,
    section_name,
)
from kumasim.domain.kinds.schema import Int, ListOf, Obj, Schema, Text

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")

FILTER_FIELDS = {
    "RequestHeaderModifier": "requestHeaderModifier",
    "ResponseHeaderModifier": "responseHeaderModifier",
    "RequestMirror": "requestMirror",
    "RequestRedirect": "requestRedirect",
    "URLRewrite": "urlRewrite",
    "ExtensionRef": "extensionRef",
}
"""The field that belongs to each type of filter."""

_HEADER_NAME = Text(pattern=HTTP_HEADER_PATTERN, min_length=1, max_length=256)

_HEADERS = ListOf(
    Obj({"name": _HEADER_NAME, "value": Text(min_length=1, max_length=4096)}, required=("name", "value")),
    map_keys=("name",),
    max_items=16,
)

_HEADER_MODIFIER = Obj({"set": _HEADERS, "add": _HEADERS, "remove": ListOf(Text(), unique=True, max_items=16)})

_PRECISE_HOSTNAME = Text(pattern=SUBDOMAIN_PATTERN, min_length=1, max_length=253)

_PATH_MODIFIER = Obj(
    {
        "type": Text(enum=("ReplaceFullPath", "ReplacePrefixMatch")),
        "replaceFullPath": Text(max_length=1024),
        "replacePrefixMatch": Text(max_length=1024),
    },
    required=("type",),
    rules=rules.PATH_MODIFIER,
)

_BACKEND_FIELDS: dict[str, Schema] = {
    "group": group(default=""),
    "kind": kind_name(default="Service"),
    "name": object_name(),
    "namespace": namespace(),
    "port": PORT,
}

_REDIRECT = Obj(
    {
        "scheme": Text(enum=("http", "https")),
        "hostname": _PRECISE_HOSTNAME,
        "path": _PATH_MODIFIER,
        "port": PORT,
        "statusCode": Int(enum=(301, 302), default=302),
    }
)

_FILTER_BODIES: dict[str, Schema] = {
    "type": Text(enum=tuple(FILTER_FIELDS)),
    "requestHeaderModifier": _HEADER_MODIFIER,
    "responseHeaderModifier": _HEADER_MODIFIER,
    "requestMirror": Obj(
        {"backendRef": Obj(_BACKEND_FIELDS, required=("name",), rules=rules.BACKEND)}, required=("backendRef",)
    ),
    "requestRedirect": _REDIRECT,
    "urlRewrite": Obj({"hostname": _PRECISE_HOSTNAME, "path": _PATH_MODIFIER}),
    "extensionRef": Obj(
        {"group": group(), "kind": kind_name(), "name": object_name()},
        required=("group", "kind", "name"),
        ignored="GW-152",
    ),
}


def _filters(**options: Any) -> ListOf:
    item = Obj(_FILTER_BODIES, required=("type",), rules=rules.filter_fields(FILTER_FIELDS))
    return ListOf(item, max_items=16, rules=rules.FILTERS, **options)


_BACKEND_REF = Obj(
    {**_BACKEND_FIELDS, "weight": Int(0, 1_000_000, default=1), "filters": _filters(ignored="GW-134")},
    required=("name",),
    rules=rules.BACKEND,
)

_PREFIX = {"type": "PathPrefix", "value": "/"}


def _conditions(longest: int) -> ListOf:
    return ListOf(
        Obj(
            {
                "type": Text(enum=("Exact", "RegularExpression"), default="Exact"),
                "name": _HEADER_NAME,
                "value": Text(min_length=1, max_length=longest),
            },
            required=("name", "value"),
        ),
        map_keys=("name",),
        max_items=16,
    )


_MATCH = Obj(
    {
        "path": Obj(
            {
                "type": Text(enum=("Exact", "PathPrefix", "RegularExpression"), default="PathPrefix"),
                "value": Text(max_length=1024, default="/"),
            },
            default=_PREFIX,
            rules=rules.PATH,
        ),
        "headers": _conditions(4096),
        "queryParams": _conditions(1024),
        "method": Text(enum=METHODS),
    }
)

_DURATION = Text(pattern=r"^([0-9]{1,5}(h|m|s|ms)){1,4}$")

_RULE = Obj(
    {
        "matches": ListOf(_MATCH, max_items=8, default=[{"path": _PREFIX}]),
        "filters": _filters(),
        "backendRefs": ListOf(_BACKEND_REF, max_items=16),
        "timeouts": Obj({"request": _DURATION, "backendRequest": _DURATION}, ignored="GW-135", rules=rules.TIMEOUTS),
    },
    rules=rules.RULE,
)

PARENT_REF = Obj(
    {
        "group": group(default="gateway.networking.k8s.io"),
        "kind": kind_name(default="Gateway"),
        "namespace": namespace(),
        "name": object_name(),
        "sectionName": section_name(),
        "port": PORT,
    },
    required=("name",),
)

SPEC = Obj(
    {
        "parentRefs": ListOf(PARENT_REF, max_items=32, rules=rules.PARENTS),
        "hostnames": ListOf(hostname(), max_items=16),
        "rules": ListOf(_RULE, max_items=16, default=[{"matches": [{"path": _PREFIX}]}]),
    }
)
