"""The control plane variables that KDS reads, by Kuma's documented names.

Source: KDS-10, KDS-14 to KDS-17.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kumasim.domain.reconcilers.base import Surroundings

SECOND = 1_000_000_000
MAX_MESSAGE = 10 * 1024 * 1024
"""Bytes of the largest message that either end takes (KDS-16)."""
INSIGHT_FLUSH_NS = 10 * SECOND
"""How often the global writes down what it knows of a zone's connection (KDS-17)."""

_UNITS = {"h": 3600 * SECOND, "m": 60 * SECOND, "s": SECOND, "ms": 1_000_000, "us": 1_000, "µs": 1_000, "ns": 1}
_PART = re.compile(r"(\d+)(?:\.(\d+))?(h|ms|us|µs|ns|m|s)")


def go_duration(text: str) -> int:
    """A duration as Go writes it ("1m30s"), in nanoseconds.

    Raises:
        ValueError: it is none.
    """
    found = list(_PART.finditer(text))
    if not found or "".join(part.group() for part in found) != text:
        raise ValueError(f"{text!r} is no duration such as 1m30s")
    total = 0
    for part in found:
        whole, fraction, unit = part.group(1), part.group(2) or "", _UNITS[part.group(3)]
        total += int(whole + fraction) * unit // 10 ** len(fraction)
    return total


def _side(around: Surroundings) -> str:
    return "GLOBAL" if around.mode == "global" else "ZONE"


def _duration(config: Mapping[str, str], name: str, default_ns: int) -> int:
    return go_duration(config[name]) if config.get(name) else default_ns


def tick_ns(around: Surroundings) -> int:
    """How often a sender looks for changes (KDS-10)."""
    name = f"KUMA_MULTIZONE_{_side(around)}_KDS_REFRESH_INTERVAL"
    return _duration(around.config, name, around.profile.kds_tick_ns)


def response_backoff_ns(around: Surroundings) -> int:
    """How long a receiver sleeps before it answers anything but a first response (KDS-14)."""
    return _duration(around.config, f"KUMA_MULTIZONE_{_side(around)}_KDS_RESPONSE_BACKOFF", 0)


def max_message(around: Surroundings) -> int:
    """How many bytes a message may have (KDS-16)."""
    return int(around.config.get(f"KUMA_MULTIZONE_{_side(around)}_KDS_MAX_MSG_SIZE") or MAX_MESSAGE)


def insight_flush_ns(around: Surroundings) -> int:
    """How often the global writes a ZoneInsight (KDS-17)."""
    return _duration(around.config, "KUMA_MULTIZONE_GLOBAL_KDS_ZONE_INSIGHT_FLUSH_INTERVAL", INSIGHT_FLUSH_NS)


def fault(name: str, written: str) -> str:
    """What is wrong with a variable's value, "" if nothing is, or if it is none of those that KDS reads."""
    if name.startswith("KUMA_MULTIZONE_") and name.endswith(("_INTERVAL", "_BACKOFF")):
        try:
            length = go_duration(written)
        except ValueError as error:
            return str(error)
        return "" if length or name.endswith("_BACKOFF") else "must be longer than nothing"
    if name.endswith("_KDS_MAX_MSG_SIZE") and not (written.isascii() and written.isdigit() and int(written) > 0):
        return f"{written!r} is no number of bytes"
    return ""
