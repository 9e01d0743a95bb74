"""A second reading of how a gateway matches, as a plain loop over what the user wrote: nothing is expanded or sorted."""

from __future__ import annotations

import re
from typing import Any

Entry = tuple[dict[str, Any], str]
"""A match as written in a MeshGatewayRoute, and the service behind it."""


def chosen(listeners: list[str], entries: list[Entry], request: dict[str, Any]) -> str | int:
    """The service that a request gets to, or 404."""
    if not any(covers(name, request["host"]) for name in listeners):
        return 404
    best: tuple[Any, ...] | None = None
    service: str | int = 404
    for place, (match, backend) in enumerate(entries):
        fit = fitting(match, entries, request)
        if fit is None:
            continue
        key = (*fit, place)
        if best is None or key < best:
            best, service = key, backend
    return service


def covers(name: str, host: str) -> bool:
    if name == "*":
        return True
    if name.startswith("*."):
        return host.endswith(name[1:]) and len(host) > len(name) - 1
    return name == host


def fitting(match: dict[str, Any], entries: list[Entry], request: dict[str, Any]) -> tuple[Any, ...] | None:
    """How early an entry is tried for this request (smaller is earlier), None if it does not match."""
    if match.get("method", request["method"]) != request["method"]:
        return None
    for header in match.get("headers", []):
        found = request["headers"].get(header["name"])
        if header["match"] == "PRESENT" and found is None:
            return None
        if header["match"] == "ABSENT" and found is not None:
            return None
        if header["match"] == "EXACT" and found != header["value"]:
            return None
    later = (0 if "method" in match else 1, -len(match.get("headers", [])), 0)
    kind, value, path = match["path"]["match"], match["path"]["value"], request["path"]
    if kind == "EXACT":
        return (0, -len(value), *later, value) if path == value else None
    if kind == "REGEX":
        return (2, -len(value), 0, 0, 0, "") if re.fullmatch(value, path) else None
    segments = value.rstrip("/")
    if path == (segments or "/"):
        spoken_for = any(one["path"] == {"match": "EXACT", "value": path} for one, _ in entries)
        if not spoken_for:
            return (0, -len(path), *later, path)
    if path.startswith(segments + "/"):
        return (1, -len(segments + "/"), *later, segments + "/")
    return None
