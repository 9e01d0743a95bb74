"""The other policies of Kuma: those that select by tags, those with a target reference, and the newer objects.

They travel as real ones do. What is not modelled of them is said by `modelled`.

Source: KDS section B.
"""

from __future__ import annotations

from kumasim.domain.kinds.kind import AGE, Column, Kind, SyncTraits
from kumasim.domain.kinds.schema import Anything, Obj, Text

_OLDER = SyncTraits("mesh", g2a=True, hashed_down=True)
_POLICY = SyncTraits("mesh", z2g=True, g2a=True, plugin_originated=True, policy=True, hashed_down=True)

_IRREGULAR = {
    "HealthCheck": "healthchecks",
    "MeshRetry": "meshretries",
    "Retry": "retries",
    "ProxyTemplate": "proxytemplates",
    "MeshLoadBalancingStrategy": "meshloadbalancingstrategies",
    "ContainerPatch": "containerpatches",
    "MeshProxyPatch": "meshproxypatches",
}
"""Plurals that are not the lower-cased kind with an s."""


def _plural(kind: str) -> str:
    return _IRREGULAR.get(kind, f"{kind.lower()}s")


def _older(kind: str, modelled: bool = False) -> Kind:
    """A policy that selects proxies by their tags: cluster-scoped, with its mesh in a field."""
    return Kind(
        group="kuma.io",
        kind=kind,
        plural=_plural(kind),
        versions=("v1alpha1",),
        namespaced=False,
        schema=Obj({"mesh": Text(), "spec": Anything()}),
        sync=_OLDER,
        columns=(Column("Mesh", "mesh"), AGE),
        modelled=modelled,
        source="KDS section B",
    )


def _policy(kind: str, modelled: bool = False) -> Kind:
    """A policy with a target reference: namespaced, with its mesh in a label."""
    return Kind(
        group="kuma.io",
        kind=kind,
        plural=_plural(kind),
        versions=("v1alpha1",),
        schema=Obj({"spec": Anything()}),
        sync=_POLICY,
        columns=(Column("TargetRef Kind", "spec.targetRef.kind"), Column("TargetRef Name", "spec.targetRef.name"), AGE),
        modelled=modelled,
        source="KDS section B",
    )


MESH_EXTERNAL_SERVICE = Kind(
    group="kuma.io",
    kind="MeshExternalService",
    plural="meshexternalservices",
    versions=("v1alpha1",),
    schema=Obj({"spec": Anything()}),
    has_status=True,
    sync=SyncTraits("mesh", z2g=True, g2a=True, plugin_originated=True, system_namespace_only=True, hashed_down=True),
    modelled=False,
    source="KDS section B",
)

CONTAINER_PATCH = Kind(
    group="kuma.io",
    kind="ContainerPatch",
    plural=_plural("ContainerPatch"),
    versions=("v1alpha1",),
    schema=Obj({"mesh": Text(), "spec": Anything()}),
    modelled=False,
    source="CRD containerpatches.kuma.io",
)

KINDS = (
    _older("ExternalService", modelled=True),
    _older("MeshGatewayRoute", modelled=True),
    _older("TrafficPermission", modelled=True),
    _older("TrafficRoute"),
    _older("TrafficLog"),
    _older("TrafficTrace"),
    _older("CircuitBreaker"),
    _older("FaultInjection"),
    _older("HealthCheck"),
    _older("ProxyTemplate"),
    _older("RateLimit"),
    _older("Retry"),
    _older("Timeout"),
    _older("VirtualOutbound"),
    _policy("MeshTrafficPermission", modelled=True),
    _policy("MeshTCPRoute", modelled=True),
    _policy("MeshLoadBalancingStrategy", modelled=True),
    _policy("MeshTimeout"),
    _policy("MeshRetry"),
    _policy("MeshCircuitBreaker"),
    _policy("MeshHealthCheck"),
    _policy("MeshFaultInjection"),
    _policy("MeshRateLimit"),
    _policy("MeshAccessLog"),
    _policy("MeshMetric"),
    _policy("MeshTrace"),
    _policy("MeshProxyPatch"),
    _policy("MeshPassthrough"),
    MESH_EXTERNAL_SERVICE,
    CONTAINER_PATCH,
)
