"""The words that may cross a channel or stand in the journal.

Every event, message and nested value class registers itself here under its name, so that the journal can write it as
a positional tuple and read it back without knowing any class itself. A name is a promise: old journals hold it.
"""

from __future__ import annotations

from typing import Any, TypeVar, dataclass_transform

import attrs

C = TypeVar("C", bound=type)

VOCABULARY: dict[str, type[Any]] = {}
"""Every registered class by its name."""


@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def value(cls: C) -> C:
    """Class decorator: a frozen attrs class whose instances may cross channels and be recorded."""
    made: C = attrs.frozen(cls)
    if made.__name__ in VOCABULARY and VOCABULARY[made.__name__].__module__ != made.__module__:
        raise TypeError(f"two classes of the vocabulary are called {made.__name__}")
    VOCABULARY[made.__name__] = made
    return made
