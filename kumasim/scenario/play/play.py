"""Playing a scenario, step by step."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from kumasim.errors import UsageError
from kumasim.scenario.model import ErrorExpected, RequestStep, Scenario, Step
from kumasim.scenario.play.blame import blamed
from kumasim.scenario.play.checks import outcome_tree
from kumasim.scenario.play.result import Check, StepResult
from kumasim.scenario.play.verbs import carry_out
from kumasim.scenario.play.watch import watch
from kumasim.scenario.play.world import Stage


@attrs.frozen
class Play:
    """What came of a scenario."""

    results: tuple[StepResult, ...]

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        return all(result.ok for result in self.results)


async def play(
    scenario: Scenario, stage: Stage, tell: Callable[[StepResult], None] = lambda _: None, fail_fast: bool = False
) -> Play:
    """Play a scenario in a world that has settled.

    Args:
        scenario: one variant, expanded.
        stage: the world.
        tell: called with each step's result as soon as it is known.
        fail_fast: end with the first step that fails.
    """
    results: list[StepResult] = []
    for index, step in enumerate(scenario.steps, start=1):
        result = await _step(stage, index, step)
        results.append(result)
        tell(result)
        if fail_fast and not result.ok:
            break
    return Play(tuple(results))


async def _step(stage: Stage, index: int, step: Step) -> StepResult:
    name = step.name or step.verb_name or "expect"
    began = stage.session.now_ns
    if step.skipped:
        return StepResult(index, name, step.verb_name, (), 0, began, step.origin.line, skipped=True)
    at = getattr(step.verb, "at", ())
    stage.begin((at,) if isinstance(at, str) else tuple(at))
    stage.session.note(f"step {index}", name)
    if step.verb is not None:
        await carry_out(stage, step.verb)
    expectations = [wanted for wanted in step.expects if not wanted.skipped]
    checks = _unexpected_refusals(stage, step)
    if isinstance(step.verb, RequestStep) and not expectations:
        checks += await _sent(stage, step)
    watched = await watch(stage, expectations)
    checks += [blamed(stage, check, wanted) for check, wanted in zip(watched, expectations, strict=True)]
    now = stage.session.now_ns
    return StepResult(index, name, step.verb_name, tuple(checks), now - began, now, step.origin.line)


async def _sent(stage: Stage, step: Step) -> list[Check]:
    """A request nobody expects anything of is sent all the same, for the journal to tell."""
    try:
        trees = [outcome_tree(outcome) for outcome in await stage.outcomes()]
    except UsageError as error:
        return [Check(False, "request", str(error), title="request", origin=step.origin)]
    told = ", ".join(f"{tree['share']} {tree['status']}" for tree in trees)
    return [Check(True, "request", title=f"answered {told}", origin=step.origin)]


def _unexpected_refusals(stage: Stage, step: Step) -> list[Check]:
    """Refusals fail a step, unless it expects an error."""
    if any(isinstance(wanted, ErrorExpected) for wanted in step.expects):
        return []
    return [
        Check(
            False,
            "refused",
            f"{store}: {failure.code} {failure.reason}: {failure.message}".removeprefix(": "),
            origin=step.origin,
            title=f"{step.verb_name} accepted",
        )
        for store, failure in stage.refusals
    ]
