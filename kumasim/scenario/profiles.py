"""Shapes for the version of Kuma and its settings."""

from __future__ import annotations

from typing import Any

from kumasim.scenario.cursor import Cursor, suggest
from kumasim.scenario.shapes import MapOf, Text


def _profile(at: Cursor, kuma: str) -> Any:
    known = at.reading.known.profiles
    if kuma in known:
        return kuma
    return at.problem("KS1303", f"there is no behaviour profile {kuma!r}", suggest(kuma, known))


def _variable(at: Cursor, name: str) -> Any:
    known = at.reading.known.variables
    if name in known:
        return name
    message = f"control plane variable {name!r} is not modelled"
    return at.problem("KS1304", message, suggest(name, known), key=True)


PROFILE = Text(check=_profile)
SEMANTICS = Text(choices=("documented", "source"))
CONFIG = MapOf(Text(scalars=True), key=_variable)
