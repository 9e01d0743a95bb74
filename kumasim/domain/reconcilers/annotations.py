"""How Kuma reads its annotations and labels: switches and numbers written as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SWITCH = {"enabled": True, "true": True, "yes": True, "disabled": False, "false": False, "no": False}


def enabled(annotations: Mapping[str, Any], name: str) -> bool:
    """Whether a switch is on; a missing one is off.

    Source: B-4.

    Raises:
        ValueError: it is neither a truthy nor a falsy word.
    """
    if name not in annotations:
        return False
    written = str(annotations[name])
    if written not in _SWITCH:
        raise ValueError(f'annotation "{name}" has wrong value "{written}"')
    return _SWITCH[written]


def truthy(annotations: Mapping[str, Any], name: str) -> bool:
    """Whether a switch is on; an unreadable one is off (where Kuma ignores the error)."""
    return _SWITCH.get(str(annotations.get(name)), False)


def number(annotations: Mapping[str, Any], name: str) -> int | None:
    """A number between 0 and 2^32-1, or None when the annotation is missing.

    Raises:
        ValueError: it is no such number.
    """
    if name not in annotations:
        return None
    written = str(annotations[name])
    if not (written.isascii() and written.isdigit() and int(written) < 2**32):
        raise ValueError(f'failed to parse annotation "{name}": "{written}" is not a number')
    return int(written)
