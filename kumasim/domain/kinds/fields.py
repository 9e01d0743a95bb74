"""Fields by name alone: those whose insides the simulator has no reason to look into."""

from __future__ import annotations

from kumasim.domain.kinds.schema import Anything, Schema

INERT = Anything()
"""Kept as it is. It cannot change what the simulator answers: a container's image, its environment, its files."""

UNMODELLED = Anything(modelled=False)
"""Kept as it is, though in life it would change what happens: its use is reported once."""


def inert(*names: str) -> dict[str, Schema]:
    """Fields that are kept as they are and cannot change any answer."""
    return dict.fromkeys(names, INERT)


def unacted(*names: str) -> dict[str, Schema]:
    """Fields that are kept as they are, and reported as not modelled when used."""
    return dict.fromkeys(names, UNMODELLED)
