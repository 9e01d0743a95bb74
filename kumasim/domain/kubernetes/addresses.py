"""Which addresses and ports a cluster gives out, and who has them.

An address is derived from who asks for it (cluster, namespace, name) and only moves on to the next free one where two
ask for the same, so that one more object does not renumber the others. Each cluster has ranges of its own, so that an
address means one thing in the whole world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import attrs

from kumasim.domain.kubernetes.names import digest
from kumasim.domain.persistent import Map
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import dig


@attrs.frozen
class Range:
    """A run of things to give out, by number.

    Args:
        size: how many there are.
        at: the n-th, counted from 0.
    """

    size: int
    at: Callable[[int], str]


def _dotted(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def _network(first: int, second: int, third: int, skip: int, size: int) -> Range:
    base = (first << 24) + (second << 16) + (third << 8) + skip
    return Range(size, lambda number: _dotted(base + number))


_RESERVED = 10
"""Addresses at the start of a range that nobody gets: the network's own, the API server's, DNS."""


def pod_range(ordinal: int) -> Range:
    """Pod addresses of a cluster: 10.<n>.0.0/16, from the hundredth cluster on 11.<n - 100>.0.0/16 and so forth."""
    return _network(10 + ordinal // 100, ordinal % 100, 0, _RESERVED, 65_536 - 2 * _RESERVED)


def service_range(ordinal: int) -> Range:
    """Cluster IPs of a cluster: 10.<100 + n>.0.0/16, from the hundredth cluster on in 11.0.0.0/8 and so forth."""
    return _network(10 + ordinal // 100, 100 + ordinal % 100, 0, _RESERVED, 65_536 - 2 * _RESERVED)


def load_balancer_range(ordinal: int) -> Range:
    """Public addresses of a cluster: 172.18.<n>.0/24."""
    return _network(172, 18 + ordinal // 256, ordinal % 256, _RESERVED, 255 - _RESERVED)


def node_address(ordinal: int, number: int) -> str:
    """The address of a cluster's node, counted from 1: 172.18.<n>.<1 + number>, below the load balancers'."""
    return _dotted((172 << 24) + ((18 + ordinal // 256) << 16) + ((ordinal % 256) << 8) + 1 + number)


FIRST_NODE_PORT, LAST_NODE_PORT = 30_000, 32_767


def node_port(number: int) -> str:
    """The name under which a node port is held."""
    return f"node-port/{number}"


NODE_PORTS = Range(LAST_NODE_PORT - FIRST_NODE_PORT + 1, lambda number: node_port(FIRST_NODE_PORT + number))


@attrs.frozen
class Allocations:
    """Who holds which address. Folded from objects by `after`, never by looking at all of them."""

    _holders: Map[str, Key] = attrs.field(factory=Map)

    def holder(self, address: str) -> Key | None:
        """Who has an address, or None."""
        found: Key | None = self._holders.get(address)
        return found

    def after(self, before: Resource | None, now: Resource | None) -> Allocations:
        """The allocations once an object changed from `before` to `now` (None: it does not exist)."""
        old = [] if before is None else addresses_of(before)
        new = [] if now is None else addresses_of(now)
        if old == new:
            return self
        holders = self._holders
        for address in old:
            if before is not None and holders.get(address) == before.key:
                holders = holders.drop(address)
        for address in new:
            if now is not None and address not in holders:
                holders = holders.set(address, now.key)
        return Allocations(holders)

    def pick(self, from_: Range, *identity: object, also_taken: Iterable[str] = ()) -> str | None:
        """A free member of a range for someone, or None when all are taken.

        Args:
            from_: the range.
            identity: who asks; the same identity gets the same answer as long as nobody else is in the way.
            also_taken: what the same request has picked already.
        """
        others = frozenset(also_taken)
        start = digest("address", *identity) % from_.size
        for step in range(from_.size):
            candidate = from_.at((start + step) % from_.size)
            if candidate not in self._holders and candidate not in others:
                return candidate
        return None


def _of_service(service: Resource) -> list[str]:
    ips = [ip for ip in dig(service.spec, "clusterIPs", default=()) if ip != "None"]
    ports = [node_port(port["nodePort"]) for port in dig(service.spec, "ports", default=()) if port.get("nodePort")]
    ingress = [item["ip"] for item in dig(service.status, "loadBalancer", "ingress", default=()) if item.get("ip")]
    return [*ips, *ports, *ingress]


def _of_pod(pod: Resource) -> list[str]:
    ip = dig(pod.status, "podIP")
    return [ip] if ip else []


def _of_node(node: Resource) -> list[str]:
    return [item["address"] for item in dig(node.status, "addresses", default=()) if item.get("type") == "InternalIP"]


_HOLDERS: Mapping[tuple[str, str], Callable[[Resource], list[str]]] = {
    ("", "Node"): _of_node,
    ("", "Pod"): _of_pod,
    ("", "Service"): _of_service,
}


def addresses_of(resource: Resource) -> list[str]:
    """The addresses and node ports (`node-port/30080`) that an object holds, in the order it names them."""
    key = resource.key
    holds = _HOLDERS.get((key.group, key.kind))
    return [] if holds is None else list(dict.fromkeys(holds(resource)))
