"""What the controllers read of a Pod: its containers, whether they are ready, and its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap, dig

SIDECAR = "kuma-sidecar"


@attrs.frozen
class ContainerPort:
    """A port that a container declares."""

    container: str
    name: str
    number: int
    protocol: str


@attrs.frozen
class PodView:
    """A Pod as the Dataplane is made from it.

    Args:
        containers: the names of its containers, init containers left out.
        ports: what they declare, in order.
        ready: for each container with a status, whether it is ready.
        init_ready: the same for init containers (a sidecar may be one).
    """

    ip: str
    phase: str
    reason: str
    node: str
    deleting: bool
    containers: tuple[str, ...]
    ports: tuple[ContainerPort, ...]
    ready: Mapping[str, bool]
    init_ready: Mapping[str, bool]

    @classmethod
    def of(cls, pod: Resource) -> PodView:
        """Reads a Pod."""
        containers = dig(pod.spec, "containers", default=())
        return cls(
            ip=dig(pod.status, "podIP", default=""),
            phase=dig(pod.status, "phase", default=""),
            reason=dig(pod.status, "reason", default=""),
            node=dig(pod.spec, "nodeName", default=""),
            deleting=pod.meta.deleted_ns >= 0,
            containers=tuple(str(container.get("name", "")) for container in containers),
            ports=tuple(_port(container, port) for container in containers for port in container.get("ports") or ()),
            ready=_readiness(dig(pod.status, "containerStatuses", default=())),
            init_ready=_readiness(dig(pod.status, "initContainerStatuses", default=())),
        )

    @property
    def sidecar_ready(self) -> bool:
        """Whether the sidecar is ready; one without a status counts as ready. Source: B-30."""
        return self.ready.get(SIDECAR, self.init_ready.get(SIDECAR, True))

    def is_ready(self, container: str) -> bool:
        """Whether a container is ready; one without a status counts as ready. Source: B-30."""
        return self.ready.get(container, True)


def _port(container: FrozenMap, port: FrozenMap) -> ContainerPort:
    return ContainerPort(
        str(container.get("name", "")),
        str(port.get("name") or ""),
        int(port.get("containerPort", 0)),
        str(port.get("protocol") or "TCP"),
    )


def _readiness(statuses: tuple[Any, ...]) -> FrozenMap:
    return FrozenMap({str(status.get("name", "")): bool(status.get("ready")) for status in statuses})
