"""From a scenario's topology to the description of a world that a journal holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kumasim.domain.profile import NEWEST
from kumasim.domain.tree import FrozenMap
from kumasim.runtime.world import NEVER, LinkConfig, WorldConfig, ZoneConfig
from kumasim.scenario.load import load_text
from kumasim.scenario.model import Scenario, Topology, ZoneSpec

UNIVERSAL = "universal"


def config_of(scenario: Scenario, seed: int | None = None) -> WorldConfig:
    """The world that a scenario begins with.

    Args:
        scenario: loaded and free of problems.
        seed: instead of the scenario's own.
    """
    return world_config(
        scenario.topology,
        scenario.kuma or NEWEST,
        scenario.semantics,
        scenario.seed if seed is None else seed,
        scenario.file,
    )


def world_config(topology: Topology, kuma: str, semantics: str, seed: int, file: str = "") -> WorldConfig:
    """The world that a topology describes."""
    links = tuple(
        LinkConfig(
            link.between,
            -1 if link.latency_ns is None else link.latency_ns,
            -1 if link.jitter_ns is None else link.jitter_ns,
        )
        for link in topology.links
    )
    settings = FrozenMap(dict(topology.global_.config)) if topology.global_ is not None else FrozenMap()
    return WorldConfig(
        kuma=kuma,
        semantics=semantics,
        seed=seed,
        zones=tuple(_zone(zone) for zone in topology.zones),
        has_global=topology.global_ is not None,
        global_config=settings,
        links=links,
        global_universal=topology.global_ is not None and topology.global_.type == UNIVERSAL,
    )


def _zone(spec: ZoneSpec) -> ZoneConfig:
    balancer = spec.load_balancer
    return ZoneConfig(
        name=spec.name,
        kuma=spec.kuma,
        load_balancer_delay_ns=NEVER if balancer.pending else balancer.delay_ns,
        ingress=spec.ingress,
        egress=spec.egress,
        config=FrozenMap(dict(spec.config)),
        federated=spec.federated,
        universal=spec.type == UNIVERSAL,
    )


def topology_of(kuma: str, semantics: str, seed: int, topology: Mapping[str, Any]) -> Topology:
    """A topology that is given as a mapping, checked as the one of a scenario is.

    Raises:
        InputError: with everything that is wrong with it.
    """
    document = {
        "apiVersion": "kumasim/v1",
        "kind": "Scenario",
        "kuma": kuma,
        "semantics": semantics,
        "seed": seed,
        "topology": topology,
        "steps": [{"settle": {}}],
    }
    return load_text(json.dumps(document), "World").topology
