"""How the rules of several matching route policies become one list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.policy.identity import content, shown
from kumasim.domain.resource import Origin, Resource
from kumasim.domain.tree import EMPTY, dig, merge_patch


@attrs.frozen
class Rule:
    """One rule of a route policy after merging.

    Args:
        matches: the tuple of match trees, as written (empty: everything).
        default: `filters` and `backendRefs`.
        source: the strongest policy that spoke, `Kind/namespace/name`.
        origin: its place in the user's files.
    """

    matches: tuple[Any, ...]
    default: Any
    source: str
    origin: Origin | None = attrs.field(default=None, eq=False)


def by_hostname(
    policies: Iterable[Resource], about: Callable[[Mapping[str, Any]], bool]
) -> dict[str, tuple[Rule, ...]]:
    """The merged rules for each hostname that route policies name, "*" standing for none.

    Rules with identical matches merge, the stronger policy overriding field by field; the others stand side by side,
    those of the stronger policy first.

    Args:
        policies: from the weakest to the strongest.
        about: whether an item of `to` concerns the destination at hand.

    Source: D-38, D-39, GW-177.
    """
    merged: dict[str, tuple[Rule, ...]] = {}
    for policy in policies:
        for item in dig(content(policy), "to", default=()):
            if not about(item):
                continue
            for hostname in dig(item, "hostnames", default=()) or ("*",):
                rules = _rules(policy, item)
                merged[hostname] = _merge(merged.get(hostname, ()), rules)
    return {hostname: merged[hostname] for hostname in sorted(merged)}


def _rules(policy: Resource, item: Mapping[str, Any]) -> tuple[Rule, ...]:
    rules = dig(item, "rules", default=())
    return tuple(
        Rule(dig(rule, "matches", default=()), dig(rule, "default", default=EMPTY), shown(policy), policy.origin)
        for rule in rules
    )


def _merge(weaker: tuple[Rule, ...], stronger: tuple[Rule, ...]) -> tuple[Rule, ...]:
    result: list[Rule] = []
    for rule in (*stronger, *weaker):
        same = next((i for i, other in enumerate(result) if other.matches == rule.matches), None)
        if same is None:
            result.append(rule)
        else:
            kept = result[same]
            result[same] = attrs.evolve(kept, default=merge_patch(rule.default, kept.default))
    return tuple(result)
