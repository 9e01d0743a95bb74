"""One line of the journal: what happened, when, to whom, and because of what."""

from __future__ import annotations

from typing import Any, NamedTuple

NO_CAUSE = -1
"""The cause of a record that nothing recorded has brought about."""


class Record(NamedTuple):
    """One recorded fact.

    Args:
        position: its place in the journal, counted from 0.
        time_ns: virtual time.
        delta: the zero-delay round within that instant.
        actor: who recorded it.
        cause: position of the record that brought it about, -1 for none; it makes the journal a tree.
        kind: class name of the event, in the past tense.
        subject: what it happened to, as `Kind/namespace/name` or an actor's name.
        body: the event, an instance of a class of the vocabulary, or a tree.
    """

    position: int
    time_ns: int
    delta: int
    actor: str
    cause: int
    kind: str
    subject: str
    body: Any


Row = tuple[int, int, int, str, int, str, str, Any]
"""A record as a plain tuple, with the fields of `Record` in their order: what a kernel hands out."""


def check_next(row: Record | Row, position: int, time_ns: int) -> None:
    """Refuse a record that cannot stand next in a journal.

    Args:
        row: the candidate.
        position: how many records there are before it.
        time_ns: virtual time of the record before it.

    Raises:
        ValueError: its position is not the next one, its time goes back, or its cause is not an earlier record.
        TypeError: its time or its round is no whole number.
    """
    at, at_ns, delta, _, cause, kind, _, _ = row
    if type(at_ns) is not int or type(delta) is not int:
        raise TypeError(f"record {position} ({kind}): time_ns and delta are whole numbers")
    if at != position:
        raise ValueError(f"record {at} ({kind}): the next position is {position}")
    if at_ns < time_ns:
        raise ValueError(f"record {position} ({kind}): its time {at_ns} lies before {time_ns}")
    if not NO_CAUSE <= cause < position:
        raise ValueError(f"record {position} ({kind}): its cause {cause} is no earlier record")
