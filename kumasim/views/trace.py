"""A request hop by hop: as text, as a plain tree, as a Mermaid diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from kumasim.domain.traffic import Outcome
from kumasim.domain.traffic.outcome import TraceStep
from kumasim.domain.tree import thaw


@attrs.frozen
class Trace:
    """The ways in which a request ends, with every hop's reason.

    Args:
        outcomes: with the steps of a detailed evaluation.
    """

    outcomes: tuple[Outcome, ...]

    def __str__(self) -> str:
        return "\n\n".join("\n".join(_text(one)) for one in self.outcomes)

    __repr__ = __str__

    def tree(self) -> dict[str, Any]:
        """As mappings and lists, for other programs."""
        return {"outcomes": [_tree(one) for one in self.outcomes]}

    def mermaid(self) -> str:
        """As a Mermaid flowchart: steps that several outcomes have in common are drawn once."""
        return "\n".join(_flowchart(self.outcomes))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/vnd.mermaid": self.mermaid()}


def _text(outcome: Outcome) -> Iterator[str]:
    yield f"{_percent(outcome)}  {ending(outcome)}"
    for step in outcome.steps:
        yield f"  {step.stage or step.hop:<13} {_where(step)}{step}"
        yield from (f"  {'':<13}   {detail}" for detail in step.details)
    if outcome.rule:
        yield f"  {'because':<13} {outcome.rule}"


def _percent(outcome: Outcome) -> str:
    return f"{outcome.share} of such requests" if outcome.share != 1 else "every such request"


def ending(outcome: Outcome) -> str:
    """How an outcome ends, in one line: `200 from Pod demo-app-... of demo-app (zone-1)`."""
    if outcome.workload is None and outcome.pod is None and outcome.service is None:
        to = f" to {outcome.location}" if outcome.location else ""
        return f"{outcome.status}{to}"
    who = f"Pod {outcome.pod}" if outcome.pod else f"{outcome.workload or outcome.service}"
    return f"{outcome.status} from {who} of {outcome.service or outcome.workload} ({outcome.zone or 'outside'})"


def _where(step: TraceStep) -> str:
    return f"{step.zone}: " if step.zone else ""


def _tree(outcome: Outcome) -> dict[str, Any]:
    named = ("status", "zone", "namespace", "service", "workload", "pod", "location", "rule")
    return {
        "share": str(outcome.share),
        **{name: getattr(outcome, name) for name in named if getattr(outcome, name) is not None},
        "seen": None if outcome.seen is None else thaw(outcome.seen),
        "headers": thaw(outcome.headers),
        "mirrors": [thaw(one) for one in outcome.mirrors],
        "via": [thaw(one) for one in outcome.via],
        "steps": [_step_tree(step) for step in outcome.steps],
    }


def _step_tree(step: TraceStep) -> dict[str, Any]:
    return {
        "stage": step.stage, "hop": step.hop, "zone": step.zone, "did": step.did, "rule": step.rule,
        "source": step.source, "origin": str(step.origin) if step.origin else "", "details": list(step.details),
    }  # fmt: skip


def _flowchart(outcomes: Iterable[Outcome]) -> Iterator[str]:
    yield "flowchart TD"
    known: dict[tuple[str, ...], str] = {}
    for outcome in outcomes:
        path: tuple[str, ...] = ()
        before = ""
        for label in [*(f"{_where(step)}{step.did}" for step in outcome.steps), _last(outcome)]:
            path = (*path, label)
            fresh = path not in known
            name = known.setdefault(path, f"s{len(known)}")
            if fresh:
                yield f'  {name}["{_escaped(label)}"]'
                if before:
                    yield f"  {before} --> {name}"
            before = name


def _last(outcome: Outcome) -> str:
    return f"{outcome.share}: {ending(outcome)}"


def _escaped(text: str) -> str:
    for plain, entity in (("&", "&amp;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(plain, entity)
    return text
