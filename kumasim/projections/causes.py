"""The tree of causes: what a record goes back to, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kumasim.errors import UsageError
from kumasim.journal.record import Record
from kumasim.projections.keyframes import since


def chain_of_causes(records: Sequence[Record], position: int) -> list[Record]:
    """A record and what led to it, the first cause first; costs what the chain is long.

    Raises:
        UsageError: the journal has no such record.
    """
    check_record(records, position)
    chain = []
    while position >= 0:
        chain.append(records[position])
        position = chain[-1].cause
    return chain[::-1]


def consequences(records: Sequence[Record], position: int) -> Iterator[Record]:
    """A record and everything that came of it, in order.

    Raises:
        UsageError: the journal has no such record.
    """
    check_record(records, position)
    reached = {position}
    for record in since(records, position):
        if record.position == position or record.cause in reached:
            reached.add(record.position)
            yield record


def check_record(records: Sequence[Record], position: int) -> None:
    """Refuse a position at which there is no record.

    Raises:
        UsageError: says what positions there are.
    """
    if not 0 <= position < len(records):
        raise UsageError(f"the journal has records 0 to {len(records) - 1}, not {position}")
