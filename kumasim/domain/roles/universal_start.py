"""The part by which a Universal control plane begins: once it has read its store it sees to what there must be.

On Kubernetes the controllers begin with the objects that they find; an empty Universal store has nothing to find.

Source: KDS-134.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.decider import Effect, Now
from kumasim.domain.reconcilers.universal import AT_START
from kumasim.domain.roles.controllers import Due
from kumasim.domain.roles.parts import Part
from kumasim.domain.roles.watching import Observed


def _begin(state: Any, event: Observed) -> Iterable[Effect]:
    if event.initial:
        for reconciler, key in AT_START:
            if reconciler in state.reconcilers:
                yield Now(Due(reconciler.name, key))


def universal_start() -> Part:
    """The part that begins."""
    return Part(name="universal start", reacts={Observed: _begin})
