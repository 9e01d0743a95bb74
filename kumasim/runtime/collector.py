"""Garbage collection while a world runs.

A run keeps almost everything it makes (the journal holds it) and makes no cycles, so that Python's cyclic collector
goes through an ever longer list of living objects for nothing: half of the time of a run, measured.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLD = (50_000, 20, 1_000)
"""How many more objects are made than freed before the collector looks at the young, the older, the old ones."""


@contextmanager
def few_collections() -> Iterator[None]:
    """Within this the cyclic collector comes rarely; afterwards it is as it was."""
    before = gc.get_threshold()
    gc.set_threshold(*THRESHOLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
