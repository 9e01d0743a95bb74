"""Durations as Go writes them (`1m30s`, `250ms`), read into whole nanoseconds and printed back the same way."""

from __future__ import annotations

import re

UNITS: dict[str, int] = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
"""Nanoseconds of each unit that Go knows (both signs for micro)."""

LONGEST_NS = 2**63 - 1

PATTERN = r"[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)"
"""What a duration looks like, for JSON Schema."""

_WHOLE = re.compile(PATTERN)
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")


def parse_duration(text: str) -> int:
    """Nanoseconds of a duration, exactly; a fraction of a nanosecond is cut off, as in Go.

    Raises:
        ValueError: it is not a duration, or longer than 292 years.
    """
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{text!r} is not a duration")
    total = 0
    for whole, fraction, unit in _PART.findall(text):
        total += int(whole or "0") * UNITS[unit]
        if fraction:
            total += int(fraction) * UNITS[unit] // 10 ** len(fraction)
    if total > LONGEST_NS:
        raise ValueError(f"{text!r} is longer than 292 years")
    return -total if text.startswith("-") else total


def format_duration(ns: int) -> str:
    """A duration as Go's `Duration.String` prints it: 90 s is "1m30s", 1.5 ms is "1.5ms", zero is "0s"."""
    if ns == 0:
        return "0s"
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    if ns < UNITS["s"]:
        unit = next(unit for unit in ("ms", "µs", "ns") if ns >= UNITS[unit])
        return f"{sign}{_decimal(ns, UNITS[unit])}{unit}"
    minutes, rest = divmod(ns, UNITS["m"])
    seconds = f"{_decimal(rest, UNITS['s'])}s"
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    return f"{sign}{minutes}m{seconds}" if minutes else f"{sign}{seconds}"


def _decimal(ns: int, unit: int) -> str:
    whole, rest = divmod(ns, unit)
    fraction = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0") if rest else ""
    return f"{whole}.{fraction}" if fraction else str(whole)
