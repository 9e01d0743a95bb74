"""The words that may cross a channel or stand in the journal.

Every event, message and nested value class registers itself here under its name, so that the journal can write it as
a positional tuple and read it back without knowing any class itself. A name is a promise: old journals hold it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import attrs

__all__ = ["ONCE", "VOCABULARY", "once", "value"]

C = TypeVar("C", bound=type)

VOCABULARY: dict[str, type[Any]] = {}
"""Every registered class by its name."""

ONCE: set[type[Any]] = set()
"""The classes whose instances are large and recorded again and again."""


def once(cls: C) -> C:
    """Class decorator above `value`: the journal writes each content of such instances once and refers to it."""
    ONCE.add(cls)
    return cls


if TYPE_CHECKING:
    # Type checkers know attrs' own decorator; what `value` does beside it does not concern types.
    from attrs import frozen as value
else:

    def value(cls: C) -> C:
        """Class decorator: a frozen attrs class whose instances may cross channels and be recorded."""
        made: C = attrs.frozen(cls)
        if made.__name__ in VOCABULARY and VOCABULARY[made.__name__].__module__ != made.__module__:
            raise TypeError(f"two classes of the vocabulary are called {made.__name__}")
        VOCABULARY[made.__name__] = made
        return made
