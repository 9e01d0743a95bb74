"""Another future from a moment of a run: the same past, other steps."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from kumasim.app import refs
from kumasim.app.refusal import refusals
from kumasim.app.run import Run
from kumasim.app.world import Sources
from kumasim.domain.resource import Key
from kumasim.domain.store import Store
from kumasim.domain.tree import freeze
from kumasim.domain.writes import Write
from kumasim.errors import UsageError
from kumasim.journal import Journal, Record
from kumasim.replay.fork import revived
from kumasim.runtime.engine import finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.session import Session
from kumasim.runtime.stores import store_actor
from kumasim.scenario.durations import parse_duration
from kumasim.scenario.manifests import read_manifests

Step = Callable[[Session], Coroutine[Any, Any, None]]


class Fork:
    """A future that has not been played yet: steps are put to it, `run()` plays them.

    Args:
        records: the journal of the run that it parts from.
        position: how many of its records have happened.
    """

    def __init__(self, records: Sequence[Record], position: int) -> None:
        self._records = records
        self._position = position
        self._steps: list[Step] = []

    def apply(self, store: str, *sources: Sources) -> Fork:
        """Create or update objects in a store, then let the world settle.

        Args:
            store: `global` or a zone.
            sources: paths, globs, folders, mappings, or lists of these.
        """
        writes = [
            Write("apply", wanted.key, wanted, origin=wanted.origin)
            for source in sources
            for wanted in read_manifests(source)
        ]
        return self._then(_submitting(store, lambda _: writes))

    def delete(self, store: str, kind: str, namespace: str | None, name: str) -> Fork:
        """Delete an object; namespace is None for cluster-scoped kinds."""
        return self._then(_submitting(store, lambda held: [Write("delete", _key(held, kind, namespace, name))]))

    def patch(self, store: str, kind: str, namespace: str | None, name: str, patch: Any) -> Fork:
        """Change an object: a mapping is merged (RFC 7386), a list holds operations (RFC 6902)."""
        verb = "merge" if isinstance(patch, Mapping) else "json"
        frozen = freeze(patch)
        return self._then(
            _submitting(store, lambda held: [Write(verb, _key(held, kind, namespace, name), patch=frozen)])
        )

    def write(self, store: str, *writes: Write) -> Fork:
        """Ask a store for these writes, one after the other, then let the world settle."""
        return self._then(_submitting(store, lambda _: list(writes)))

    def advance(self, by: str) -> Fork:
        """Let virtual time pass."""
        duration = parse_duration(by)

        async def advance(session: Session) -> None:
            await session.advance(duration)

        return self._then(advance)

    def run(self) -> Run:
        """Play the steps.

        Returns:
            The run, with a journal of its own that begins with the common past.

        Raises:
            Refused: a store refused a step.
        """
        journal = Journal()
        engine = finish(revived(self._records, self._position, Inline(), journal.append))
        finish(self._play(Session(engine)))
        return Run(journal, name="fork")

    async def _play(self, session: Session) -> None:
        for step in self._steps:
            await step(session)
            await session.settle()

    def _then(self, step: Step) -> Fork:
        self._steps.append(step)
        return self


def _submitting(store: str, writes: Callable[[Store], list[Write]]) -> Step:
    async def submit(session: Session) -> None:
        server = store_actor(session.engine.actors, store)
        actor = session.engine.actors.get(server)
        if actor is None:
            raise UsageError(f"there is no store {store!r}")
        answers = [await session.submit(server, write) for write in writes(actor.state.store)]
        for refused in (one for answer in answers for one in refusals(answer)):
            raise refused

    return submit


def _key(store: Store, kind: str, namespace: str | None, name: str) -> Key:
    return refs.key_of(store, kind, namespace, name)
