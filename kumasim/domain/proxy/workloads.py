"""A Dataplane's inbound as others see it: whether it is healthy, and what endpoint it makes."""

from __future__ import annotations

from typing import Any

from kumasim.domain.policy.identity import ZONE_TAG, content
from kumasim.domain.proxy.config import ProxyEndpoint
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, dig


def healthy(inbound: Any) -> bool:
    """Whether an inbound counts as an endpoint: Ready, and not said to be unhealthy. Source: B-34."""
    health = dig(inbound, "health")
    return dig(inbound, "state", default="Ready") == "Ready" and (health is None or bool(dig(health, "ready")))


def address_of(dataplane: Resource, inbound: Any) -> str:
    """Where an inbound is reached: its own address, else the Dataplane's advertised one, else its address.

    Source: H-14.
    """
    networking = dig(content(dataplane), "networking", default={})
    for address in (
        dig(inbound, "address", default=""),
        dig(networking, "advertisedAddress", default=""),
        dig(networking, "address", default=""),
    ):
        if address:
            return str(address)
    return ""


def endpoint_of(dataplane: Resource, inbound: Any) -> ProxyEndpoint:
    """The endpoint that an inbound is for others. Source: H-14."""
    tags = dig(inbound, "tags", default=EMPTY)
    return ProxyEndpoint(
        address_of(dataplane, inbound),
        dig(inbound, "port", default=0),
        dig(tags, ZONE_TAG, default=""),
        tags=tags,
        dataplane=(dataplane.namespace, dataplane.name),
    )
