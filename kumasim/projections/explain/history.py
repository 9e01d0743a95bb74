"""Since when a value has been what it is, which record made it so, and what of the user's led to that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from kumasim.domain.resource import Key, Resource
from kumasim.domain.writes import Write
from kumasim.journal.record import Record
from kumasim.projections.explain.scene import Line
from kumasim.runtime.stores import place_of

Values = Mapping[tuple[str, str], tuple[str, str]]
"""(about, type) -> (status, reason)."""


@attrs.frozen
class Since:
    """The beginning of a value.

    Args:
        position: of the record, -1 if there is none.
        time_ns: virtual time of it.
        led: what the user did that led to it.
    """

    position: int = -1
    time_ns: int = 0
    led: Line | None = None


def since(
    records: Sequence[Record], store: str, key: Key, values: Callable[[Resource], Values]
) -> dict[tuple[str, str], Since]:
    """For each value that an object has at the end, the record since which it has been so."""
    begun: dict[tuple[str, str], tuple[tuple[str, str], Record]] = {}
    for record in _changes(records, store, key):
        now = values(record.body.resource)
        begun = {
            name: begun[name] if name in begun and begun[name][0] == value else (value, record)
            for name, value in now.items()
        }
    return {
        name: Since(record.position, record.time_ns, led_by(records, record)) for name, (_, record) in begun.items()
    }


def last_change(records: Sequence[Record], store: str, key: Key) -> Since:
    """The last record that changed an object."""
    changes = list(_changes(records, store, key))
    if not changes:
        return Since()
    last = changes[-1]
    return Since(last.position, last.time_ns, led_by(records, last))


def led_by(records: Sequence[Record], record: Record) -> Line | None:
    """What the user asked for at the beginning of a record's chain of causes."""
    while record.cause >= 0:
        record = records[record.cause]
    ask = getattr(record.body, "body", None)
    write = getattr(ask, "write", None)
    if not isinstance(write, Write):
        return None
    origin = write.origin or (write.resource.origin if write.resource is not None else None)
    return Line(f"{write.verb} {write.key}", origin)


def _changes(records: Sequence[Record], store: str, key: Key) -> Iterable[Record]:
    subject = str(key)
    return (
        record
        for record in records
        if record.kind == "ResourceUpserted"
        and record.subject == subject
        and place_of(record.actor) == store
        and record.body.resource.key == key
    )
