"""Shapes for the version of Kuma and its settings."""

from __future__ import annotations

from typing import Any

from kumasim.domain.sync import settings
from kumasim.scenario.cursor import Cursor, suggest
from kumasim.scenario.known import CHOICES
from kumasim.scenario.shapes import MapOf, Text


def _profile(at: Cursor, kuma: str) -> Any:
    known = at.reading.known.profiles
    if kuma in known:
        return kuma
    return at.problem("KS1303", f"there is no behaviour profile {kuma!r}", suggest(kuma, known))


def _variable(at: Cursor, name: str) -> Any:
    known = at.reading.known.variables
    if name in known:
        fault = settings.fault(name, str(at.value)) or _unknown_choice(name, str(at.value))
        return name if not fault else at.problem("KS1304", f"{name}: {fault}")
    message = f"control plane variable {name!r} is not modelled"
    return at.problem("KS1304", message, suggest(name, known), key=True)


def _unknown_choice(name: str, written: str) -> str:
    choices = CHOICES.get(name, ())
    return "" if not choices or written in choices else f"{written!r} is none of {', '.join(choices)}"


PROFILE = Text(check=_profile)
SEMANTICS = Text(choices=("documented", "source"))
CONFIG = MapOf(Text(scalars=True), key=_variable)
