"""The policies that Kuma 2.8 creates with every Mesh.

Source: H-39, D-54.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from kumasim.domain.tree import FrozenMap, freeze

_MESH = {"kind": "Mesh"}
_ANY_SERVICE = {"match": {"kuma.io/service": "*"}}


@attrs.frozen
class DefaultPolicy:
    """One policy that comes with a Mesh.

    Args:
        kind: its kind; a Mesh may ask for kinds to be skipped.
        prefix: its name without `-<mesh>`.
        spec: its spec.
        namespaced: whether it lives in the system namespace; the older kinds are cluster-scoped.
    """

    kind: str
    prefix: str
    spec: FrozenMap
    namespaced: bool = True


def _timeouts(proxy_type: str, inbound: Mapping[str, Any], outbound: Mapping[str, Any]) -> FrozenMap:
    return _targeting({"kind": "Mesh", "proxyTypes": [proxy_type]}, **{"from": inbound, "to": outbound})


def _targeting(target: Mapping[str, Any], **sides: Mapping[str, Any]) -> FrozenMap:
    """A policy with one item for all of the mesh on each side."""
    items = {side: [{"targetRef": _MESH, "default": default}] for side, default in sides.items()}
    made: FrozenMap = freeze({"targetRef": target, **items})
    return made


_RETRY = {"numRetries": 5, "perTryTimeout": "16s", "backOff": {"baseInterval": "25ms", "maxInterval": "250ms"}}

POLICIES: tuple[DefaultPolicy, ...] = (
    DefaultPolicy(
        "MeshCircuitBreaker",
        "mesh-circuit-breaker-all",
        _targeting(
            _MESH,
            to={
                "connectionLimits": {
                    "maxConnections": 1024, "maxPendingRequests": 1024, "maxRequests": 1024, "maxRetries": 3,
                }
            },
        ),
    ),
    DefaultPolicy(
        "MeshTimeout",
        "mesh-gateways-timeout-all",
        _timeouts(
            "Gateway",
            inbound={"idleTimeout": "5m0s", "http": {"streamIdleTimeout": "5s", "requestHeadersTimeout": "500ms"}},
            outbound={"idleTimeout": "1h0m0s", "http": {"streamIdleTimeout": "5s"}},
        ),
    ),
    DefaultPolicy(
        "MeshRetry",
        "mesh-retry-all",
        _targeting(_MESH, to={"tcp": {"maxConnectAttempt": 5}, "http": _RETRY, "grpc": _RETRY}),
    ),
    DefaultPolicy(
        "MeshTimeout",
        "mesh-timeout-all",
        _timeouts(
            "Sidecar",
            inbound={
                "connectionTimeout": "10s",
                "idleTimeout": "2h0m0s",
                "http": {"requestTimeout": "0s", "streamIdleTimeout": "1h0m0s", "maxStreamDuration": "0s"},
            },
            outbound={
                "connectionTimeout": "5s",
                "idleTimeout": "1h0m0s",
                "http": {"requestTimeout": "15s", "streamIdleTimeout": "30m0s"},
            },
        ),
    ),
)  # fmt: skip
"""What every Mesh gets, sorted by name."""

ROUTING_RESOURCES: tuple[DefaultPolicy, ...] = (
    DefaultPolicy(
        "TrafficPermission",
        "allow-all",
        freeze({"sources": [_ANY_SERVICE], "destinations": [_ANY_SERVICE]}),
        namespaced=False,
    ),
    DefaultPolicy(
        "TrafficRoute",
        "route-all",
        freeze({
            "sources": [_ANY_SERVICE],
            "destinations": [_ANY_SERVICE],
            "conf": {"destination": _ANY_SERVICE["match"], "loadBalancer": {"roundRobin": {}}},
        }),
        namespaced=False,
    ),
)  # fmt: skip
"""What a Mesh gets besides, when the control plane is told to create routing resources (off since 2.6: H-34)."""
