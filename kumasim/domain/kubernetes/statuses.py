"""Writes of a status, so that a controller which has nothing new to say stays silent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap, freeze
from kumasim.domain.writes import Write


def status_writes(stored: Resource, status: Mapping[str, Any], always: tuple[str, ...] = ()) -> tuple[Write, ...]:
    """The write that replaces a status, if it differs.

    It counts only if nobody changed the object since: a controller that was overtaken looks again instead of writing
    what is no longer so.

    Args:
        stored: the object as it was observed.
        status: what it should say. Fields that are 0, empty or None are left out, as Kubernetes' own kinds do it.
        always: fields that are written even when they are 0.
    """
    wanted = freeze({name: value for name, value in status.items() if value not in (0, "", None, ()) or name in always})
    if wanted == (stored.status or FrozenMap()):
        return ()
    return (Write("update", stored.key, changed(stored, status=wanted), subresource="status"),)
