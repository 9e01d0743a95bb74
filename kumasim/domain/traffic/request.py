"""A request as a user states it, and as it travels."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import attrs

from kumasim.domain.tree import EMPTY, FrozenMap, freeze
from kumasim.domain.vocabulary import value

DEFAULT_PORTS = {"http": 80, "https": 443}


@value
class Request:
    """One request.

    Args:
        from_: "outside", `zone/namespace/Kind/name` (Pod, Deployment) or `zone/Dataplane/name`.
        to: `zone/namespace/Service/name`, an IP address or a name; left out when `url` says it.
        port: 0 for the scheme's.
        url: instead of to, port, scheme, path and query.
        host: the authority to send; that of `url` or `to` if empty.
        path, method, headers, query: as sent.
        scheme: "http" or "https".
        sni: server name over TLS; the host if empty.
        backend_headers: response headers that the workload itself sets.
    """

    from_: str = "outside"
    to: str = ""
    port: int = 0
    url: str = ""
    host: str = ""
    path: str = ""
    method: str = "GET"
    headers: FrozenMap = EMPTY
    query: FrozenMap = EMPTY
    scheme: str = ""
    sni: str = ""
    backend_headers: FrozenMap = EMPTY


@attrs.frozen
class Message:
    """A request on its way, as the next hop sees it.

    Args:
        host: the authority, with a port if one was sent.
        path: without query.
        query: pairs in the order sent.
        headers: by lower-case name.
    """

    host: str
    path: str
    method: str = "GET"
    query: tuple[tuple[str, str], ...] = ()
    headers: FrozenMap = EMPTY
    scheme: str = "http"
    sni: str = ""
    backend_headers: FrozenMap = EMPTY

    @property
    def hostname(self) -> str:
        """The authority without its port, lower-case. Source: D-29."""
        return without_port(self.host).lower()

    @property
    def full_path(self) -> str:
        """Path and query."""
        if not self.query:
            return self.path
        pairs = [f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in self.query]
        return f"{self.path}?{'&'.join(pairs)}"


@attrs.frozen
class Aim:
    """Where a request goes at first: `to`, port, and the message."""

    to: str
    port: int
    message: Message


def without_port(authority: str) -> str:
    """An authority without its port."""
    head, colon, port = authority.rpartition(":")
    return head if colon and port.isdigit() and not head.endswith(":") else authority


def aim(request: Request) -> Aim:
    """A request in its full form: what `url`, `to` and the defaults say together."""
    url = urlsplit(request.url)
    scheme = request.scheme or url.scheme or "http"
    port = request.port or url.port or DEFAULT_PORTS.get(scheme, 80)
    to = request.to or url.hostname or ""
    headers = {name.lower(): str(text) for name, text in request.headers.items()}
    host = request.host or headers.get("host", "") or url.netloc or _authority(to, port, scheme)
    headers.pop("host", None)
    path, _, tail = (request.path or url.path or "/").partition("?")
    sent = (*_pairs(tail or url.query), *((name, str(text)) for name, text in request.query.items()))
    sni = request.sni or (without_port(host) if scheme == "https" else "")
    message = Message(
        host, path, request.method or "GET", sent, FrozenMap(headers), scheme, sni, freeze(request.backend_headers)
    )
    return Aim(to, port, message)


def _authority(to: str, port: int, scheme: str) -> str:
    name = to.rpartition("/")[2]
    return name if DEFAULT_PORTS.get(scheme) == port else f"{name}:{port}"


def _pairs(text: str) -> list[tuple[str, str]]:
    halves = [part.partition("=") for part in text.split("&") if part]
    return [(name, tail) for name, _, tail in halves]
