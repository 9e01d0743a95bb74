"""What filters do to a request, to an answer, and to paths.

Source: D-44, D-52, GW-151, GW-153.
"""

from __future__ import annotations

import attrs

from kumasim.domain.proxy.config import HeaderChange, PathChange, ProxyRoute, RouteMatch, RouteRedirect
from kumasim.domain.traffic.request import DEFAULT_PORTS, Message, without_port
from kumasim.domain.tree import FrozenMap


def change_headers(headers: FrozenMap, change: HeaderChange) -> FrozenMap:
    """Headers after a change: set replaces, add appends after a comma, remove takes away."""
    result = {name.lower(): text for name, text in headers.items()}
    for name, text in change.set:
        result[name] = text
    for name, text in change.add:
        result[name] = f"{result[name]},{text}" if name in result else text
    for name in change.remove:
        result.pop(name, None)
    return FrozenMap(result)


def changed_path(change: PathChange | None, match: RouteMatch, path: str) -> str:
    """A path after replacing all of it, or the prefix that the route's author wrote."""
    if change is None:
        return path
    if change.kind == "full":
        return change.value
    replacement = change.value.rstrip("/")
    if match.path.kind == "exact":
        return replacement or "/"
    rest = path[len(match.path.written.rstrip("/")) :]
    return f"{replacement}{rest if rest.startswith('/') or not rest else '/' + rest}" or "/"


def forwarded(message: Message, entry: ProxyRoute) -> Message:
    """The request as the backend of an entry gets it: headers changed, host and path rewritten."""
    headers = message.headers
    for change in entry.changes:
        if change.on == "request":
            headers = change_headers(headers, change)
    host, path = headers.get("host", message.host), message.path
    if entry.rewrite is not None:
        host = entry.rewrite.host or host
        path = changed_path(entry.rewrite.path, entry.match, path)
    kept = FrozenMap({name: text for name, text in headers.items() if name != "host"})
    return attrs.evolve(message, headers=kept, host=host, path=path)


def location(redirect: RouteRedirect, match: RouteMatch, message: Message, port: int) -> str:
    """Where a redirect sends the caller: the query is lost, and without a port of its own it names the listener's.

    The default port of the scheme is not spelt out.

    Args:
        redirect: the filter.
        match: the entry's.
        message: the request.
        port: of the listener.

    Source: D-44.
    """
    scheme = redirect.scheme or message.scheme
    host = redirect.host or without_port(message.host)
    number = redirect.port or port
    ending = "" if DEFAULT_PORTS.get(scheme) == number else f":{number}"
    return f"{scheme}://{host}{ending}{changed_path(redirect.path, match, message.path)}"


def normalised(path: str) -> str:
    """A path without dot segments and double slashes, as gateways see to it. Source: D-52."""
    parts: list[str] = []
    pieces = path.split("/")
    for piece in pieces:
        if piece == "..":
            del parts[-1:]
        elif piece not in ("", "."):
            parts.append(piece)
    ending = "/" if parts and pieces[-1] in ("", ".", "..") else ""
    return "/" + "/".join(parts) + ending
