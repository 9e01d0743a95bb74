"""What MeshLoadBalancingStrategies do to clusters: which zones are preferred, and who is left out.

Source: H-22 to H-25.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import lcm
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.policy.identity import content
from kumasim.domain.policy.matching import matching
from kumasim.domain.policy.target_ref import Subject
from kumasim.domain.proxy.config import ProxyCluster, ProxyConfig, ProxyEndpoint
from kumasim.domain.proxy.mesh import MeshSettings
from kumasim.domain.reconcilers.base import View
from kumasim.domain.tree import dig, merge_patch

BY_MESH = "proxy-balancing-by-mesh"
WEIGHT_OF_LATER = 10
"""How much more an affinity tag counts than the one after it, unless weights are written."""


def balanced(view: View, mesh: MeshSettings, subjects: Sequence[Subject], config: ProxyConfig) -> ProxyConfig:
    """A configuration with the strategies that are about the proxy carried out on its clusters.

    Args:
        view, mesh: of the zone control plane.
        subjects: the proxy's inbounds, or a gateway's listeners.
        config: before.
    """
    policies = matching(view.find(BY_MESH, mesh.name), subjects)
    if not policies:
        return config
    shared = () if config.shared is None else config.shared.clusters
    own = {one.name for one in config.clusters}
    made = []
    for cluster in (*config.clusters, *(one for one in shared if one.name not in own)):
        conf = _conf((item for policy in policies for item in dig(content(policy), "to", default=())), cluster)
        placed = cluster if conf is None else _placed(view.around.zone, mesh, subjects, conf, cluster)
        made += [placed] if cluster.name in own or placed != cluster else []
    return changed(config, clusters=tuple(made))


def _conf(items: Iterable[Mapping[str, Any]], cluster: ProxyCluster) -> Any:
    """The settings for a destination: those of broader references are overridden by those that name the service."""
    them = [item for item in items if _is_about(item, cluster)]
    them.sort(key=lambda item: dig(item, "targetRef", "kind", default="Mesh") != "Mesh")
    conf: Any = None
    for item in them:
        conf = merge_patch(conf if conf is not None else {}, dig(item, "default", default={}))
    return conf


def _is_about(item: Mapping[str, Any], cluster: ProxyCluster) -> bool:
    kind, name = dig(item, "targetRef", "kind", default="Mesh"), dig(item, "targetRef", "name", default="")
    return bool(kind == "Mesh" or (kind == "MeshService" and name == cluster.service))


def _placed(
    zone: str, mesh: MeshSettings, subjects: Sequence[Subject], conf: Any, cluster: ProxyCluster
) -> ProxyCluster:
    """Without more to say, a strategy prefers the own zone, whatever else it is about (H-24)."""
    aware = dig(conf, "localityAwareness", default={})
    if dig(aware, "disabled"):
        return cluster
    local = [one for one in cluster.endpoints if one.zone == zone]
    remote = [one for one in cluster.endpoints if one.zone != zone]
    if "localZone" in aware or "crossZone" in aware:
        local = _by_affinity(dig(aware, "localZone", "affinityTags", default=()), subjects, local)
        remote = _failed_over(zone, mesh, dig(aware, "crossZone", "failover", default=()), remote)
    else:
        remote = [changed(one, priority=1) for one in remote]
    return changed(cluster, endpoints=tuple([changed(one, priority=0) for one in local] + remote))


def _by_affinity(
    tags: Sequence[Mapping[str, Any]], subjects: Sequence[Subject], local: list[ProxyEndpoint]
) -> list[ProxyEndpoint]:
    """Local endpoints in groups: those that share the first tag's value with the proxy, the second's, the others.

    Each group gets a part by its weight, however many endpoints it has.
    """
    if not tags or not local:
        return local
    mine: Mapping[str, Any] = subjects[0].tags if subjects else {}
    last = len(tags)
    parts = [dig(tag, "weight", default=9 * WEIGHT_OF_LATER ** (last - place - 1)) for place, tag in enumerate(tags)]
    groups: dict[int, list[ProxyEndpoint]] = {}
    for one in local:
        fits = (place for place, tag in enumerate(tags) if _shares(mine, one.tags, dig(tag, "key", default="")))
        groups.setdefault(next(fits, last), []).append(one)
    totals = {place: sum(one.weight for one in groups[place]) for place in groups}
    scale = lcm(*totals.values())
    weights = {place: (*parts, 1)[place] * scale // totals[place] for place in groups}
    return [changed(one, weight=one.weight * weights[place]) for place in sorted(groups) for one in groups[place]]


def _shares(mine: Mapping[str, Any], other: Mapping[str, Any], key: str) -> bool:
    return key in mine and other.get(key) == mine[key]


def _failed_over(
    zone: str, mesh: MeshSettings, rules: Sequence[Any], remote: list[ProxyEndpoint]
) -> list[ProxyEndpoint]:
    """The endpoints of zones that a failover rule names, each rule a priority lower; the others are left out.

    With zone egress they stay, at priority 1 (H-25).
    """
    if mesh.zone_egress:
        return [changed(one, priority=1) for one in remote]
    priorities: dict[str, int] = {}
    zones = sorted({one.zone for one in remote})
    for rule in rules:
        origin = dig(rule, "from", "zones")
        if origin is None or zone in origin:
            fresh = [one for one in _targets(rule, zones) if one not in priorities]
            priorities.update(dict.fromkeys(fresh, max(priorities.values(), default=0) + 1 if fresh else 0))
    return [changed(one, priority=priorities[one.zone]) for one in remote if one.zone in priorities]


def _targets(rule: Any, zones: list[str]) -> list[str]:
    kind, named = dig(rule, "to", "type", default="None"), dig(rule, "to", "zones", default=())
    return [one for one in zones if TARGETS.get(kind, TARGETS["None"])(one, named)]


TARGETS: dict[str, Any] = {
    "None": lambda zone, named: False,
    "Any": lambda zone, named: True,
    "Only": lambda zone, named: zone in named,
    "AnyExcept": lambda zone, named: zone not in named,
}
"""Which zones each type of failover target means."""
