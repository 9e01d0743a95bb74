"""A proxy that lost its control plane dials again, ever more rarely, until it is served."""

from __future__ import annotations

from itertools import pairwise

import kumasim as ks


def dials(world: ks.World, since: int) -> list[int]:
    """Virtual seconds of each dial since a position, rounded."""
    records = world.run.journal.records[since:]
    return [
        round(record.time_ns / 1e9)
        for record in records
        if record.kind == "ConnectionAttempted" and "kuma-ingress" in record.actor
    ]


def test_dials_double_from_one_second_to_thirty() -> None:
    """Given a dead control plane, when ten minutes pass, then its proxies dial some twenty times, not hundreds."""
    world = ks.World(zones=["zone-1"])
    start = len(world.run.journal.records)
    world.crash("zone-1")
    world.advance("10m")
    seconds = dials(world, start)
    gaps = [after - before for before, after in pairwise(seconds)]
    assert gaps[:5] == [2, 4, 8, 16, 30]
    assert set(gaps[5:]) == {30}


def test_a_served_proxy_begins_with_a_second_again() -> None:
    """Given a proxy that was served after an outage, when the control plane dies again, then it dials soon."""
    world = ks.World(zones=["zone-1"])
    world.crash("zone-1")
    world.advance("2m")
    world.restart("zone-1")
    world.advance("2m")
    start, now = len(world.run.journal.records), world.now_ns / 1e9
    world.crash("zone-1")
    world.advance("10s")
    assert dials(world, start)[0] - now <= 2
