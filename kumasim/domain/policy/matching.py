"""Which policies are about a proxy, one of its inbounds, or a listener."""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.policy import target_ref
from kumasim.domain.policy.identity import content
from kumasim.domain.policy.order import ordered
from kumasim.domain.policy.target_ref import Subject
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig


def matching(policies: Iterable[Resource], subjects: Iterable[Subject]) -> tuple[Resource, ...]:
    """The policies that are about at least one of the subjects, from the weakest to the strongest.

    Args:
        policies: of one kind and one mesh.
        subjects: a proxy's inbounds, or one listener.

    Source: D-34 to D-37, KDS-66.
    """
    them = tuple(subjects)
    return ordered(policy for policy in policies if _about_any(policy, them))


def _about_any(policy: Resource, subjects: tuple[Subject, ...]) -> bool:
    ref = target_ref.read(dig(content(policy), "targetRef"))
    return any(target_ref.selects(ref, subject) for subject in subjects)
