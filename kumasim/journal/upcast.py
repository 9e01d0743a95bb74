"""How journals of older releases are read.

Two things change over time. The *format* is how bytes are laid out; it has a number in the file's header. The *shape*
of a class is the list of its fields; it stands once in every journal that uses the class. A class may gain fields with
defaults without any help. Any other change of shape (a field renamed, removed, given another meaning; a class renamed)
needs an upcaster here, found by the class name and the field names that the old journal tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FORMAT = 1
"""The format that is written; every format from 1 up to this one is read."""

Upcaster = Callable[[tuple[Any, ...]], Any]
"""Given the values that were written, in the order of the old fields: the value as it is called and shaped today."""

UPCASTERS: dict[tuple[str, tuple[str, ...]], Upcaster] = {}
"""(class name, its field names then) -> upcaster."""
