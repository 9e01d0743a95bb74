"""Writes a journal as long as one likes: a small world whose control planes crash and come back, over and over.

python tests/benchmarks/large_journal.py PATH RECORDS
"""

from __future__ import annotations

import sys
from pathlib import Path

from kumasim.domain.resource import resource
from kumasim.domain.writes import Write
from kumasim.journal import StreamedJournal
from kumasim.runtime.engine import finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.session import Session
from kumasim.runtime.world import WorldConfig, ZoneConfig, populated


def write(path: str | Path, records: int) -> StreamedJournal:
    """A journal of at least so many records, streamed to a file."""
    journal = StreamedJournal(path)
    zones = ("zone-1", "zone-2")
    engine = populated(WorldConfig(zones=tuple(ZoneConfig(name) for name in zones)), Inline(), journal.append)
    finish(_churn(Session(engine), journal, zones, records))
    journal.close()
    return journal


async def _churn(session: Session, journal: StreamedJournal, zones: tuple[str, ...], records: int) -> None:
    await session.settle()
    number = 0
    while len(journal) < records:
        zone = zones[number % len(zones)]
        if number % 16 == 0:
            tree = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "demo", "labels": {"n": str(number)}}}
            await session.submit(f"{zone}/cluster", Write("apply", resource(tree).key, resource(tree)))
        session.crash(zone)
        await session.advance(1_000_000_000)
        session.restart(zone)
        await session.settle()
        number += 1


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]))
