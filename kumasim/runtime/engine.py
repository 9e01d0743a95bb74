"""The engine: supersteps, from what is due to what is written down.

One superstep takes every envelope that is due in one round of one instant, lets each receiver take its turns (the
dispatcher decides how: one after the other or in tasks), and then writes down what happened in the order of the
envelopes' keys. Since an actor's turns depend on nothing but its own state and mail, how they are dispatched cannot be
seen in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol, TypeVar

from kumasim.domain.decider import After, Now, PeerGone, Restarted, Send, Spawn, Start, Stop
from kumasim.kernel.envelope import Envelope
from kumasim.kernel.kernel import Kernel, Row
from kumasim.kernel.link import Links
from kumasim.runtime.actor import Actor, Happened
from kumasim.runtime.collector import few_collections
from kumasim.runtime.inputs import PassTime

T = TypeVar("T")


class Dispatcher(Protocol):
    """How actors take their turns."""

    async def dispatch(self, engine: Engine, due: list[Envelope]) -> list[list[Happened]]:
        """Let every receiver handle its mail; answers in the order of `due`."""

    def born(self, actor: Actor) -> None:
        """An actor has come to life."""

    def ended(self, name: str) -> None:
        """An actor's life has ended."""


class Engine:
    """A world that runs: a kernel, its actors, and a way to dispatch turns.

    Args:
        roles: the behaviour of each kind of actor, by the name that `Spawn` uses.
        dispatcher: how turns are taken.
        sink: gets every record, in order.
        seed: for all chance in this world.
        links: how long messages take.
    """

    def __init__(
        self, roles: Mapping[str, Any], dispatcher: Dispatcher, sink: Callable[[Row], None], seed: int, links: Links
    ) -> None:
        self.roles = roles
        self.dispatcher = dispatcher
        self.kernel = Kernel.new(seed, links, sink, PeerGone, Start())
        self.actors: dict[str, Actor] = {}
        self._carry: dict[type, Callable[[str, Any, int], None]] = {
            Send: self.kernel.send,
            After: self._after,
            Now: self._nothing,
            Spawn: self._spawn,
            Stop: self._stop,
        }

    def fork(self, dispatcher: Dispatcher, sink: Callable[[Row], None]) -> Engine:
        """A world of its own in the same state; costs what there is of actors and mail, not of history.

        Args:
            dispatcher: how the new world's actors take their turns.
            sink: gets the records from here on.
        """
        made = Engine(self.roles, dispatcher, sink, self.kernel.dice.seed, self.kernel.network.links)
        made.kernel = self.kernel.copy(sink)
        made._carry[Send] = made.kernel.send
        made.actors = {name: Actor(name, one.role, one.state) for name, one in self.actors.items()}
        for name in sorted(made.kernel.alive):
            dispatcher.born(made.actors[name])
        return made

    @property
    def now_ns(self) -> int:
        """Virtual time."""
        return self.kernel.now_ns

    @property
    def quiet(self) -> bool:
        """Whether the world has settled: nothing in flight, nothing due that anybody waits for."""
        return self.kernel.agenda.quiet

    # ------------------------------------------------------------------ running

    async def superstep(self, until_ns: int | None = None) -> bool:
        """Handle one round.

        Args:
            until_ns: do not go beyond this time.

        Returns:
            Whether there was one to handle.
        """
        kernel = self.kernel
        next_ns = kernel.agenda.next_ns()
        if next_ns is None or (until_ns is not None and next_ns > until_ns):
            return False
        due = kernel.take(until_ns)
        if due:
            outcomes = await self.dispatcher.dispatch(self, due)
            for envelope, outcome in zip(due, outcomes, strict=True):
                self._commit(envelope, outcome)
        return True

    def _commit(self, envelope: Envelope, outcome: list[Happened]) -> None:
        record, actor, carry = self.kernel.record, envelope.to, self._carry
        positions: list[int] = []
        for event, effects, because in outcome:
            cause = envelope.cause if because < 0 else positions[because]
            position = record(actor, cause, type(event).__name__, event.subject, event)
            positions.append(position)
            for effect in effects:
                carry[type(effect)](actor, effect, position)

    async def settle(self, limit_ns: int) -> bool:
        """Run until the world is quiet, or a time is reached; answers whether it is quiet."""
        with few_collections():
            while not self.quiet:
                if not await self.superstep(limit_ns):
                    return False
        return True

    async def run_until(self, at_ns: int) -> None:
        """Run everything that is due up to and including a time, then let the clock reach it."""
        with few_collections():
            while await self.superstep(at_ns):
                pass
        if at_ns > self.now_ns:
            self.give(PassTime(at_ns))

    def give(self, put_in: Any) -> Any:
        """Take in something from outside the world; answers with what its `apply` answers."""
        position = self.kernel.record("user", -1, "InputGiven", put_in.subject, put_in)
        return put_in.apply(self, position)

    # ------------------------------------------------------------------ lives

    def spawn(self, name: str, role: str, arguments: Any, cause: int = -1) -> None:
        """Bring an actor to life."""
        behaviour = self.roles[role]
        actor = Actor(name, behaviour, behaviour.initial(arguments))
        self.actors[name] = actor
        self.kernel.spawn(name, role, arguments, cause)
        self.dispatcher.born(actor)

    def crash(self, name: str, cause: int = -1) -> None:
        """End an actor's life; its state stays, for the restart to begin from what of it was stored."""
        if name in self.kernel.alive:
            self.kernel.crash(name, cause)
            self.dispatcher.ended(name)

    def restart(self, name: str, cause: int = -1, arguments: Any = None) -> None:
        """Begin an actor's next life: from what it had stored, or from nothing but other arguments than before."""
        actor = self.actors.get(name)
        if actor is None or name in self.kernel.alive:
            return
        if arguments is None:
            actor.state = actor.role.evolve(actor.state, Restarted())
        else:
            actor.state = actor.role.initial(arguments)
        self.kernel.restart(name, cause, arguments)
        self.dispatcher.born(actor)

    # ------------------------------------------------------------------ effects

    def _after(self, actor: str, effect: After, cause: int) -> None:
        self.kernel.after(actor, effect.delay_ns, effect.body, effect.idle, cause, effect.jitter_ns)

    def _spawn(self, actor: str, effect: Spawn, cause: int) -> None:
        self.spawn(effect.name, effect.role, effect.arguments, cause)

    def _stop(self, actor: str, effect: Stop, cause: int) -> None:
        if effect.name in self.actors:
            self.dispatcher.ended(effect.name)
            del self.actors[effect.name]
            self.kernel.stop(effect.name, cause)

    def _nothing(self, actor: str, effect: Now, cause: int) -> None:
        """A `Now` was carried out within the turn."""


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits, to its end, without any event loop.

    Raises:
        RuntimeError: it did wait for something.
    """
    try:
        work.send(None)
    except StopIteration as stop:
        value: T = stop.value
        return value
    work.close()
    raise RuntimeError("this work has to wait for something; run it under trio")
