"""The older source/destination policies: which one a listener, a route and a cluster of a built-in gateway get.

Source: G-1 to G-15, G-20; the documentation's words on "Policy support" of gateways.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from kumasim.domain.policy import selector
from kumasim.domain.policy.identity import SERVICE_TAG
from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap

Tags = Mapping[str, Any]
OLDEST = "the oldest of those that match"


@attrs.frozen
class Candidate:
    """A policy of which a source selector fits a listener (or a proxy), with how specific that selector is."""

    policy: Resource
    rank: selector.Rank


@attrs.frozen
class Choice:
    """The policy that was chosen, and why it and no other.

    Args:
        policy: of one kind.
        why: one sentence.
        rule: its source.
        lost: the other policies that matched, with what they lacked.
    """

    policy: Resource
    why: str
    rule: str
    lost: tuple[tuple[Resource, str], ...] = ()


def for_listener(policies: Iterable[Resource], tags: Tags) -> tuple[Candidate, ...]:
    """The policies of which some source selector matches a listener's effective tags.

    The first selector that matches gives the rank; later and more specific ones are not looked at.

    Args:
        policies: of one kind and one mesh.
        tags: of the listener.

    Source: G-1 to G-3.
    """
    found = []
    for policy in policies:
        rank = _first(policy, "sources", tags)
        if rank is not None:
            found.append(Candidate(policy, rank))
    return tuple(found)


def for_proxy(policies: Iterable[Resource], identities: Sequence[Tags]) -> tuple[Candidate, ...]:
    """The same for a sidecar: of all its inbounds' tags and all selectors, the most specific counts. Source: G-20."""
    found = []
    for policy in policies:
        ranks = [
            selector.rank(one)
            for one in selector.selectors(policy, "sources")
            if any(selector.matches(one, tags) for tags in identities)
        ]
        if ranks:
            found.append(Candidate(policy, max(ranks)))
    return tuple(found)


def for_cluster(candidates: Iterable[Candidate], destination: Tags, documented: bool) -> Choice | None:
    """The policy of one kind that a cluster gets, or None.

    Args:
        candidates: what `for_listener` found.
        destination: the tags written in the route, not those of endpoints (G-5).
        documented: whether to choose as the documentation says (the oldest), or as the code of 2.8 does.

    Source: G-4 to G-8; documented: one destination service gets the oldest policy.
    """
    fitting = _fitting(candidates, destination)
    if not fitting:
        return None
    if documented:
        return _oldest([policy for policy, _ in fitting], OLDEST, "documented: one destination")
    fitting.sort(key=lambda found: found[0].key)
    best = max(fitting, key=lambda found: (found[1], found[0].meta.created_ns))
    lost = tuple((policy, _lacks(rank, policy, best)) for policy, rank in fitting if policy is not best[0])
    return Choice(best[0], f"most specific: {best[1][0]} tags, {best[1][1]} exact; then newest", "G-6, G-7", lost)


def for_route(candidates: Iterable[Candidate], destinations: Sequence[Tags], documented: bool) -> Choice | None:
    """The one policy of one kind that a route to several backends gets, or None.

    Args:
        candidates, documented: as for `for_cluster`.
        destinations: the tags of its backends, in the order written.

    Source: G-10 to G-14; documented: backends of one service get the oldest policy, those of several services the
    oldest one with a wildcard destination if there is any.
    """
    them = tuple(candidates)
    return _documented_route(them, destinations) if documented else _source_route(them, destinations)


def _documented_route(candidates: tuple[Candidate, ...], destinations: Sequence[Tags]) -> Choice | None:
    matching = {policy.key: policy for one in destinations for policy, _ in _fitting(candidates, one)}
    policies = [matching[key] for key in sorted(matching)]
    services = {str(one.get(SERVICE_TAG, "")) for one in destinations}
    if len(services) <= 1:
        return _oldest(policies, OLDEST, "documented: one destination service")
    wild = [policy for policy in policies if "*" in _services(policy)]
    rule = "documented: several destination services"
    if wild:
        return _oldest(wild, "the oldest with a wildcard destination", rule, policies)
    return _oldest(policies, OLDEST, rule)


def _source_route(candidates: tuple[Candidate, ...], destinations: Sequence[Tags]) -> Choice | None:
    chosen: dict[str, tuple[Resource, str]] = {}
    for one in destinations:
        own = for_cluster(candidates, one, documented=False)
        if own is not None:
            chosen.setdefault(own.policy.name, (own.policy, str(one.get(SERVICE_TAG, ""))))
    seen = [(policy, {"*", service} & _services(policy)) for policy, service in chosen.values()]
    wild = [policy for policy, services in seen if "*" in services]
    indexed = [policy for policy, services in seen if services]
    everyone = [policy for policy, _ in seen]
    if wild:
        return _oldest(
            wild, "the oldest of the backends' policies with a wildcard destination", "G-11 to G-13", everyone
        )
    return _oldest(indexed, "the oldest of the backends' policies", "G-11, G-12", everyone)


def _fitting(candidates: Iterable[Candidate], destination: Tags) -> list[tuple[Resource, selector.Rank]]:
    found = []
    for one in candidates:
        rank = _first(one.policy, "destinations", destination)
        if rank is not None:
            found.append((one.policy, (one.rank[0] + rank[0], one.rank[1] + rank[1])))
    return found


def _first(policy: Resource, field: str, tags: Tags) -> selector.Rank | None:
    for one in selector.selectors(policy, field):
        if selector.matches(one, tags):
            return selector.rank(one)
    return None


def _services(policy: Resource) -> set[str]:
    named = (one.get(SERVICE_TAG) for one in selector.selectors(policy, "destinations"))
    return {str(service) for service in named if service}


def _oldest(among: Sequence[Resource], why: str, rule: str, all_of: Sequence[Resource] = ()) -> Choice | None:
    if not among:
        return None
    best = min(among, key=lambda policy: (policy.meta.created_ns, policy.key))
    lost = tuple(
        (policy, "younger" if policy in among else "no wildcard destination" if "wildcard" in why else "no service tag")
        for policy in (all_of or among)
        if policy.key != best.key
    )
    return Choice(best, why, rule, lost)


def _lacks(rank: selector.Rank, policy: Resource, best: tuple[Resource, selector.Rank]) -> str:
    if rank < best[1]:
        return f"less specific: {rank[0]} tags, {rank[1]} exact"
    return "older" if policy.meta.created_ns < best[0].meta.created_ns else "the larger name"


PASS_THROUGH = FrozenMap({SERVICE_TAG: "pass_through"})
"""The pseudo destination for which a gateway's TrafficLog is chosen. Source: G-16."""
