"""The world as packets find it: what API servers hold, and what each proxy has received so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.proxy.config import ProxyConfig
from kumasim.domain.resource import Key
from kumasim.domain.store import NO_INDEXES, Store
from kumasim.runtime.running import Running
from kumasim.runtime.stores import STORE


@attrs.frozen
class UniversalZone:
    """What runs in a Universal zone: its living proxies, whatever its control plane has stored of them or lost.

    Args:
        store: the descriptions of the proxies.
        configs: what each has received so far.
    """

    store: Store
    configs: Mapping[Key, ProxyConfig | None]


def universal_zones(actors: Iterable[str], state: Callable[[str], Any]) -> dict[str, UniversalZone]:
    """The Universal zones of a world as they run at this moment.

    Args:
        actors: the names of all actors.
        state: a living actor's state by name, None for others.
    """
    names = sorted(actors)
    zones = [name.removesuffix(STORE) for name in names if name.endswith(STORE) and name != f"global{STORE}"]
    return {zone: _running([state(name) for name in names if name.startswith(f"{zone}/dp/")]) for zone in zones}


def _running(proxies: list[Any]) -> UniversalZone:
    store = Store(NO_INDEXES)
    configs: dict[Key, ProxyConfig | None] = {}
    for proxy in proxies:
        if proxy is not None and proxy.identity.described is not None:
            store = store.put(proxy.identity.described)
            configs[proxy.identity.dataplane] = proxy.config
    return UniversalZone(store, configs)


@attrs.frozen
class Traffic:
    """Answers what `domain.traffic.evaluate` asks, from the states of actors.

    Args:
        state: an actor's state by name, None if there is no such actor.
        zone_names: the zones.
        cut: whether a link between two places is cut, in this direction.
        universal: the Universal zones.
    """

    state: Callable[[str], Any]
    zone_names: tuple[str, ...]
    cut: Callable[[str, str], bool] = lambda _, __: False
    universal: Mapping[str, UniversalZone] = attrs.field(factory=dict)

    @classmethod
    def of(cls, engine: Running) -> Traffic:
        """The traffic of a running world."""
        partition = engine.kernel.network.partition

        def state(name: str) -> Any:
            actor = engine.actors.get(name)
            return actor.state if actor is not None and name in engine.kernel.alive else None

        return cls(state, zones_of(engine.actors), partition.severed, universal_zones(engine.actors, state))

    def store(self, zone: str) -> Store:
        """The API objects of a zone's cluster, or what runs in a Universal zone."""
        if zone in self.universal:
            return self.universal[zone].store
        cluster = self.state(f"{zone}/cluster")
        return cluster.store if cluster is not None else Store(NO_INDEXES)

    def config(self, zone: str, dataplane: Key) -> ProxyConfig | None:
        """What a proxy has received so far."""
        if zone in self.universal:
            return self.universal[zone].configs.get(dataplane)
        proxy = self.state(f"{zone}/dp/{dataplane.name}.{dataplane.namespace}")
        return None if proxy is None else proxy.config

    def zones(self) -> tuple[str, ...]:
        """The names of the zones."""
        return self.zone_names

    def linked(self, zone_a: str, zone_b: str) -> bool:
        """Whether proxies of one zone can reach those of the other."""
        return not self.cut(zone_a, zone_b)


def zones_of(actors: dict[str, Any]) -> tuple[str, ...]:
    """The zones that actors are in, sorted."""
    places = {name.partition("/")[0] for name in actors}
    return tuple(sorted(places - {"global", "user"}))
