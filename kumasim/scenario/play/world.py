"""What a step is carried out in, and what its expectations look at."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from kumasim.domain.reconcilers.base import Diagnostic
from kumasim.domain.resource import Resource
from kumasim.domain.store import Store
from kumasim.domain.traffic import Outcome, Request
from kumasim.domain.writes import Failure
from kumasim.errors import BrokenInvariant
from kumasim.journal.record import Record
from kumasim.projections.diagnostics import diagnostics
from kumasim.runtime.session import Session
from kumasim.runtime.stores import is_universal, store_actor


@attrs.define
class Stage:
    """Where a scenario is played.

    Args:
        session: with the world.
        records: the journal so far; grows.
        refusals: of the step at hand.
        request: the step's request, None if it sends none.
        step_began: position of the first record of the step.
    """

    session: Session
    records: Sequence[Record]
    refusals: list[tuple[str, Failure]] = attrs.field(factory=list)
    request: Request | None = None
    step_began: int = 0
    verb_stores: tuple[str, ...] = ()

    def begin(self, stores: tuple[str, ...]) -> None:
        """Forget the last step."""
        self.refusals = []
        self.request = None
        self.step_began = len(self.records)
        self.verb_stores = stores

    def store(self, name: str) -> Store:
        """What a store holds now."""
        actor = self.session.engine.actors.get(self.store_actor(name))
        if actor is None:
            raise BrokenInvariant(f"there is no store {name}", seed=0, position=len(self.records))
        found: Store = actor.state.store
        return found

    def store_actor(self, name: str) -> str:
        """The actor that keeps a store."""
        return store_actor(self.session.engine.actors, name)

    def universal(self, name: str) -> bool:
        """Whether a store is a Universal one."""
        return is_universal(self.session.engine.actors, name)

    def resources(self, store: str, kind: str) -> list[Resource]:
        """All resources of a store whose kind has this name."""
        return [found for found in self.store(store).everything() if found.kind == kind]

    async def outcomes(self) -> list[Outcome]:
        """Send the step's request again, as the world is now."""
        assert self.request is not None
        return list(await self.session.request(self.request))

    def diagnostics(self) -> list[Diagnostic]:
        """Everything the run has reported so far, each once, in order."""
        return diagnostics(self.records)
