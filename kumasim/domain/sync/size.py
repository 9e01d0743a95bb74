"""How large a message is: what makes a stream fail that carries too much (KDS-16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kumasim.domain.sync.core import CoreResource

LARGEST_OBJECT = 1_572_864
"""No object is larger than etcd takes (1.5 MiB), so few objects need not be measured."""
_OVERHEAD = 64
"""Bytes around each resource in a message, roughly."""


def exceeds(resources: tuple[CoreResource, ...], limit: int) -> bool:
    """Whether resources make up a message of more than `limit` bytes; their size is that of their JSON, roughly."""
    if len(resources) * (LARGEST_OBJECT + _OVERHEAD) <= limit:
        return False
    total = 0
    for core in resources:
        total += _OVERHEAD + len(core.name) + len(core.mesh) + sum(_sizes(core.labels)) + sum(_sizes(core.content))
        if total > limit:
            return True
    return False


def _sizes(tree: Any) -> Iterable[int]:
    stack = [tree]
    while stack:
        item = stack.pop()
        if isinstance(item, Mapping):
            yield sum(len(key) + 4 for key in item) + 2
            stack.extend(item.values())
        elif isinstance(item, tuple):
            yield len(item) + 2
            stack.extend(item)
        else:
            yield len(item) + 2 if isinstance(item, str) else len(str(item))
