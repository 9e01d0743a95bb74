"""A listener of a Gateway that conflicts with another, is not supported, or refers to what is not there.

Source: GW-30 to GW-45.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kumasim.domain.reconcilers.gateway_api import GROUP
from kumasim.domain.tree import dig
from kumasim.projections.findings.base import Converged, Finding, Written, found

CONFLICT = "KS0303"
UNUSABLE = "KS0307"

_BAD = {"Conflicted": ("True", CONFLICT), "Accepted": ("False", UNUSABLE), "ResolvedRefs": ("False", UNUSABLE)}


def listener_unusable(world: Converged) -> Iterable[Finding]:
    """Finds listeners whose status says so, each at its line."""
    for written, gateway in world.of_kind(GROUP, "Gateway"):
        listeners = dig(gateway.spec, "listeners", default=())
        places = {str(one.get("name")): index for index, one in enumerate(listeners)}
        for status in dig(gateway.status, "listeners", default=()):
            index = places.get(str(status.get("name")))
            if index is not None:
                yield from _of_listener(written, listeners, index, dig(status, "conditions", default=()))


def _of_listener(written: Written, listeners: Any, index: int, conditions: Any) -> Iterator[Finding]:
    name = listeners[index].get("name")
    for condition in conditions:
        status, code = _BAD.get(str(condition.get("type")), ("", ""))
        if status and condition.get("status") == status:
            cause = f"listener {name}: {condition.get('reason')}: {condition.get('message')}"
            remedy = ""
            if code == CONFLICT:
                remedy = f"give {_rivals(written, listeners, index)} another port or hostname"
            yield found(code, written, cause, remedy, ("spec", "listeners", index))


def _rivals(written: Written, listeners: Any, index: int) -> str:
    """The other listeners of the same port, with their lines."""
    port = listeners[index].get("port")
    named = [
        f"{one.get('name')} ({written.place(('spec', 'listeners', number))})"
        for number, one in enumerate(listeners)
        if number != index and one.get("port") == port
    ]
    return f"it or {', '.join(named)}" if named else "it"
