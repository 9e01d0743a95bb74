"""Replay: run a journal's inputs again and compare every record with the recorded one.

The first record that differs ends the replay; nothing after it could be compared meaningfully.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from kumasim.journal.compare import Comparison, Difference
from kumasim.journal.record import Record
from kumasim.kernel.kernel import Row
from kumasim.runtime.engine import Dispatcher, Engine
from kumasim.runtime.world import EPOCH, WorldConfig, populated


@attrs.frozen
class Verdict:
    """What a replay came to.

    Args:
        identical: whether every record was the same.
        records: how many were compared.
        difference: the first one that was not.
        epoch: of the rules that made the journal, if it is not this version's: a divergence is then to be expected.
    """

    identical: bool
    records: int
    difference: Difference | None = None
    epoch: int | None = None


class _Diverged(Exception):
    pass


class _Against:
    """Compares records one by one as they are made."""

    def __init__(self, recorded: Sequence[Record]) -> None:
        self._recorded = recorded
        self._comparison = Comparison()
        self.difference: Difference | None = None

    @property
    def count(self) -> int:
        return self._comparison.count

    def take(self, row: Row) -> None:
        expected = self._recorded[self.count] if self.count < len(self._recorded) else None
        self.difference = self._comparison.take(expected, Record(*row))
        if self.difference is not None:
            raise _Diverged

    def end(self) -> None:
        if self.count < len(self._recorded):
            self.difference = self._comparison.take(self._recorded[self.count], None)


async def verify(recorded: Sequence[Record], dispatcher: Dispatcher) -> Verdict:
    """Run a journal again.

    Args:
        recorded: its records, from the first on.
        dispatcher: how actors take their turns; makes no difference to the result.
    """
    comparison = _Against(recorded)
    config: WorldConfig = recorded[0].body
    epoch = None if config.epoch == EPOCH else config.epoch
    try:
        engine = populated(config, dispatcher, comparison.take)
        for record in recorded:
            if record.kind == "InputGiven":
                await _reach(engine, record.time_ns, record.delta)
                _give(engine, record)
        if recorded:
            await _reach(engine, recorded[-1].time_ns, recorded[-1].delta)
        comparison.end()
    except _Diverged:
        pass
    return Verdict(comparison.difference is None, comparison.count, comparison.difference, epoch)


async def _reach(engine: Engine, time_ns: int, delta: int) -> None:
    """Run every round up to and including one."""
    while True:
        key = engine.kernel.agenda.next_key()
        if key is None or key > (time_ns, delta):
            return
        await engine.superstep()


def _give(engine: Engine, record: Record) -> Any:
    return engine.give(record.body)
