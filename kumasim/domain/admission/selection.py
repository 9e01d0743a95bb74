"""Selection: which kinds Kuma's chart hands to which webhook.

Source: KDS-61, KDS-106, KDS-221; chart of 2.8, `cp-webhooks-and-secrets.yaml`.
"""

from __future__ import annotations

from kumasim.domain.kinds import all_kinds, find
from kumasim.domain.kinds.kind import SyncTraits

KUMA = "kuma.io"
GATEWAY_API = "gateway.networking.k8s.io"

Kinds = tuple[tuple[str, str], ...]


def _kuma(*kinds: str) -> Kinds:
    return tuple((KUMA, kind) for kind in kinds)


PLUGINS: Kinds = tuple(
    (kind.group, kind.kind) for kind in all_kinds() if kind.sync is not None and kind.sync.plugin_originated
)
"""The kinds that come from plugins: policies with a target reference, MeshService and its kin."""

OLDER: Kinds = _kuma(
    "CircuitBreaker",
    "ExternalService",
    "FaultInjection",
    "HealthCheck",
    "MeshGateway",
    "MeshGatewayRoute",
    "ProxyTemplate",
    "RateLimit",
    "Retry",
    "TrafficLog",
    "TrafficPermission",
    "TrafficRoute",
    "TrafficTrace",
    "VirtualOutbound",
)
"""The kinds from before there were plugins that both the owner and the validating webhook look at."""

DEFAULTED: Kinds = (*_kuma("Mesh", "MeshGateway"), *PLUGINS)
"""Kinds of the defaulting webhook (KDS-61)."""

OWNED: Kinds = (*OLDER, *_kuma("Timeout"), *PLUGINS)
"""Kinds that get an owner."""

VALIDATED: Kinds = (
    *OLDER,
    *_kuma("Dataplane", "Mesh", "MeshGatewayInstance", "Zone", "ContainerPatch"),
    *PLUGINS,
)
"""Kinds of the validating webhook (KDS-106)."""

CHECKED: Kinds = tuple(kind for kind in VALIDATED if kind not in _kuma("MeshGatewayInstance", "ContainerPatch"))
"""Those of them that are types of Kuma's core, so that the rules on who may write what hold for them."""

GATEWAY_API_KINDS: Kinds = tuple(
    (GATEWAY_API, kind) for kind in ("GatewayClass", "Gateway", "HTTPRoute", "ReferenceGrant")
)


def traits(kind: tuple[str, str]) -> SyncTraits | None:
    """How a kind travels; None for kinds that are no types of Kuma's core."""
    found = find(*kind)
    return None if found is None else found.sync
