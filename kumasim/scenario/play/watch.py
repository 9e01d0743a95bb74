"""Expectations that have time: `within` (must become true) and `throughout` (must stay true).

All durations of one `expect` are watched side by side from the same instant. Whatever can change an answer is a record,
so an expectation is looked at again after each round that wrote one, and at the end of its time.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from kumasim.scenario.durations import format_duration
from kumasim.scenario.model import Expectation
from kumasim.scenario.play.checks import check
from kumasim.scenario.play.result import Check
from kumasim.scenario.play.world import Stage


@attrs.define
class _Watched:
    """One expectation that is being watched.

    Args:
        index: its place among its step's expectations.
        became_ns: since when it holds, None while it does not.
        result: final, None while it is open.
    """

    index: int
    wanted: Expectation
    began_ns: int
    became_ns: int | None = None
    result: Check | None = None
    last: Check | None = None

    def deadline_ns(self) -> int:
        """When the next decision about it falls."""
        if self.became_ns is None:
            return self.began_ns + (self.wanted.within_ns or 0)
        return self.became_ns + (self.wanted.throughout_ns or 0)

    def look(self, found: Check, now_ns: int) -> None:
        """Take in how it stands at an instant."""
        self.last = found
        if found.ok:
            if self.became_ns is None:
                self.became_ns = now_ns
        elif self.became_ns is not None and self.wanted.throughout_ns is not None:
            after = format_duration(now_ns - self.became_ns)
            self.result = attrs.evolve(found, message=f"held for {after} only: {found.message}")
        if self.result is None and self.became_ns is not None and now_ns >= self.deadline_ns():
            self.result = found

    def give_up(self, now_ns: int) -> None:
        """Its time is over and it has not become true."""
        if self.result is None and self.became_ns is None and now_ns >= self.deadline_ns():
            assert self.last is not None
            waited = format_duration(self.wanted.within_ns or 0)
            text = f"not within {waited}: {self.last.message}" if self.wanted.within_ns else self.last.message
            self.result = attrs.evolve(self.last, message=text)


async def watch(stage: Stage, expectations: Sequence[Expectation]) -> list[Check]:
    """Check the expectations of one step, in their order."""
    engine = stage.session.engine
    began = engine.now_ns
    watched = [_Watched(index, wanted, began) for index, wanted in enumerate(expectations)]
    await _look(stage, watched)
    while any(item.result is None for item in watched):
        limit = min(item.deadline_ns() for item in watched if item.result is None)
        before = len(stage.records)
        moved = await engine.superstep(limit)
        if not moved:
            await engine.run_until(limit)
        if not moved or len(stage.records) > before:
            await _look(stage, watched)
    return [item.result for item in watched if item.result is not None]


async def _look(stage: Stage, watched: list[_Watched]) -> None:
    for item in watched:
        if item.result is None:
            item.look(await check(stage, item.wanted), stage.session.now_ns)
            item.give_up(stage.session.now_ns)
