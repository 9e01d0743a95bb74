"""Runs a scenario: builds its world, lets it settle, plays the steps, keeps the journal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs

from kumasim.app.config import config_of
from kumasim.app.run import Run
from kumasim.errors import BrokenInvariant, KumasimError
from kumasim.journal import Journal, Record, StreamedJournal
from kumasim.kernel.kernel import Row
from kumasim.runtime.engine import Dispatcher, finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.session import Session
from kumasim.runtime.world import populated
from kumasim.scenario.load import load as load_scenario
from kumasim.scenario.matrix import expand
from kumasim.scenario.model import Scenario
from kumasim.scenario.play import StepResult, play
from kumasim.scenario.play.world import Stage

Tell = Callable[[StepResult], None]
Listen = Callable[[Record], None]


@attrs.frozen
class LoadedScenario:
    """A scenario that is ready to run: one variant of a file.

    Args:
        scenario: as read, with its matrix expanded.
        listen: called with each record as it is made; None for nobody.
    """

    scenario: Scenario
    listen: Listen | None = None

    @property
    def name(self) -> str:
        return self.scenario.name

    def run(
        self,
        seed: int | None = None,
        tell: Tell = lambda _: None,
        fail_fast: bool = False,
        record: str | os.PathLike[str] | None = None,
    ) -> Run:
        """Run it without an event loop; works anywhere, also inside a running one.

        Args:
            seed: instead of the scenario's own.
            tell: called with each step's result as soon as it is known.
            fail_fast: end with the first step that fails.
            record: a file to write the journal to while it is made; in memory alone if left out.

        Raises:
            JournalProblem: the file cannot be written any more.
        """
        return finish(self._play(Inline(), seed, tell, fail_fast, record))

    async def run_async(
        self,
        seed: int | None = None,
        tell: Tell = lambda _: None,
        fail_fast: bool = False,
        record: str | os.PathLike[str] | None = None,
    ) -> Run:
        """Run it under trio, each actor in a task of its own; the journal is the same."""
        from kumasim.runtime.trio import tasks

        async with tasks() as dispatcher:
            return await self._play(dispatcher, seed, tell, fail_fast, record)

    async def _play(
        self,
        dispatcher: Dispatcher,
        seed: int | None,
        tell: Tell,
        fail_fast: bool,
        record: str | os.PathLike[str] | None = None,
    ) -> Run:
        with _journal(record) as journal:
            return await self._played(journal, dispatcher, seed, tell, fail_fast)

    async def _played(
        self, journal: Journal, dispatcher: Dispatcher, seed: int | None, tell: Tell, fail_fast: bool
    ) -> Run:
        config = config_of(self.scenario, seed)
        try:
            engine = populated(config, dispatcher, _sink(journal, self.listen))
            session = Session(engine)
            await session.settle()
            played = await play(self.scenario, Stage(session, journal.records), tell, fail_fast)
        except (KumasimError, OSError):
            raise
        except Exception as error:
            raise broken(error, config.seed, journal) from error
        return Run(journal, played.results, self.scenario.name)


@contextmanager
def _journal(record: str | os.PathLike[str] | None) -> Iterator[Journal]:
    """A journal in memory, or one in a file, which is whole whichever way the block is left."""
    if record is None:
        yield Journal()
        return
    journal = StreamedJournal(os.fspath(record))
    try:
        yield journal
    finally:
        journal.close()


def _sink(journal: Journal, listen: Listen | None) -> Callable[[Row], None]:
    if listen is None:
        return journal.append

    def both(row: Row) -> None:
        record = Record(*row)
        journal.append(record)
        listen(record)

    return both


def broken(error: Exception, seed: int, journal: Journal) -> BrokenInvariant:
    """A bug of ours, with what is needed to see it again."""
    return BrokenInvariant(f"{type(error).__name__}: {error}", seed=seed, position=len(journal.records))


def load(path: str | os.PathLike[str]) -> LoadedScenario:
    """A scenario file, ready to run.

    Args:
        path: the file; it must have one variant (`load_all` takes a matrix).

    Raises:
        UsageError: there is no such file, or it has several variants.
        InputError: every problem of the file and its manifests, at once.
    """
    from kumasim.errors import UsageError

    variants = load_all(path)
    if len(variants) != 1:
        names = ", ".join(variant.name for variant in variants)
        raise UsageError(f"{os.fspath(path)} has several variants, use load_all: {names}")
    return variants[0]


def load_all(path: str | os.PathLike[str]) -> list[LoadedScenario]:
    """Every variant of a scenario file, in the order of its matrix."""
    return [LoadedScenario(variant) for variant in expand(load_scenario(path))]
