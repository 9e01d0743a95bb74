"""What traffic needs to know of the world."""

from __future__ import annotations

from typing import Protocol

from kumasim.domain.proxy.config import ProxyConfig
from kumasim.domain.resource import Key
from kumasim.domain.store import Store


class TrafficWorld(Protocol):
    """The world at one instant, as packets find it."""

    def store(self, zone: str) -> Store:
        """The API objects of a zone's cluster."""

    def config(self, zone: str, dataplane: Key) -> ProxyConfig | None:
        """What a proxy has received so far; None if nothing, or if there is no such proxy."""

    def zones(self) -> tuple[str, ...]:
        """The names of the zones."""

    def linked(self, zone_a: str, zone_b: str) -> bool:
        """Whether proxies of one zone can reach those of the other."""
