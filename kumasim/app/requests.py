"""Requests as users write them in Python."""

from __future__ import annotations

from typing import Any

from kumasim.domain.traffic import Request
from kumasim.domain.tree import freeze
from kumasim.errors import UsageError


def request_of(wanted: dict[str, Any]) -> Request:
    """A request from the keyword arguments that users write.

    Raises:
        UsageError: an argument has a name that requests do not have.
    """
    allowed = {
        "from_",
        "to",
        "port",
        "url",
        "host",
        "path",
        "method",
        "headers",
        "query",
        "scheme",
        "sni",
        "backend_headers",
    }
    unknown = sorted(set(wanted) - allowed)
    if unknown:
        raise UsageError(f"a request has no {', '.join(unknown)}; it has {', '.join(sorted(allowed))}")
    given = {name: freeze(item) for name, item in wanted.items() if item is not None}
    return Request(**given)
