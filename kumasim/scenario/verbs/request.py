"""`request`: one request, from a workload or from outside, to a Service, an address or a host name."""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from kumasim.scenario.cursor import INVALID, Cursor, suggest
from kumasim.scenario.model import Caller, RequestStep, Target
from kumasim.scenario.shapes import Field, Integer, MapOf, Record, Text
from kumasim.scenario.verbs.verb import VerbSpec

_CALLER_KINDS = ("Pod", "Deployment")
_PORTS = {"http": 80, "https": 443, "grpc": 80, "grpcs": 443, "tcp": 80, "tls": 443, "ws": 80, "wss": 443}
_METHOD = re.compile(r"[A-Za-z][-A-Za-z]*")


def _caller(at: Cursor, text: str) -> Any:
    if text == "outside":
        return Caller()
    parts = text.split("/")
    if not _known_zone(at, parts[0]):
        return INVALID
    if len(parts) == 3 and parts[1] == "Dataplane" and parts[2]:
        return Caller(parts[0], "", "Dataplane", parts[2])
    if len(parts) == 4 and all(parts) and parts[2] in _CALLER_KINDS:
        return Caller(parts[0], parts[1], parts[2], parts[3])
    fix = "write outside, zone/namespace/Deployment/name, zone/namespace/Pod/name or zone/Dataplane/name"
    return at.problem("KS1306", f"{text!r} names no caller", fix)


def _target(at: Cursor, text: str) -> Any:
    try:
        return Target(address=str(ipaddress.ip_address(text)))
    except ValueError:
        parts = text.split("/")
    if len(parts) == 4 and all(parts) and parts[2] == "Service":
        return Target(parts[0], parts[1], parts[3]) if _known_zone(at, parts[0]) else INVALID
    fix = "write zone/namespace/Service/name or an IP address; a host name goes into `url`"
    return at.problem("KS1306", f"{text!r} names no target", fix)


def _known_zone(at: Cursor, zone: str) -> bool:
    zones = [store for store in at.reading.stores if store != "global"]
    if zone in zones:
        return True
    at.problem("KS1301", f"there is no zone {zone!r}", suggest(zone, zones))
    return False


def _url(at: Cursor, text: str) -> Any:
    try:
        parts = urlsplit(text)
        good = bool(parts.scheme and parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    return parts if good else at.problem("KS1306", f"{text!r} is not a URL with a host", "write http://host:port/path")


def _path(at: Cursor, text: str) -> Any:
    return (
        text if text.startswith("/") else at.problem("KS1306", f"path {text!r} does not begin with /", f"write /{text}")
    )


def _method(at: Cursor, text: str) -> Any:
    return text.upper() if _METHOD.fullmatch(text) else at.problem("KS1204", f"{text!r} is not a method")


def _lower(_: Cursor, name: str) -> str:
    return name.lower()


_HEADERS = MapOf(Text(scalars=True), key=_lower)


def _request(at: Cursor, values: dict[str, Any]) -> Any:
    url: SplitResult | None = values["url"]
    if url is None and values["to"] is None:
        return at.problem("KS1209", "a request needs `to` or `url`", key=True)
    scheme = _one(at, values, "scheme", url.scheme if url else None, "http")
    port = _one(at, values, "port", url.port if url else None, _PORTS.get(str(scheme), 80))
    if scheme is INVALID or port is INVALID:
        return INVALID
    path, _, query = (values["path"] or (url.path if url else "") or "/").partition("?")
    if values["path"] is None and url is not None:
        query = url.query
    return RequestStep(
        caller=values["from"],
        target=values["to"],
        url_host=(url.hostname or "") if url else "",
        port=port,
        scheme=scheme,
        host=values["host"] or (_authority(url) if url else ""),
        path=path,
        query="&".join(part for part in (query, urlencode(values["query"])) if part),
        method=values["method"],
        headers=tuple(sorted(values["headers"].items())),
        sni=values["sni"],
        backend_headers=tuple(sorted(values["backend_headers"].items())),
    )


def _authority(url: SplitResult) -> str:
    """Host and port as the URL has them."""
    return url.netloc.rpartition("@")[2]


def _one(at: Cursor, values: dict[str, Any], field: str, from_url: Any, default: Any) -> Any:
    """A setting that the field and the URL may both hold, if they agree."""
    own = values[field]
    if own is not None and from_url is not None and own != from_url:
        return at.child(field).problem("KS1209", f"`{field}` is {own}, but the URL says {from_url}")
    return own if own is not None else from_url if from_url is not None else default


REQUEST = VerbSpec(
    Record(
        {
            "from": Field(
                Text(check=_caller), "outside, zone/namespace/Kind/name or zone/Dataplane/name", required=True
            ),
            "to": Field(Text(check=_target), "zone/namespace/Service/name or an IP address"),
            "url": Field(Text(check=_url), "scheme, host, port, path and query in one"),
            "port": Field(Integer(1, 65535), "the port to connect to"),
            "scheme": Field(Text(choices=tuple(_PORTS)), "http unless the URL says otherwise"),
            "host": Field(Text(), "the authority to send", default=""),
            "path": Field(Text(check=_path), "path, with or without query"),
            "query": Field(MapOf(Text(scalars=True)), "parameters, added to those of the path", default={}),
            "method": Field(Text(check=_method), "GET unless said", default="GET"),
            "headers": Field(_HEADERS, "request headers", default={}),
            "sni": Field(Text(), "server name of the TLS handshake", default=""),
            "backend_headers": Field(_HEADERS, "response headers that the workload sets", default={}),
        },
        _request,
        doc="one request",
    )
)
