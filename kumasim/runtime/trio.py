"""The trio runtime: one task and one memory channel for each actor, in one nursery.

In each round the conductor hands every actor with mail its batch; the tasks run in whatever order trio picks (it picks
at random), and the conductor waits for all of them before the engine writes anything down. A crash cancels the scope
of the actor's task.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from kumasim.kernel.envelope import Envelope
from kumasim.runtime.actor import Actor, Happened, turns
from kumasim.runtime.engine import Engine

Mail = list[Envelope]


class Tasks:
    """Dispatches to tasks. Made by `tasks()`."""

    def __init__(self, nursery: trio.Nursery) -> None:
        self._nursery = nursery
        self._inboxes: dict[str, trio.MemorySendChannel[Mail]] = {}
        self._scopes: dict[str, trio.CancelScope] = {}
        self._answers: dict[str, list[list[Happened]]] = {}
        self._failures: dict[str, Exception] = {}
        self._waiting = 0
        self._all_answered = trio.Event()

    async def dispatch(self, engine: Engine, due: list[Envelope]) -> list[list[Happened]]:
        """Let every receiver handle its mail at once; answers in the order of `due`."""
        batches: dict[str, Mail] = {}
        for envelope in due:
            batches.setdefault(envelope.to, []).append(envelope)
        self._answers = {}
        self._waiting = len(batches)
        self._all_answered = trio.Event()
        for name, batch in batches.items():
            self._inboxes[name].send_nowait(batch)
        await self._all_answered.wait()
        for name in sorted(self._failures):
            # The first by name, not by time: what a run says of a bug must not depend on how trio scheduled it.
            raise self._failures[name]
        answers = {name: iter(outcomes) for name, outcomes in self._answers.items()}
        return [next(answers[envelope.to]) for envelope in due]

    def born(self, actor: Actor) -> None:
        """Start the actor's task."""
        send, receive = trio.open_memory_channel[Mail](1)
        scope = trio.CancelScope()
        self._inboxes[actor.name], self._scopes[actor.name] = send, scope
        self._nursery.start_soon(self._live, actor, receive, scope, name=actor.name)

    def ended(self, name: str) -> None:
        """Cancel the actor's task."""
        inbox, scope = self._inboxes.pop(name, None), self._scopes.pop(name, None)
        if inbox is not None and scope is not None:
            inbox.close()
            scope.cancel()

    async def _live(self, actor: Actor, inbox: trio.MemoryReceiveChannel[Mail], scope: trio.CancelScope) -> None:
        with scope, inbox:
            async for batch in inbox:
                try:
                    self._answers[actor.name] = turns(actor, batch)
                except Exception as error:
                    # Handed to the conductor, so that a bug is raised where the run is driven, as with plain calls.
                    self._failures[actor.name] = error
                self._waiting -= 1
                if not self._waiting:
                    self._all_answered.set()


@asynccontextmanager
async def tasks() -> AsyncIterator[Tasks]:
    """A nursery for actors; leaving it ends them all. What is raised within comes out as it is, not in a group."""
    raised: Exception | None = None
    async with trio.open_nursery() as nursery:
        try:
            yield Tasks(nursery)
        except Exception as error:
            raised = error
        nursery.cancel_scope.cancel()
    if raised is not None:
        raise raised
