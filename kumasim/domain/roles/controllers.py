"""The part that runs reconcilers: a work queue, plans in progress, retries.

A change wakes keys; each woken key is reconciled once, in the order of reconciler names and keys. The writes of a plan
are sent one after the other, each when the one before was answered; a refused one ends the plan, and the key is tried
again after a delay that doubles from 5 ms to 1000 s (GW-214 [U]). While a plan is in progress its key is not
reconciled again; if it was woken meanwhile it is looked at once more afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.decider import After, Delivery, Effect, Now, PeerGone, Restarted
from kumasim.domain.persistent import Keys, Map
from kumasim.domain.reconcilers.base import Diagnostic, Plan, Reconciler, View
from kumasim.domain.resource import Key
from kumasim.domain.roles.changes import Change, Changed
from kumasim.domain.roles.parts import Part
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, ApiResponse, Failure, Write

FIRST_RETRY_NS = 5_000_000
LONGEST_RETRY_NS = 1_000_000_000_000
UNREACHABLE = Failure(503, "ServiceUnavailable", "the API server did not answer: connection refused")
AWAITED_CONFLICTS = 4
"""How often a conflict (somebody else wrote first) is tried again with the world waiting for it."""

Work = tuple[str, Key]
"""A reconciler's name and the key it has to look at."""


@value
class Running:
    """A plan in progress: what is still to be written, the first of it being under way."""

    writes: tuple[Write, ...]
    again_in_ns: int | None = None


@value
class ControllersState:
    """What the controllers of one actor are busy with."""

    queue: Keys[Work] = attrs.field(factory=Keys)
    again: Keys[Work] = attrs.field(factory=Keys)
    """Work that was woken while its plan is in progress; it goes on the queue when the plan is carried out."""
    running: Map[Work, Running] = attrs.field(factory=Map)
    failures: Map[Work, int] = attrs.field(factory=Map)
    waiting: Map[Work, int] = attrs.field(factory=Map)
    """When each key that asked to be looked at again will be."""
    told: Keys[tuple[str, str]] = attrs.field(factory=Keys)
    """Diagnostics that were reported, by code and subject."""


@value
class Look:
    """Message within an actor: look at the queue."""


@value
class Due:
    """Message to oneself: look at a key again."""

    reconciler: str
    key: Key


@value
class Woken:
    """Event: keys were put on the queue."""

    work: tuple[Work, ...]

    @property
    def subject(self) -> str:
        return ""


@value
class FoundInOrder:
    """Event: keys were looked at and nothing needs to be done."""

    work: tuple[Work, ...]

    @property
    def subject(self) -> str:
        return ""


@value
class Reconciled:
    """Event: a reconciler looked at a key and made a plan.

    Args:
        again_at_ns: when it wants to look again, -1 if nothing calls for it or a look by then is due already.
    """

    reconciler: str
    key: Key
    writes: tuple[Write, ...] = ()
    error: str = ""
    again_in_ns: int | None = None
    again_at_ns: int = -1

    @property
    def subject(self) -> str:
        return str(self.key)


@value
class WriteSucceeded:
    """Event: a write of a plan was carried out."""

    reconciler: str
    key: Key

    @property
    def subject(self) -> str:
        return str(self.key)


@value
class WriteRefused:
    """Event: a write of a plan was refused; the plan ends."""

    reconciler: str
    key: Key
    failure: Failure

    @property
    def subject(self) -> str:
        return str(self.key)


@value
class DiagnosticReported:
    """Event: a controller has something to tell the user."""

    diagnostic: Diagnostic

    @property
    def subject(self) -> str:
        return self.diagnostic.subject


Submit = Callable[[Any, ApiRequest, str], Effect]
"""How an actor hands a write to its API server: (state, request, topic) -> effect."""


@attrs.frozen
class Controllers:
    """The controllers of a role.

    Args:
        reconcilers: those that run on an actor, from its state.
        view: what they see, from the state and the time.
        submit: how their writes reach the API server.
        account: the user that a reconciler writes as, from its name.
        server: the actor that answers its writes, "" where it cannot be lost because it is the actor itself.
    """

    reconcilers: Callable[[Any], tuple[Reconciler, ...]]
    view: Callable[[Any, int], View]
    submit: Submit
    account: Callable[[str], str]
    server: Callable[[Any], str] = lambda _: ""

    def part(self) -> Part:
        """The part of a role that runs them."""
        return Part(
            name="controllers",
            decides={
                Changed: self._on_changed,
                Due: _on_due,
                Look: self._on_look,
                ApiResponse: _on_answer,
                PeerGone: self._on_gone,
            },
            evolves={
                Woken: _queue,
                FoundInOrder: _unqueue,
                Reconciled: _begin,
                WriteSucceeded: _advance,
                WriteRefused: _abandon,
                DiagnosticReported: _tell,
                Restarted: _forget,
            },
            reacts={
                Woken: _look,
                Reconciled: self._after_reconciled,
                WriteSucceeded: self._after_success,
                WriteRefused: _after_refusal,
            },
        )

    def _on_changed(self, state: Any, delivery: Delivery) -> Iterable[Any]:
        work = woken_by(self.reconcilers(state), delivery.body.changes, self.view(state, delivery.at_ns))
        return [Woken(work)] if work else []

    def _on_look(self, state: Any, delivery: Delivery) -> Iterable[Any]:
        seen = self.view(state, delivery.at_ns)
        known = {reconciler.name: reconciler for reconciler in self.reconcilers(state)}
        in_order: list[Work] = []
        told_now: set[tuple[str, str]] = set()
        for work in state.controllers.queue.sorted():
            plan = known[work[0]].reconcile(seen, work[1])
            yield from _news(state, plan, told_now)
            again_at_ns = _again_at(state, work, plan, delivery.at_ns)
            if plan.writes or plan.error or again_at_ns >= 0:
                yield Reconciled(work[0], work[1], plan.writes, plan.error, plan.again_in_ns, again_at_ns)
            else:
                in_order.append(work)
        if in_order:
            yield FoundInOrder(tuple(in_order))

    def _on_gone(self, state: Any, delivery: Delivery) -> Iterable[Any]:
        """What was being written when the API server went away was refused as far as anybody can tell."""
        if delivery.body.peer != self.server(state):
            return []
        return [WriteRefused(work[0], work[1], UNREACHABLE) for work, _ in state.controllers.running.items()]

    def _write_first(self, state: Any, work: Work) -> Iterable[Effect]:
        running = state.controllers.running.get(work)
        if running is None:
            return []
        request = ApiRequest(work, running.writes[0], self.account(work[0]))
        return [self.submit(state, request, f"{work[0]} {work[1]}")]

    def _after_reconciled(self, state: Any, event: Reconciled) -> Iterable[Effect]:
        work = (event.reconciler, event.key)
        yield from self._write_first(state, work)
        if event.error:
            yield After(_delay(state.controllers.failures[work]), Due(*work), idle=True)
        elif event.again_in_ns is not None and event.again_at_ns >= 0:
            yield After(event.again_in_ns, Due(*work))

    def _after_success(self, state: Any, event: WriteSucceeded) -> Iterable[Effect]:
        work = (event.reconciler, event.key)
        if work in state.controllers.running:
            return self._write_first(state, work)
        return [Now(Look())] if work in state.controllers.queue else []


def _on_due(state: Any, delivery: Delivery) -> Iterable[Any]:
    return [Woken(((delivery.body.reconciler, delivery.body.key),))]


def _on_answer(state: Any, delivery: Delivery) -> Iterable[Any]:
    answer: ApiResponse = delivery.body
    work = answer.id
    if not isinstance(work, tuple) or work not in state.controllers.running:
        return []
    if answer.failure is not None:
        return [WriteRefused(work[0], work[1], answer.failure)]
    return [WriteSucceeded(*work)]


def _look(state: Any, event: Any) -> Iterable[Effect]:
    return [Now(Look())]


def _after_refusal(state: Any, event: WriteRefused) -> Iterable[Effect]:
    work = (event.reconciler, event.key)
    tries = state.controllers.failures[work]
    awaited = event.failure.reason in ("Conflict", "AlreadyExists") and tries <= AWAITED_CONFLICTS
    return [After(_delay(tries), Due(*work), idle=not awaited)]


def woken_by(reconcilers: tuple[Reconciler, ...], changes: tuple[Change, ...], view: View) -> tuple[Work, ...]:
    """The work that changes give to reconcilers, sorted; old and new form of an object both count (GW-210)."""
    work: set[Work] = set()
    for change in changes:
        key = change.one.key
        for reconciler in reconcilers:
            wakes = reconciler.wakes.get((key.group, key.kind))
            if wakes is not None:
                for form in (change.before, change.after):
                    if form is not None:
                        work.update((reconciler.name, woken) for woken in wakes(form, view))
    return tuple(sorted(work))


def _again_at(state: Any, work: Work, plan: Plan, now_ns: int) -> int:
    """When a timer is needed for a key that wants to be looked at again; -1 if none is, or one is set already."""
    if plan.again_in_ns is None or plan.writes or plan.error:
        return -1
    at_ns: int = now_ns + plan.again_in_ns
    return -1 if now_ns < state.controllers.waiting.get(work, -1) <= at_ns else at_ns


def _news(state: Any, plan: Plan, told_now: set[tuple[str, str]]) -> Iterable[DiagnosticReported]:
    """What was not told before, neither in an earlier look nor in this one."""
    for diagnostic in plan.diagnostics:
        news = (diagnostic.code, diagnostic.subject)
        if news not in state.controllers.told and news not in told_now:
            told_now.add(news)
            yield DiagnosticReported(diagnostic)


def _delay(failures: int) -> int:
    return min(FIRST_RETRY_NS << max(failures - 1, 0), LONGEST_RETRY_NS)


# --------------------------------------------------------------------------- folds


def _with(state: Any, **changes: Any) -> Any:
    return changed(state, controllers=changed(state.controllers, **changes))


def _queue(state: Any, event: Woken) -> Any:
    now = state.controllers
    queue, again = now.queue, now.again
    for work in event.work:
        if work in now.running:
            again = again.add(work)
        else:
            queue = queue.add(work)
    return _with(state, queue=queue, again=again)


def _unqueue(state: Any, event: FoundInOrder) -> Any:
    queue, failures = state.controllers.queue, state.controllers.failures
    for work in event.work:
        queue, failures = queue.drop(work), failures.drop(work)
    return _with(state, queue=queue, failures=failures)


def _begin(state: Any, event: Reconciled) -> Any:
    work = (event.reconciler, event.key)
    now = state.controllers
    running = now.running.set(work, Running(event.writes, event.again_in_ns)) if event.writes else now.running
    failures = now.failures.set(work, now.failures.get(work, 0) + 1) if event.error else now.failures
    waiting = now.waiting.set(work, event.again_at_ns) if event.again_at_ns >= 0 else now.waiting
    return _with(state, queue=now.queue.drop(work), running=running, failures=failures, waiting=waiting)


def _advance(state: Any, event: WriteSucceeded) -> Any:
    work = (event.reconciler, event.key)
    now = state.controllers
    running = now.running[work]
    if len(running.writes) > 1:
        return _with(state, running=now.running.set(work, changed(running, writes=running.writes[1:])))
    wanted = running.again_in_ns is not None or work in now.again
    return _with(
        state,
        running=now.running.drop(work),
        failures=now.failures.drop(work),
        queue=now.queue.add(work) if wanted else now.queue,
        again=now.again.drop(work),
    )


def _abandon(state: Any, event: WriteRefused) -> Any:
    work = (event.reconciler, event.key)
    now = state.controllers
    failures = now.failures.set(work, now.failures.get(work, 0) + 1)
    # Its next try looks at everything anyway.
    return _with(state, running=now.running.drop(work), failures=failures, again=now.again.drop(work))


def _tell(state: Any, event: DiagnosticReported) -> Any:
    told = state.controllers.told.add((event.diagnostic.code, event.diagnostic.subject))
    return _with(state, told=told)


def _forget(state: Any, event: Restarted) -> Any:
    return changed(state, controllers=ControllersState())
