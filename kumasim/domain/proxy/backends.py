"""Backend references of a route as weighted clusters, with the quirks of how a gateway weighs them.

Source: H-7 to H-10, GW-160 to GW-166.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kumasim.domain.policy.identity import SERVICE_TAG
from kumasim.domain.proxy.clusters import ClusterBook
from kumasim.domain.proxy.config import UNRESOLVED, WeightedCluster
from kumasim.domain.tree import EMPTY, FrozenMap, dig


class Unbuildable(Exception):
    """A configuration that cannot be made, or that Envoy would refuse: the proxy keeps its last good one (D-42b)."""

    def __init__(self, reason: str, rule: str) -> None:
        super().__init__(reason)
        self.reason, self.rule = reason, rule


def destination(ref: Mapping[str, Any]) -> FrozenMap | None:
    """The destination tags of a backend reference, or None for kinds that 2.8 skips. Source: H-10, H-11."""
    kind, name = dig(ref, "kind", default=""), dig(ref, "name", default="")
    if kind == "MeshService" and dig(ref, "port") is None:
        return FrozenMap({SERVICE_TAG: name})
    if kind == "MeshServiceSubset":
        return FrozenMap({SERVICE_TAG: name, **dig(ref, "tags", default=EMPTY)})
    return None


def weighted(backends: Iterable[tuple[Mapping[str, Any], int]], book: ClusterBook) -> tuple[WeightedCluster, ...]:
    """The weighted clusters of a route's backends.

    The only backend of a rule counts even with weight 0 (GW-163); a cluster listed twice, the unresolved one too,
    keeps only its last weight (GW-161 [U], GW-162 [U]).

    Args:
        backends: destination tags and weight, as written.
        book: where the clusters are gathered; the unresolved backend never becomes one (GW-160).

    Raises:
        Unbuildable: several backends, all of weight 0 (GW-164 [U]).
    """
    pairs = list(backends)
    if len(pairs) == 1 and pairs[0][1] == 0:
        pairs = [(pairs[0][0], 1)]
    weights: dict[str, int] = {}
    for tags, weight in pairs:
        name = UNRESOLVED if tags[SERVICE_TAG] == UNRESOLVED else book.refer(tags)
        weights[name] = weight
    if pairs and not any(weights.values()):
        raise Unbuildable("all weights of a route are 0", "GW-164 [U]")
    return tuple(WeightedCluster(name, weight) for name, weight in weights.items())
