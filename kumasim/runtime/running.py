"""What the rest of the runtime needs of a running world, so that it need not know the engine."""

from __future__ import annotations

from typing import Any, Protocol

from kumasim.kernel.kernel import Kernel
from kumasim.runtime.actor import Actor


class Running(Protocol):
    """A world that runs."""

    kernel: Kernel
    actors: dict[str, Actor]

    def crash(self, name: str, cause: int = -1) -> None:
        """End an actor's life."""

    def restart(self, name: str, cause: int = -1, arguments: Any = None) -> None:
        """Begin an actor's next life."""
