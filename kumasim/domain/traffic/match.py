"""Whether a route's match holds of a request.

Source: H-5, D-32, GW-149.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from kumasim.domain.proxy import hosts
from kumasim.domain.proxy.config import ProxyRoute, RouteCondition, RouteMatch, VirtualHost
from kumasim.domain.traffic.request import Message

PATHS: dict[str, Callable[[str, str], bool]] = {
    "exact": lambda wanted, path: path == wanted,
    "prefix": lambda wanted, path: path.startswith(wanted),
    "regex": lambda wanted, path: re.fullmatch(wanted, path) is not None,
}
"""How each kind of path matches; prefixes have been expanded to end in a slash (D-32)."""

CONDITIONS: dict[str, Callable[[str, str | None], bool]] = {
    "exact": lambda wanted, found: found == wanted,
    "prefix": lambda wanted, found: found is not None and found.startswith(wanted),
    "regex": lambda wanted, found: found is not None and re.fullmatch(wanted, found) is not None,
    "present": lambda _, found: found is not None,
    "absent": lambda _, found: found is None,
}
"""How each kind of header or query condition matches a value, None for a missing one."""


def holds(match: RouteMatch, message: Message) -> bool:
    """Whether path, method, every header and every query parameter match. Source: H-5."""
    return (
        PATHS[match.path.kind](match.path.value, message.path)
        and match.method in ("", message.method)
        and all(condition_holds(one, message.headers.get(one.name)) for one in match.headers)
        and all(condition_holds(one, first(message.query, one.name)) for one in match.query)
    )


def condition_holds(condition: RouteCondition, found: str | None) -> bool:
    """Whether a value, None for a missing one, is what a condition asks for."""
    return CONDITIONS[condition.kind](condition.value, found)


def first(query: Iterable[tuple[str, str]], name: str) -> str | None:
    """The value of a query parameter; of a repeated one the first counts."""
    return next((text for key, text in query if key == name), None)


def virtual_host(candidates: Iterable[VirtualHost], hostname: str) -> VirtualHost | None:
    """The virtual host of a name: exact, else the longest `*.suffix`, else `*`, else None. Source: D-29 [U]."""
    fitting = [host for host in candidates if hosts.contains(host.hostname.lower(), hostname)]
    return min(fitting, key=lambda host: hosts.exactness(host.hostname), default=None)


def route(routes: Iterable[ProxyRoute], message: Message) -> ProxyRoute | None:
    """The first entry that matches, or None. Source: H-5."""
    return next((entry for entry in routes if holds(entry.match, message)), None)
