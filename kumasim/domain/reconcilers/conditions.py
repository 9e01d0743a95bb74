"""Status conditions, as Kubernetes controllers keep them.

`set_conditions` follows apimachinery's SetStatusCondition: a condition is found by its type, and its
`lastTransitionTime` moves only when its status flips; reason, message and observedGeneration always follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.resource import timestamp
from kumasim.domain.tree import EMPTY, FrozenMap


@attrs.frozen
class Condition:
    """One fact about an object that a controller reports."""

    type: str
    status: str
    reason: str
    message: str = ""


def true(type_: str, reason: str) -> Condition:
    """A condition that holds."""
    return Condition(type_, "True", reason)


def false(type_: str, reason: str, message: str = "") -> Condition:
    """A condition that does not hold."""
    return Condition(type_, "False", reason, message)


def set_conditions(
    previous: Iterable[Any], wanted: Iterable[Condition], generation: int, now_ns: int
) -> tuple[FrozenMap, ...]:
    """The list of conditions after these were set; types that are not named keep what they said.

    Source: GW-46, GW-112, A-53.
    """
    held = {item.get("type"): item for item in previous if isinstance(item, FrozenMap)}
    for condition in wanted:
        held[condition.type] = _aged(held.get(condition.type), condition, generation, now_ns)
    return tuple(held.values())


def is_true(conditions: Any, type_: str) -> bool:
    """Whether a list of conditions says True for a type."""
    return any(item.get("type") == type_ and item.get("status") == "True" for item in _items(conditions))


def condition_status(conditions: Any, type_: str) -> str | None:
    """What a list of conditions says for a type, None when it does not mention it."""
    return next((str(item.get("status")) for item in _items(conditions) if item.get("type") == type_), None)


def _items(conditions: Any) -> Iterable[Mapping[str, Any]]:
    return (item for item in conditions or () if isinstance(item, Mapping))


def _aged(before: FrozenMap | None, condition: Condition, generation: int, now_ns: int) -> FrozenMap:
    flipped = before is None or before.get("status") != condition.status
    since = timestamp(now_ns) if flipped or before is None else before.get("lastTransitionTime", "")
    return FrozenMap({
        **(EMPTY if before is None else before),
        "type": condition.type,
        "status": condition.status,
        "observedGeneration": generation,
        "lastTransitionTime": since,
        "reason": condition.reason,
        "message": condition.message,
    })  # fmt: skip
