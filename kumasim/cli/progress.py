"""A bar on stderr for runs that take long: on a terminal only, and drawn with rich, which is imported only then."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

PATIENCE_S = 1.0
"""A run that is over sooner shows no bar."""


class Bar:
    """How far a run has come. Lines that are printed meanwhile go between `hide` and `show`.

    Args:
        name: of what runs.
        total: how many steps it has.
    """

    def __init__(self, name: str, total: int) -> None:
        self._name = name
        self._total = total
        self._done = 0
        self._began = time.perf_counter()
        self._drawn: Any = None

    def hide(self) -> None:
        """Take the bar off the screen."""
        if self._drawn is not None:
            self._drawn.stop()
            self._drawn = None

    def advance(self) -> None:
        """One step more is done."""
        self._done += 1
        if self._done < self._total and self._wanted():
            self._show()

    def _wanted(self) -> bool:
        late = time.perf_counter() - self._began > PATIENCE_S
        return late and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))
        # What is printed is not ours to redirect: results belong on stdout.
        self._drawn = Progress(console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
        self._drawn.add_task(self._name, total=self._total, completed=self._done)
        self._drawn.start()
