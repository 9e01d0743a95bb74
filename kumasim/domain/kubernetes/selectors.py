"""Label selectors, as workloads (matchLabels, matchExpressions) and Services (a plain mapping) write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kumasim.domain.tree import EMPTY, dig

_OPERATORS: Mapping[str, Callable[[str | None, tuple[str, ...]], bool]] = {
    "In": lambda value, values: value in values,
    "NotIn": lambda value, values: value not in values,
    "Exists": lambda value, _: value is not None,
    "DoesNotExist": lambda value, _: value is None,
}


def selects(selector: Any, labels: Mapping[str, str]) -> bool:
    """Whether a LabelSelector takes an object with these labels; an empty one takes everything."""
    if not has_all(labels, dig(selector, "matchLabels", default=EMPTY)):
        return False
    return all(
        _OPERATORS[wanted["operator"]](labels.get(wanted["key"]), wanted.get("values") or ())
        for wanted in dig(selector, "matchExpressions", default=())
    )


def has_all(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether all the wanted labels are there."""
    return all(labels.get(name) == value for name, value in wanted.items())
