"""The world as packets find it: what API servers hold, and what each proxy has received so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from kumasim.domain.proxy.config import ProxyConfig
from kumasim.domain.resource import Key
from kumasim.domain.store import NO_INDEXES, Store

if TYPE_CHECKING:
    from kumasim.runtime.engine import Engine


@attrs.frozen
class Traffic:
    """Answers what `domain.traffic.evaluate` asks, from the states of actors.

    Args:
        state: an actor's state by name, None if there is no such actor.
        zone_names: the zones.
        cut: whether a link between two places is cut, in this direction.
    """

    state: Callable[[str], Any]
    zone_names: tuple[str, ...]
    cut: Callable[[str, str], bool] = lambda _, __: False

    @classmethod
    def of(cls, engine: Engine) -> Traffic:
        """The traffic of a running world."""
        partition = engine.kernel.network.partition

        def state(name: str) -> Any:
            actor = engine.actors.get(name)
            return actor.state if actor is not None and name in engine.kernel.alive else None

        return cls(state, zones_of(engine.actors), partition.severed)

    def store(self, zone: str) -> Store:
        """The API objects of a zone's cluster; a cluster that is down still runs what it was told to run."""
        cluster = self.state(f"{zone}/cluster")
        return cluster.store if cluster is not None else Store(NO_INDEXES)

    def config(self, zone: str, dataplane: Key) -> ProxyConfig | None:
        """What a proxy has received so far."""
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
