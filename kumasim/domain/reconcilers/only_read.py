"""Kinds that a controller reads without being woken by them.

Kuma watches every kind that it reads, so that its cache holds it, but a change of some of them starts nothing (the
Namespace column of the watch table, for instance). Naming them in `wakes` says both.

Source: section 14 of the Gateway API rules, GW-208, GW-209.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.base import View, Wakes
from kumasim.domain.resource import Key, Resource


def nobody(_: Resource, __: View) -> Iterable[Key]:
    """Wakes nobody."""
    return ()


def only_read(*kinds: tuple[str, str]) -> dict[tuple[str, str], Wakes]:
    """Entries of a `wakes` table for (group, kind) pairs that are read and wake nobody."""
    return dict.fromkeys(kinds, nobody)
