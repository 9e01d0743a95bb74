"""Numbers as Kubernetes writes them: plain, or a percentage of something."""

from __future__ import annotations

from typing import Any


def scaled(value: Any, total: int, *, up: bool) -> int:
    """An IntOrString as a number: "25%" of `total`, rounded up or down; an integer as it is.

    Raises:
        ValueError: it is neither an integer nor a percentage.
    """
    if isinstance(value, int):
        return value
    text = str(value)
    if not text.endswith("%"):
        raise ValueError(f'invalid value for IntOrString: invalid type: string is not a percentage: "{text}"')
    product = int(text[:-1]) * total
    return -(-product // 100) if up else product // 100
