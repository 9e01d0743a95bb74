"""Kubernetes selectors: which labels they match."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kumasim.domain.tree import FrozenMap, dig


def matches_set(selector: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    """Whether every pair of a plain selector is among the labels; an empty selector matches everything."""
    return all(key in labels and labels[key] == wanted for key, wanted in selector.items())


def matches_selector(selector: Any, labels: Mapping[str, Any]) -> bool:
    """Whether a LabelSelector (matchLabels and matchExpressions) matches; null matches nothing, `{}` everything.

    Raises:
        ValueError: an expression has an operator that Kubernetes does not know.
    """
    if not isinstance(selector, Mapping):
        return False
    expressions = dig(selector, "matchExpressions", default=())
    return matches_set(dig(selector, "matchLabels", default={}), labels) and all(
        _expression(expression, labels) for expression in expressions
    )


def _expression(expression: FrozenMap, labels: Mapping[str, Any]) -> bool:
    operator = str(expression.get("operator"))
    if operator not in _OPERATORS:
        raise ValueError(f'"{operator}" is not a valid label selector operator')
    return _OPERATORS[operator](labels.get(str(expression.get("key"))), dig(expression, "values", default=()))


_OPERATORS: dict[str, Callable[[Any, tuple[Any, ...]], bool]] = {
    "In": lambda held, values: held is not None and held in values,
    "NotIn": lambda held, values: held is None or held not in values,
    "Exists": lambda held, _: held is not None,
    "DoesNotExist": lambda held, _: held is None,
}
