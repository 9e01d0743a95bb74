"""A session with a world: what somebody outside can do to it, one thing at a time.

All methods are coroutines. Under trio they wait for the actors' tasks; with the inline dispatcher they never wait, so
that `finish()` can run them in any place, a notebook's event loop included.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.roles.user import Ask
from kumasim.domain.traffic import Outcome, Request
from kumasim.domain.writes import ApiResponse, Write
from kumasim.errors import UsageError
from kumasim.runtime.engine import Engine
from kumasim.runtime.inputs import (
    Command,
    CrashActor,
    CutLink,
    HealLink,
    Note,
    ReconfigureActor,
    RestartActor,
    SendRequest,
)
from kumasim.runtime.stores import lives

MINUTE_NS = 60_000_000_000
PATIENCE_NS = 10 * MINUTE_NS
"""How long a session waits for the world to settle, or for an answer."""


class Session:
    """Somebody at work on a world.

    Args:
        engine: the world.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        user = engine.actors["user"].state
        # Whoever goes on with a world that others have worked on counts on where they stopped.
        self._asked = len(user.answers) + len(user.open)

    @property
    def now_ns(self) -> int:
        """Virtual time."""
        return self.engine.now_ns

    async def submit(self, server: str, write: Write) -> ApiResponse:
        """Ask an API server for a change and wait for its answer.

        Args:
            server: the actor that is asked, "zone-1/cluster".
            write: what is asked.
        """
        self._asked += 1
        number = self._asked
        self.engine.give(Command(Ask(number, server, write), str(write.key)))
        limit = self.now_ns + PATIENCE_NS
        user = self.engine.actors["user"]
        while number not in user.state.answers:
            if not await self.engine.superstep(limit):
                raise TimeoutError(f"{server} did not answer")
        answer: ApiResponse = user.state.answers[number]
        return answer

    async def settle(self, within_ns: int = PATIENCE_NS) -> bool:
        """Run until the world is quiet; answers whether it became so in time."""
        return await self.engine.settle(self.now_ns + within_ns)

    async def advance(self, by_ns: int) -> None:
        """Let time pass."""
        await self.engine.run_until(self.now_ns + by_ns)

    async def request(self, request: Request) -> tuple[Outcome, ...]:
        """Send a request through the world as it is now.

        Raises:
            UsageError: who is to send it, or where to, is nowhere in this world.
        """
        outcomes: tuple[Outcome, ...] | str = self.engine.give(SendRequest(request))
        if isinstance(outcomes, str):
            raise UsageError(outcomes)
        return outcomes

    def partition(self, one: str, other: str, direction: str = "both") -> None:
        """Cut the link between two places or actors, both ways or in one direction ("a-to-b", "b-to-a")."""
        for start, end in _directions(one, other, direction):
            self.engine.give(CutLink(start, end))

    def heal(self, one: str = "", other: str = "") -> None:
        """Make a cut link whole; all of them when none is named."""
        cuts = sorted(self.engine.kernel.network.partition.cuts)
        for cut in cuts:
            if not one or {cut.start, cut.end} == {one, other}:
                self.engine.give(HealLink(cut.start, cut.end))

    def crash(self, actor: str) -> None:
        """End an actor's life; a Universal control plane takes its store along."""
        for one in reversed(lives(self.engine.actors, actor)):
            self.engine.give(CrashActor(one))

    def restart(self, actor: str) -> None:
        """Begin a crashed actor's next life."""
        for one in lives(self.engine.actors, actor):
            self.engine.give(RestartActor(one))

    def reconfigure(self, actor: str, **settings: Any) -> None:
        """Restart a control plane with some of its surroundings changed, alive or not.

        Args:
            actor: the control plane.
            settings: fields of its `Surroundings`: another `zone` name, `federated`.
        """
        for one in lives(self.engine.actors, actor):
            arguments = self.engine.actors[one].state.arguments_with(**settings)
            self.engine.give(ReconfigureActor(one, arguments))

    def note(self, subject: str, text: str) -> None:
        """Write something into the journal for its readers."""
        self.engine.give(Note(subject, text))


def _directions(one: str, other: str, direction: str) -> Iterable[tuple[str, str]]:
    ways = {"both": ((one, other), (other, one)), "a-to-b": ((one, other),), "b-to-a": ((other, one),)}
    return ways[direction]
