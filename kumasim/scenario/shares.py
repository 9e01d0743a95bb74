"""Shares of requests: `50%`, `37.5%` or `1/3`, kept as exact fractions."""

from __future__ import annotations

import re
from fractions import Fraction

PATTERN = r"[0-9]+(\.[0-9]+)?%|[0-9]+/[1-9][0-9]*"
"""What a share looks like, for JSON Schema."""

_WHOLE = re.compile(PATTERN)


def parse_share(text: str) -> Fraction:
    """The fraction that a share says.

    Raises:
        ValueError: it is not a share, or not more than 0 and at most 1.
    """
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{text!r} is not a share")
    share = Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    if not 0 < share <= 1:
        raise ValueError(f"{text!r} is not between 0 and 100%")
    return share


def format_share(share: Fraction) -> str:
    """A share as percent where that is exact in at most three decimals, as a fraction otherwise."""
    thousandths = share * 100_000
    if thousandths.denominator != 1:
        return f"{share.numerator}/{share.denominator}"
    whole, rest = divmod(thousandths.numerator, 1000)
    fraction = f"{rest:03d}".rstrip("0")
    return f"{whole}.{fraction}%" if fraction else f"{whole}%"
