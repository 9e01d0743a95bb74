"""The inline runtime: actors take their turns one after the other, without tasks. For replay, sweeps and notebooks."""

from __future__ import annotations

from kumasim.kernel.envelope import Envelope
from kumasim.runtime.actor import Actor, Happened
from kumasim.runtime.engine import Engine


class Inline:
    """Dispatches by calling."""

    async def dispatch(self, engine: Engine, due: list[Envelope]) -> list[list[Happened]]:
        """Let every receiver handle its mail, in the order of the mail."""
        actors = engine.actors
        return [actors[envelope.to].handle(envelope) for envelope in due]

    def born(self, actor: Actor) -> None:
        """Nothing to set up."""

    def ended(self, name: str) -> None:
        """Nothing to tear down."""
