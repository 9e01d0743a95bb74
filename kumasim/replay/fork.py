"""Another future: a living world, as it was at some position of a journal.

The journal's inputs are given again, as a replay does, up to the position; what the kernel had under way (timers,
messages in flight, cut links) is then there as it was. A fork begins where a round ends: if the position is inside one,
the rest of that round belongs to the past, since all of it happened at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kumasim.errors import UsageError
from kumasim.journal.record import Record
from kumasim.kernel.kernel import Row
from kumasim.runtime.engine import Dispatcher, Engine
from kumasim.runtime.world import EPOCH, WorldConfig, populated


async def revived(
    recorded: Sequence[Record], position: int, dispatcher: Dispatcher, sink: Callable[[Row], None]
) -> Engine:
    """A world as it was after the first `position` records.

    Args:
        recorded: a journal's records, from the first on.
        position: how many of them have happened.
        dispatcher: how actors take their turns.
        sink: gets every record, those of the past included.

    Raises:
        UsageError: the journal was made by other rules, or has no such position.
    """
    if not 0 < position <= len(recorded):
        raise UsageError(f"the journal has {len(recorded)} records; there is no future from position {position}")
    config: WorldConfig = recorded[0].body
    if config.epoch != EPOCH:
        raise UsageError(f"the journal is of semantics epoch {config.epoch}, this version plays epoch {EPOCH}")
    engine = populated(config, dispatcher, sink)
    for record in recorded[:position]:
        if record.kind == "InputGiven":
            await reach(engine, record.time_ns, record.delta)
            engine.give(record.body)
    last = recorded[position - 1]
    await reach(engine, last.time_ns, last.delta)
    return engine


async def reach(engine: Engine, time_ns: int, delta: int) -> None:
    """Run every round up to and including one."""
    while True:
        key = engine.kernel.agenda.next_key()
        if key is None or key > (time_ns, delta):
            return
        await engine.superstep()
