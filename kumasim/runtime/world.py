"""Which actors a world begins with, from a plain description that the journal holds.

The description stands in the journal's first record, so that a journal alone is enough to build its world again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from kumasim.domain.kubernetes.bootstrap import initial_objects
from kumasim.domain.profile import NEWEST, profile
from kumasim.domain.reconcilers.base import Surroundings
from kumasim.domain.roles.cluster import ClusterArguments, cluster
from kumasim.domain.roles.control_plane import ControlPlaneArguments, control_plane
from kumasim.domain.roles.dataplane import dataplane
from kumasim.domain.roles.universal_store import UniversalStoreArguments, universal_store
from kumasim.domain.roles.user import user
from kumasim.domain.tree import EMPTY, FrozenMap
from kumasim.domain.vocabulary import value
from kumasim.kernel.kernel import Row
from kumasim.kernel.link import BETWEEN, Link, Links
from kumasim.runtime.engine import Dispatcher, Engine
from kumasim.runtime.installation import installed
from kumasim.runtime.stores import store_of

EPOCH = 1
"""Semantics epoch: re-execution is promised to give the same records within one epoch."""

NEVER = -1
"""A load balancer delay that never ends."""


@value
class ZoneConfig:
    """One zone of a world.

    Args:
        name: its name; the actors are called after it.
        kuma: the version it runs, "" for the world's.
        load_balancer_delay_ns: how long until Services of type LoadBalancer have an address; -1 for never.
        ingress, egress: the replicas of each separately addressed zone ingress and egress.
        config: control plane variables.
        federated: whether it has a global.
        universal: whether it is a Universal zone: a control plane with a store of its own, and no cluster.
    """

    name: str
    kuma: str = ""
    load_balancer_delay_ns: int = 0
    ingress: tuple[int, ...] = (1,)
    egress: tuple[int, ...] = ()
    config: FrozenMap = EMPTY
    federated: bool = True
    universal: bool = False


@value
class LinkConfig:
    """The link between two places; -1 leaves a default."""

    between: tuple[str, str]
    latency_ns: int = -1
    jitter_ns: int = -1


@value
class WorldConfig:
    """A world before anything happened in it.

    Args:
        kuma: the behaviour profile.
        semantics: "documented" or "source".
        seed: for all chance.
        zones: in the order in which they get their address ranges.
        has_global: whether there is a global control plane.
        links: where they differ from the defaults.
        epoch: of the rules that played it.
        global_universal: whether the global is a Universal one.
    """

    kuma: str = NEWEST
    semantics: str = "documented"
    seed: int = 0
    zones: tuple[ZoneConfig, ...] = ()
    has_global: bool = True
    global_config: FrozenMap = EMPTY
    links: tuple[LinkConfig, ...] = ()
    epoch: int = EPOCH
    global_universal: bool = False


def roles() -> dict[str, Any]:
    """The behaviour of every kind of actor, by name."""
    return {
        "user": user(),
        "cluster": cluster(),
        "control-plane": control_plane(),
        "universal-store": universal_store(),
        "dataplane": dataplane(),
    }


def populated(
    config: WorldConfig,
    dispatcher: Dispatcher,
    sink: Callable[[Row], None],
    behaviours: Mapping[str, Any] | None = None,
) -> Engine:
    """A world at its very beginning: everybody is born, nothing has happened.

    Args:
        config: what it is to be.
        dispatcher: how actors take their turns.
        sink: gets every record; the first tells of the config.
        behaviours: the roles, where others than `roles()` are wanted.
    """
    engine = Engine(roles() if behaviours is None else behaviours, dispatcher, sink, config.seed, _links(config))
    engine.kernel.record("", -1, "RunStarted", config.kuma, config)
    engine.spawn("user", "user", None)
    if config.has_global:
        around = Surroundings(
            profile(config.kuma, config.semantics),
            mode="global",
            federated=False,
            config=config.global_config,
            universal=config.global_universal,
        )
        _spawn_control_plane(engine, "global", 0, around, 0, ())
    for ordinal, zone in enumerate(config.zones, start=1):
        _spawn_zone(engine, config, zone, ordinal)
    return engine


def _spawn_zone(engine: Engine, config: WorldConfig, zone: ZoneConfig, ordinal: int) -> None:
    federated = config.has_global and zone.federated
    around = Surroundings(
        profile(zone.kuma or config.kuma, config.semantics),
        # A zone that was never given a name calls itself "default" (GW-125).
        zone=zone.name if config.has_global else "default",
        federated=federated,
        config=zone.config,
        universal=zone.universal,
    )
    extra = () if zone.universal else installed(zone.ingress, zone.egress, around.system_namespace)
    _spawn_control_plane(engine, zone.name, ordinal, around, zone.load_balancer_delay_ns, extra)


def _spawn_control_plane(
    engine: Engine, name: str, ordinal: int, around: Surroundings, delay_ns: int, extra: tuple[Any, ...]
) -> None:
    if around.universal:
        _spawn_universal(engine, name, around)
        return
    held = initial_objects(name, ordinal, around.system_namespace)
    api_server = f"{name}/cluster"
    engine.spawn(api_server, "cluster", ClusterArguments(api_server, ordinal, name, around, delay_ns, held, extra))
    engine.spawn(name, "control-plane", ControlPlaneArguments(around, api_server))


def _spawn_universal(engine: Engine, name: str, around: Surroundings) -> None:
    """A control plane with its own store; it has no namespace."""
    around = attrs.evolve(around, system_namespace="")
    store = store_of(name, universal=True)
    engine.spawn(store, "universal-store", UniversalStoreArguments(store, name, around))
    engine.spawn(name, "control-plane", ControlPlaneArguments(around, store))


def _links(config: WorldConfig) -> Links:
    chosen = {}
    for link in config.links:
        one, other = link.between
        latency = BETWEEN.latency_ns if link.latency_ns < 0 else link.latency_ns
        chosen[min(one, other), max(one, other)] = Link(latency, max(link.jitter_ns, 0))
    return Links(chosen)
