"""What came of a scenario's steps."""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.resource import Origin, Resource


@attrs.frozen
class Check:
    """One expectation, or a refusal that nobody expected.

    Args:
        ok: whether it held.
        kind: "resource", "absent", "error", "outcomes", "response", "diagnostics", "events", or "refused".
        message: why it did not hold; "" where it did.
        expected, actual: both sides where they can be shown.
        origin: its line in the scenario.
        because: what the user says about it.
        object_origin: the line of the manifest that the object came from.
        position: of the record that last set the value in question, or answered the request; -1 if none did.
        where: the path inside what was looked at, `status.conditions.Ready.status`.
        concerned: the store and the object that come nearest to what was expected.
        skipped: whether a guard left it out.
    """

    ok: bool
    kind: str
    message: str = ""
    expected: Any = None
    actual: Any = None
    origin: Origin | None = None
    because: str = ""
    object_origin: Origin | None = None
    position: int = -1
    skipped: bool = False
    title: str = ""
    where: str = ""
    concerned: tuple[str, Resource] | None = attrs.field(default=None, repr=False)


@attrs.frozen
class StepResult:
    """One step.

    Args:
        index: counted from 1.
        name: the user's, else the verb.
        verb: "apply", "" for a step that only expects.
        checks: its expectations and unexpected refusals.
        virtual_ns: virtual time that it took.
        at_ns: virtual time when it was over.
        line: of the step in the scenario.
        skipped: whether a guard left it out.
    """

    index: int
    name: str
    verb: str
    checks: tuple[Check, ...]
    virtual_ns: int
    at_ns: int
    line: int
    skipped: bool = False

    @property
    def ok(self) -> bool:
        """Whether all of its checks held."""
        return all(check.ok for check in self.checks)
