"""What a plain YAML scalar means to kubectl.

kubectl reads YAML with go-yaml v2 and then passes it through JSON. So booleans are those of YAML 1.1, `y` and `n`
among them; `0644` and `0o644` are octal; `1:30` and dates stay strings; underscores in numbers are left out; and a
float that is a whole number comes out of the JSON as an integer (`1e3` is 1000, `1.0` is 1).
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from typing import Any

INT64 = range(-(2**63), 2**63)

WORDS: dict[str, Any] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
"""Plain scalars that are no strings and no numbers."""

_INTEGERS = (
    (re.compile(r"([-+]?)0[xX]([0-9a-fA-F]+)"), 16),
    (re.compile(r"([-+]?)0[bB]([01]+)"), 2),
    (re.compile(r"([-+]?)0[oO]?([0-7]+)"), 8),
    (re.compile(r"([-+]?)(0|[1-9][0-9]*)"), 10),
)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_MAY_BE_NUMBER = frozenset("0123456789+-.")


class Unfitting(ValueError):
    """A scalar does not fit the tag that it is written with."""


def plain(text: str) -> Any:
    """The value of a scalar that is written without quotes and without a tag."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in _MAY_BE_NUMBER:
        return text
    return _number(text)


def tagged(tag: str, text: str) -> Any:
    """The value of a scalar with an explicit tag (`!!int "3"`); unknown tags leave a string.

    Raises:
        Unfitting: `!!int abc`.
    """
    if tag == "binary":
        try:
            return base64.b64decode(text, validate=False).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Unfitting(f"`{text}` is not base64 of UTF-8 text") from error
    wanted = _FITS.get(tag)
    if wanted is None:
        return text
    value = plain(text)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise Unfitting(f"`{text}` is not a !!{tag}")
    return value


_FITS: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,), "null": (type(None),)}


_MOST_DIGITS = 80
"""More than any 64-bit integer has in any base; longer ones are read as floats, as go-yaml reads what overflows."""


def _number(text: str) -> Any:
    digits = text.replace("_", "")
    for pattern, base in _INTEGERS:
        match = pattern.fullmatch(digits) if len(digits) <= _MOST_DIGITS else None
        if match:
            whole = int(match[1] + match[2], base)
            if whole in INT64:
                return whole
            if base == 10 or -(2**63) <= whole < 2**64:
                return float(whole) if base != 8 or whole < 2**64 else float(digits)
    if not _FLOAT.fullmatch(digits):
        return text
    return _through_json(float(digits), text)


def _through_json(number: float, text: str) -> Any:
    """A float after its way through JSON: whole numbers are integers; what overflows was never a number."""
    if math.isinf(number):
        return text
    if number.is_integer() and int(number) in INT64:
        return int(number)
    return number


def key_text(value: Any) -> str | None:
    """A mapping key as JSON needs it; None for one that JSON cannot have."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return None
