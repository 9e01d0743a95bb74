"""Records as plain mappings, for expectations and for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from kumasim.domain.persistent import Keys, Map
from kumasim.domain.resource import Key, Resource
from kumasim.journal.record import Record


def record_tree(record: Record) -> dict[str, Any]:
    """A record as a plain mapping: what `kumasim log -o json` prints and `events:` matches."""
    return {
        "position": record.position,
        "time_ns": record.time_ns,
        "delta": record.delta,
        "actor": record.actor,
        "cause": record.cause,
        "kind": record.kind,
        "subject": record.subject,
        "body": plain(record.body),
    }


def plain(value: Any) -> Any:
    """A recorded value as mappings, lists and scalars; resources as kubectl shows them, keys as text."""
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Key)):
        return value
    special = _PLAIN.get(type(value))
    if special is not None:
        return special(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if attrs.has(type(value)):
        fields = attrs.fields(type(value))
        return {field.name: plain(getattr(value, field.name)) for field in fields if field.init}
    return str(value)


_PLAIN: dict[type, Any] = {
    Key: str,
    Resource: lambda value: value.to_tree(),
    Map: lambda value: {str(key): plain(item) for key, item in value.items()},
    Keys: lambda value: [plain(item) for item in value.sorted()],
}
