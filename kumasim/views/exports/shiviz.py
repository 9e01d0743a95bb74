"""A journal as a log with vector clocks, which ShiViz draws.

The first line is the expression by which ShiViz reads the rest: each event takes two lines, its actor with its vector
clock, and what happened. An actor knows of another what the messages say that it has acted upon.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from kumasim.journal.record import Record

PARSER = r"(?<host>\S*) (?<clock>{.*})\n(?<event>.*)"
"""What ShiViz is told of the format of the log."""


def shiviz_log(records: Iterable[Record]) -> Iterator[str]:
    """The lines of the log.

    Args:
        records: in order; messages are events of their senders.
    """
    yield PARSER
    yield ""
    clocks: dict[str, dict[str, int]] = {}
    sent: dict[int, dict[str, int]] = {}
    for record in records:
        host = record.actor or "run"
        clock = clocks.setdefault(host, {})
        for other, count in sent.get(record.cause, {}).items():
            clock[other] = max(clock.get(other, 0), count)
        clock[host] = clock.get(host, 0) + 1
        if record.kind == "MessageSent":
            sent[record.position] = dict(clock)
        yield f"{host} {json.dumps(clock, sort_keys=True)}"
        yield f"{record.position} {record.kind} {record.subject}".rstrip()
