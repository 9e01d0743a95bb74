"""A controller that does not get on with an object: what was refused when it last tried.

Source: GW-214 [U], "Error loops" of the Gateway API rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.resource import Key
from kumasim.journal.record import Record
from kumasim.projections.explain.scene import Cause, Explained, Scene

LOOP = Cause(
    "whatever a controller is refused ends its pass: the status stays as it was, and it tries again with a growing delay",
    "GW-28, GW-214 [U], GW-216",
    effect="nothing later in that pass happens, the status included",
)


def failing(scene: Scene, controller: str, key: Key) -> Iterable[Explained]:
    """What keeps a controller from its work on an object, if its last try failed."""
    last = next((one for one in reversed(scene.records) if _concerns(one, scene.store, controller, key)), None)
    message = "" if last is None else _failure(last)
    if message:
        yield Explained(f"controller {controller}", "Reconciled", "False", "Failing", message, LOOP)


def _concerns(record: Record, store: str, controller: str, key: Key) -> bool:
    if record.actor != store:
        return False
    if record.kind == "FoundInOrder":
        return (controller, key) in record.body.work
    return record.kind in _TRIES and record.body.reconciler == controller and record.body.key == key


_TRIES = frozenset(("Reconciled", "WriteRefused", "WriteSucceeded"))


def _failure(record: Record) -> str:
    body: Any = record.body
    if record.kind == "WriteRefused":
        return f"{body.failure.code} {body.failure.reason}: {body.failure.message}"
    return str(getattr(body, "error", ""))
