"""How each kind of expectation is checked: a table from its class to a function.

A function looks at the world as it is now and answers with a `Check`; whether it has to become true in time or to stay
true is the business of `watch.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import attrs

from kumasim.domain.traffic import Outcome
from kumasim.domain.tree import thaw
from kumasim.errors import UsageError
from kumasim.journal.record import Record
from kumasim.projections.records import record_tree
from kumasim.scenario.match import Mismatch, matches, mismatches
from kumasim.scenario.model import (
    Absent,
    Diagnostics,
    ErrorExpected,
    Events,
    Expectation,
    Outcomes,
    ResourceExpected,
    Response,
)
from kumasim.scenario.outcomes import match_outcomes, match_response
from kumasim.scenario.play.result import Check
from kumasim.scenario.play.world import Stage
from kumasim.scenario.select import describe, select
from kumasim.scenario.shares import format_share


async def _resource(stage: Stage, wanted: ResourceExpected) -> Check:
    title = describe(wanted.tree.value)
    for store in wanted.at or stage.verb_stores:
        kind = str(wanted.tree.value.get("kind", wanted.tree.value.get("type", "")))
        held = {_identity(found.to_tree()): found for found in stage.resources(store, kind)}
        trees = [found.to_tree() for found in held.values()]
        verdict = select(wanted.tree, trees, universal=stage.universal(store))
        if verdict.found is not None:
            continue
        nearest = held.get(_identity(verdict.nearest)) if verdict.nearest is not None else None
        return _missed(
            wanted,
            "resource",
            f"{store}: {_told(verdict.mismatches)}",
            verdict.mismatches,
            title=f"{title} at {store}",
            object_origin=nearest.origin if nearest is not None else None,
            concerned=(store, nearest) if nearest is not None else None,
        )
    return _held(wanted, "resource", f"{title} at {', '.join(wanted.at or stage.verb_stores)}")


def _identity(tree: Any) -> tuple[Any, ...]:
    meta = tree.get("metadata", {})
    return (tree.get("apiVersion"), tree.get("kind"), meta.get("namespace"), meta.get("name"))


async def _absent(stage: Stage, wanted: Absent) -> Check:
    title = f"no {describe(wanted.tree.value)}"
    for store in wanted.at or stage.verb_stores:
        kind = str(wanted.tree.value.get("kind", wanted.tree.value.get("type", "")))
        for found in stage.resources(store, kind):
            if select(wanted.tree, [found.to_tree()], universal=stage.universal(store)).found is not None:
                return attrs.evolve(
                    _missed(wanted, "absent", f"{store}: there is {found.key}", (), title=f"{title} at {store}"),
                    object_origin=found.origin,
                    concerned=(store, found),
                )
    return _held(wanted, "absent", f"{title} at {', '.join(wanted.at or stage.verb_stores)}")


async def _error(stage: Stage, wanted: ErrorExpected) -> Check:
    title = "refused"
    attempts = []
    for _, failure in stage.refusals:
        found = mismatches(wanted.tree, _failure_tree(failure))
        if not found:
            return _held(wanted, "error", f"refused: {failure.code} {failure.reason}")
        attempts.append(found)
    if not attempts:
        return _missed(wanted, "error", "nothing was refused", (), title=title)
    best = min(attempts, key=len)
    return _missed(wanted, "error", _told(best), tuple(best), title=title)


def _failure_tree(failure: Any) -> dict[str, Any]:
    return {
        "code": failure.code,
        "reason": failure.reason,
        "message": failure.message,
        "causes": [thaw(cause) for cause in failure.causes],
    }


async def _outcomes(stage: Stage, wanted: Outcomes) -> Check:
    actual = [outcome_tree(outcome) for outcome in await stage.outcomes()]
    found = match_outcomes(wanted.outcomes, actual)
    title = "outcomes " + ", ".join(
        f"{format_share(one.share)} {one.tree.value.get('status', '')}" for one in wanted.outcomes
    )
    return _judged(wanted, "outcomes", found, title, actual)


async def _response(stage: Stage, wanted: Response) -> Check:
    actual = [outcome_tree(outcome) for outcome in await stage.outcomes()]
    found = match_response(wanted.tree, actual)
    title = "response " + " ".join(
        str(wanted.tree.value[name]) for name in ("status", "zone", "service") if name in wanted.tree.value
    )
    return _judged(wanted, "response", found, title, actual)


def _judged(wanted: Expectation, kind: str, found: list[Mismatch], title: str, actual: list[dict[str, Any]]) -> Check:
    if not found:
        return _held(wanted, kind, title)
    why = "; ".join(sorted({outcome["rule"] for outcome in actual if outcome.get("rule")}))
    message = _told(found) + (f" — {why}" if why else "")
    return _missed(wanted, kind, message, tuple(found), title=title)


def outcome_tree(outcome: Outcome) -> dict[str, Any]:
    """An outcome as expectations and JSON see it; what is absent is left out, the share is a fraction."""
    tree: dict[str, Any] = {"share": outcome.share, "status": outcome.status}
    for name in ("zone", "namespace", "service", "workload", "pod", "location"):
        found = getattr(outcome, name)
        if found is not None:
            tree[name] = found
    if outcome.seen is not None:
        tree["seen"] = thaw(outcome.seen)
    tree["headers"] = thaw(outcome.headers)
    tree["mirrors"] = [thaw(one) for one in outcome.mirrors]
    tree["via"] = [thaw(one) for one in outcome.via]
    tree["rule"] = outcome.rule
    return tree


async def _diagnostics(stage: Stage, wanted: Diagnostics) -> Check:
    told = stage.diagnostics()
    title = "diagnostics " + ", ".join([code for code, _ in wanted.present] + [f"no {code}" for code in wanted.absent])
    for code in wanted.absent:
        if any(one.code == code for one in told):
            return _missed(wanted, "diagnostics", f"{code} was reported", (), title=title)
    for code, tree in wanted.present:
        details = [_diagnostic_tree(one) for one in told if one.code == code]
        if not any(matches(tree.value, one) for one in details):
            why = f"{code} was not reported" if not details else f"{code} was reported otherwise: {details}"
            return _missed(wanted, "diagnostics", why, (), title=title)
    return _held(wanted, "diagnostics", title)


def _diagnostic_tree(one: Any) -> dict[str, Any]:
    return {"code": one.code, "message": one.message, "subject": one.subject, "at": one.store}


async def _events(stage: Stage, wanted: Events) -> Check:
    since = stage.records[stage.step_began :]
    if wanted.absent is not None:
        for record in since:
            if _record_matches(wanted.absent.value, record):
                text = f"record {record.position} is such an event: {record.kind} {record.subject}"
                return attrs.evolve(
                    _missed(wanted, "events", text, (), title="no such event"), position=record.position
                )
    if wanted.present is not None and not any(_record_matches(wanted.present.value, record) for record in since):
        return _missed(wanted, "events", "no record since the step began is such an event", (), title="event")
    return _held(wanted, "events", "events")


def _record_matches(tree: Any, record: Record) -> bool:
    cheap = tree.get("kind")
    if isinstance(cheap, str) and cheap != record.kind:
        return False
    return matches(tree, record_tree(record))


def _held(wanted: Expectation, kind: str, title: str) -> Check:
    return Check(True, kind, origin=wanted.origin, because=wanted.because, title=title)


def _missed(
    wanted: Expectation, kind: str, message: str, found: tuple[Mismatch, ...], title: str = "", **more: Any
) -> Check:
    first = found[0] if found else None
    return Check(
        False,
        kind,
        message,
        expected=first.expected if first is not None else None,
        actual=first.actual if first is not None else None,
        origin=(first.origin if first is not None else None) or wanted.origin,
        because=wanted.because,
        title=title,
        where=first.where if first is not None else "",
        **more,
    )


def _told(found: Any) -> str:
    return "; ".join(str(item) for item in found)


_TABLE: dict[type, Callable[[Stage, Any], Awaitable[Check]]] = {
    ResourceExpected: _resource,
    Absent: _absent,
    ErrorExpected: _error,
    Outcomes: _outcomes,
    Response: _response,
    Diagnostics: _diagnostics,
    Events: _events,
}


async def check(stage: Stage, wanted: Expectation) -> Check:
    """Look whether an expectation holds now."""
    try:
        return await _TABLE[type(wanted)](stage, wanted)
    except UsageError as error:
        # A request that nobody in this world can send: the scenario's mistake, told where it stands.
        return _missed(wanted, "request", str(error), (), title="request")
