"""The fields of a MeshHTTPRoute.

Source: CRD meshhttproutes.kuma.io of 2.8.
"""

from __future__ import annotations

from kumasim.domain.kinds.names import PORT, SUBDOMAIN_PATTERN
from kumasim.domain.kinds.schema import Bool, Int, IntOrText, ListOf, Obj, Schema, Text
from kumasim.domain.kinds.target_ref import BACKEND_REF, TARGET_REF

FILTER_FIELDS = {
    "RequestHeaderModifier": "requestHeaderModifier",
    "ResponseHeaderModifier": "responseHeaderModifier",
    "RequestRedirect": "requestRedirect",
    "URLRewrite": "urlRewrite",
    "RequestMirror": "requestMirror",
}
"""The field that belongs to each type of filter."""

_HEADER_NAME = Text(pattern=r"^[a-z0-9!#$%&'*+\-.^_\x60|~]+$", min_length=1, max_length=256)

_HEADERS = ListOf(
    Obj({"name": _HEADER_NAME, "value": Text()}, required=("name", "value")), map_keys=("name",), max_items=16
)

_HEADER_MODIFIER = Obj({"set": _HEADERS, "add": _HEADERS, "remove": ListOf(Text(), max_items=16)})

_HOSTNAME = Text(pattern=SUBDOMAIN_PATTERN, min_length=1, max_length=253)

_PATH_MODIFIER = Obj(
    {
        "type": Text(enum=("ReplaceFullPath", "ReplacePrefixMatch")),
        "replaceFullPath": Text(),
        "replacePrefixMatch": Text(),
    },
    required=("type",),
)

_FILTER_BODIES: dict[str, Schema] = {
    "type": Text(enum=tuple(FILTER_FIELDS)),
    "requestHeaderModifier": _HEADER_MODIFIER,
    "responseHeaderModifier": _HEADER_MODIFIER,
    "requestRedirect": Obj(
        {
            "scheme": Text(enum=("http", "https")),
            "hostname": _HOSTNAME,
            "path": _PATH_MODIFIER,
            "port": PORT,
            "statusCode": Int(enum=(301, 302, 303, 307, 308), default=302),
        }
    ),
    "urlRewrite": Obj({"hostname": _HOSTNAME, "path": _PATH_MODIFIER, "hostToBackendHostname": Bool(modelled=False)}),
    "requestMirror": Obj({"backendRef": BACKEND_REF, "percentage": IntOrText()}, required=("backendRef",)),
}

_MATCH = Obj(
    {
        "path": Obj(
            {"type": Text(enum=("Exact", "PathPrefix", "RegularExpression")), "value": Text(min_length=1)},
            required=("type", "value"),
        ),
        "method": Text(enum=("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")),
        "headers": ListOf(
            Obj(
                {
                    "type": Text(enum=("Exact", "Present", "RegularExpression", "Absent", "Prefix"), default="Exact"),
                    "name": _HEADER_NAME,
                    "value": Text(),
                },
                required=("name",),
            )
        ),
        "queryParams": ListOf(
            Obj(
                {"type": Text(enum=("Exact", "RegularExpression")), "name": Text(min_length=1), "value": Text()},
                required=("type", "name", "value"),
            )
        ),
    }
)

_RULE = Obj(
    {
        "matches": ListOf(_MATCH, min_items=1),
        "default": Obj(
            {"filters": ListOf(Obj(_FILTER_BODIES, required=("type",))), "backendRefs": ListOf(BACKEND_REF)}
        ),
    },
    required=("matches", "default"),
)

SPEC = Obj(
    {
        "targetRef": TARGET_REF,
        "to": ListOf(Obj({"targetRef": TARGET_REF, "hostnames": ListOf(Text()), "rules": ListOf(_RULE)})),
    }
)
