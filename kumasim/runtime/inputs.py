"""What reaches the world from outside: the only facts that the world does not produce itself.

They stand in the journal as `InputGiven`; replaying a journal means giving the same inputs at the same positions.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.traffic import NoSuchCaller, Outcome, Request, evaluate
from kumasim.domain.vocabulary import value
from kumasim.runtime.running import Running
from kumasim.runtime.traffic import Traffic


@value
class Command:
    """The user asks for something: a message to the actor `user`."""

    body: Any
    subject: str = ""

    def apply(self, engine: Running, cause: int) -> None:
        """Hand it to the user."""
        engine.kernel.inject("user", self.body, cause)


@value
class PassTime:
    """Time passes although nothing is due."""

    to_ns: int

    @property
    def subject(self) -> str:
        return ""

    def apply(self, engine: Running, cause: int) -> None:
        """Move the clock."""
        engine.kernel.pass_time(self.to_ns)


@value
class CutLink:
    """The link from one end to another is cut."""

    start: str
    end: str

    @property
    def subject(self) -> str:
        return self.start

    def apply(self, engine: Running, cause: int) -> None:
        """Cut it."""
        engine.kernel.cut(self.start, self.end, cause)


@value
class HealLink:
    """A cut link is whole again."""

    start: str
    end: str

    @property
    def subject(self) -> str:
        return self.start

    def apply(self, engine: Running, cause: int) -> None:
        """Heal it."""
        engine.kernel.heal(self.start, self.end, cause)


@value
class CrashActor:
    """An actor dies."""

    name: str

    @property
    def subject(self) -> str:
        return self.name

    def apply(self, engine: Running, cause: int) -> None:
        """End its life."""
        engine.crash(self.name, cause)


@value
class RestartActor:
    """An actor begins again from what it had stored; one that lives is stopped first."""

    name: str

    @property
    def subject(self) -> str:
        return self.name

    def apply(self, engine: Running, cause: int) -> None:
        """Begin its next life."""
        engine.crash(self.name, cause)
        engine.restart(self.name, cause)


@value
class ReconfigureActor:
    """An actor is stopped, if it lives, and begins again with other arguments: another name, or a global to join.

    Args:
        name: the actor.
        arguments: what it is told at its new birth; all that it only held in memory is lost.
    """

    name: str
    arguments: Any

    @property
    def subject(self) -> str:
        return self.name

    def apply(self, engine: Running, cause: int) -> None:
        """End its life and begin the next."""
        engine.crash(self.name, cause)
        engine.restart(self.name, cause, self.arguments)


@value
class Note:
    """Something the journal should tell its readers: a step began, an expectation was checked. Changes nothing."""

    subject: str
    text: str
    facts: Any = None

    def apply(self, engine: Running, cause: int) -> None:
        """Nothing to do."""


@value
class SendRequest:
    """A request is sent through the world as it is at this instant; nothing in it changes by that."""

    request: Request

    @property
    def subject(self) -> str:
        return self.request.to or self.request.url

    def apply(self, engine: Running, cause: int) -> tuple[Outcome, ...] | str:
        """Follow it; answers with its outcomes, or with why nobody can send it; both are recorded."""
        try:
            outcomes = evaluate(Traffic.of(engine), self.request)
        except NoSuchCaller as wrong:
            engine.kernel.record("user", cause, "RequestUnsendable", self.subject, str(wrong))
            return str(wrong)
        engine.kernel.record("user", cause, "RequestAnswered", self.subject, outcomes)
        return outcomes
