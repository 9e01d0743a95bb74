"""What each kind of object tells the world, as data: its schema, its defaults, how it travels, how it is shown."""

from kumasim.domain.kinds.kind import AGE, Column, Kind, SyncTraits
from kumasim.domain.kinds.refusal import refusal
from kumasim.domain.kinds.registry import (
    all_kinds,
    defaulted,
    find,
    find_by_name,
    ignored,
    placed,
    unmodelled,
    violations,
)
from kumasim.domain.kinds.violation import Path, Violation, path_text

__all__ = [
    "AGE",
    "Column",
    "Kind",
    "Path",
    "SyncTraits",
    "Violation",
    "all_kinds",
    "defaulted",
    "find",
    "find_by_name",
    "ignored",
    "path_text",
    "placed",
    "refusal",
    "unmodelled",
    "violations",
]
