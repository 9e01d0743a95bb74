"""Tag selectors of the older kinds (MeshGateway, MeshGatewayRoute, TrafficPermission), and which of them wins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kumasim.domain.policy.identity import content
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig

ANY = "*"
Rank = tuple[int, int]
"""How specific a selector is: number of tags, then number of exact ones. Source: A-7."""


def matches(selector: Mapping[str, Any], tags: Mapping[str, Any]) -> bool:
    """Whether every tag of a selector is present with an equal value, or any value for `*`; an empty one matches all.

    Source: A-6, G-2.
    """
    return all(key in tags and wanted in (ANY, tags[key]) for key, wanted in selector.items())


def rank(selector: Mapping[str, Any]) -> Rank:
    """How specific a selector is. Source: A-7."""
    return len(selector), sum(1 for wanted in selector.values() if wanted != ANY)


def selectors(resource: Resource, field: str = "selectors") -> tuple[Mapping[str, Any], ...]:
    """The tag maps under `spec.<field>[].match`, in the order written."""
    return tuple(dig(item, "match", default={}) for item in dig(content(resource), field, default=()))


def best(
    candidates: Iterable[Resource],
    tags: Mapping[str, Any],
    read: Callable[[Resource], Iterable[Mapping[str, Any]]] = selectors,
) -> Resource | None:
    """The candidate whose selector fits tags most specifically, or None.

    Equal rank: the one created later; created at the same time: the smaller name.
    Source: A-7, A-8; for source/destination policies G-6, G-7.
    """
    chosen: Resource | None = None
    chosen_rank: tuple[Rank, int] = ((-1, -1), -1)
    for candidate in sorted(candidates, key=lambda one: one.key):
        ranks = [rank(selector) for selector in read(candidate) if matches(selector, tags)]
        if not ranks:
            continue
        found = (max(ranks), candidate.meta.created_ns)
        if chosen is None or found > chosen_rank:
            chosen, chosen_rank = candidate, found
    return chosen
