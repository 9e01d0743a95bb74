"""Replay: run a journal's inputs again and compare every record with the recorded one.

The first record that differs ends the replay; nothing after it could be compared meaningfully.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from kumasim.journal.compare import Comparison, Difference
from kumasim.journal.record import Record
from kumasim.kernel.kernel import Row
from kumasim.replay.divergence import Divergence, examined
from kumasim.replay.fork import reach
from kumasim.runtime.engine import Dispatcher
from kumasim.runtime.guards import Escape, guarded, watched
from kumasim.runtime.world import EPOCH, WorldConfig, populated, roles


@attrs.frozen
class Verdict:
    """What a replay came to.

    Args:
        identical: whether every record was the same.
        records: how many were compared.
        difference: the first one that was not.
        epoch: of the rules that made the journal, if it is not this version's: a divergence is then to be expected.
        escape: what a handler used although a run must not depend on it, if that ended the replay.
        divergence: what is known of the difference and its cause.
    """

    identical: bool
    records: int
    difference: Difference | None = None
    epoch: int | None = None
    escape: Escape | None = None
    divergence: Divergence | None = None


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
    escape = None
    try:
        with guarded():
            await _again(recorded, config, dispatcher, comparison)
    except _Diverged:
        pass
    except Escape as error:
        escape = error
    found = comparison.difference
    known = None if found is None else examined(recorded, found, epoch)
    return Verdict(found is None and escape is None, comparison.count, found, epoch, escape, known)


async def _again(recorded: Sequence[Record], config: WorldConfig, dispatcher: Dispatcher, comparison: _Against) -> None:
    """Give the inputs of a journal again, each in its round."""
    engine = populated(config, dispatcher, comparison.take, watched(roles()))
    for record in recorded:
        if record.kind == "InputGiven":
            await reach(engine, record.time_ns, record.delta)
            engine.give(record.body)
    if recorded:
        await reach(engine, recorded[-1].time_ns, recorded[-1].delta)
    comparison.end()
