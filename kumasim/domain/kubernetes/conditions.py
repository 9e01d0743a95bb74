"""Conditions: the list of statements in a status, one for each type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kumasim.domain.resource import timestamp
from kumasim.domain.tree import FrozenMap


def condition(conditions: Iterable[Mapping[str, Any]], kind: str) -> Mapping[str, Any] | None:
    """The condition of a type, or None."""
    return next((found for found in conditions if found.get("type") == kind), None)


def with_condition(
    conditions: Iterable[FrozenMap], kind: str, status: str, reason: str = "", message: str = "", *, at_ns: int
) -> tuple[FrozenMap, ...]:
    """The conditions with one set; its transition time moves only when its status changes.

    Args:
        conditions: what there is.
        kind: the type.
        status: "True", "False" or "Unknown".
        reason: left out where it is empty, like the message.
        message: for people.
        at_ns: now.
    """
    found = tuple(conditions)
    before = condition(found, kind)
    since = before["lastTransitionTime"] if before and before.get("status") == status else timestamp(at_ns)
    told = {"type": kind, "status": status, "lastTransitionTime": since, "reason": reason, "message": message}
    made = FrozenMap({name: value for name, value in told.items() if value})
    if before is None:
        return (*found, made)
    return tuple(made if item.get("type") == kind else item for item in found)
