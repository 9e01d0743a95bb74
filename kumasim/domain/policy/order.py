"""Which of several matching policies has the last word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.policy import target_ref
from kumasim.domain.policy.identity import content, display_name
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig

ORIGIN = {"global": 0, "": 1, "zone": 2}
"""Origin label, weaker first. Source: KDS-66."""

ROLE = {"system": 0, "producer": 1, "consumer": 2, "workload-owner": 3}
"""Role label, weaker first; no label means system. Source: KDS-62, KDS-63."""


def ordered(policies: Iterable[Resource]) -> tuple[Resource, ...]:
    """Policies of one kind from the weakest to the strongest: a later one overrides an earlier one.

    Broader target first, then origin, then (MeshGateway) fewer tags, then role, then display name descending, so
    that the smaller name wins. Two objects equal in all of that are ordered by key, descending [U].
    Source: D-37, KDS-66, GW-177, GW-178.
    """
    descending = sorted(policies, key=lambda one: (display_name(one), one.key), reverse=True)
    return tuple(sorted(descending, key=_strength))


def _strength(policy: Resource) -> tuple[Any, ...]:
    ref = target_ref.read(dig(content(policy), "targetRef"))
    labels = policy.meta.labels
    return (
        target_ref.BREADTH.get(ref.kind, 0),
        ORIGIN.get(labels.get("kuma.io/origin", ""), 1),
        len(ref.tags) if ref.kind == "MeshGateway" else 0,
        ROLE.get(labels.get("kuma.io/policy-role", "system"), 0),
    )
