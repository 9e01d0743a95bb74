"""MeshGatewayInstance: asks for a Deployment and a Service that serve a MeshGateway.

Source: A-1 to A-53.
"""

from __future__ import annotations

import attrs

from kumasim.domain.kinds.kind import AGE, Column, Kind
from kumasim.domain.kinds.names import TEXTS
from kumasim.domain.kinds.schema import Bool, Int, ListOf, MapOf, Obj, Quantity, Schema, Text
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig


@attrs.frozen
class MeshGatewayInstance:
    """A MeshGatewayInstance, or the like part of a MeshGatewayConfig, as rules read it.

    Args:
        tags: as written; the service tag is added by the controller (A-1).
        cross_mesh: of a MeshGatewayConfig only.
        resources: of the proxy's container, None unless written (A-38).
    """

    replicas: int
    service_type: str
    tags: FrozenMap = EMPTY
    cross_mesh: bool = False
    service_labels: FrozenMap = EMPTY
    service_annotations: FrozenMap = EMPTY
    load_balancer_ip: str = ""
    pod_labels: FrozenMap = EMPTY
    pod_annotations: FrozenMap = EMPTY
    pod_spec: FrozenMap = EMPTY
    resources: FrozenMap | None = None

    @classmethod
    def of(cls, resource: Resource) -> MeshGatewayInstance:
        spec = resource.spec
        replicas = spec.get("replicas")
        return cls(
            replicas=1 if replicas is None else replicas,
            service_type=spec.get("serviceType") or "LoadBalancer",
            tags=spec.get("tags") or EMPTY,
            cross_mesh=bool(spec.get("crossMesh")),
            service_labels=dig(spec, "serviceTemplate", "metadata", "labels", default=EMPTY),
            service_annotations=dig(spec, "serviceTemplate", "metadata", "annotations", default=EMPTY),
            load_balancer_ip=dig(spec, "serviceTemplate", "spec", "loadBalancerIP", default=""),
            pod_labels=dig(spec, "podTemplate", "metadata", "labels", default=EMPTY),
            pod_annotations=dig(spec, "podTemplate", "metadata", "annotations", default=EMPTY),
            pod_spec=dig(spec, "podTemplate", "spec", default=EMPTY),
            resources=spec.get("resources"),
        )


def _metadata() -> Obj:
    return Obj({"labels": TEXTS, "annotations": TEXTS})


def _pod_template() -> Obj:
    """What may be said of the generated Pods: labels, annotations, account, and a little of their security."""
    security = Obj({"fsGroup": Int()})
    container = Obj({"securityContext": Obj({"readOnlyRootFilesystem": Bool()})})
    spec = Obj({"serviceAccountName": Text(), "securityContext": security, "container": container})
    return Obj({"metadata": _metadata(), "spec": spec})


INSTANCE_FIELDS: dict[str, Schema] = {
    "tags": TEXTS,
    "replicas": Int(min=1, default=1),
    "serviceType": Text(enum=("LoadBalancer", "ClusterIP", "NodePort"), default="LoadBalancer"),
    "serviceTemplate": Obj({"metadata": _metadata(), "spec": Obj({"loadBalancerIP": Text()})}),
    "podTemplate": _pod_template(),
    "resources": Obj(
        {
            "limits": MapOf(Quantity()),
            "requests": MapOf(Quantity()),
            "claims": ListOf(Obj({"name": Text()}, required=("name",)), map_keys=("name",)),
        }
    ),
}
"""The fields of the `spec`; those of a MeshGatewayConfig are the same and one more."""

READY = Column("Ready", "status.conditions[?type=='Ready'].status | [0]")

KIND = Kind(
    group="kuma.io",
    kind="MeshGatewayInstance",
    plural="meshgatewayinstances",
    versions=("v1alpha1",),
    schema=Obj({"spec": Obj(INSTANCE_FIELDS)}),
    has_status=True,
    columns=(READY, Column("Replicas", "spec.replicas"), Column("Type", "spec.serviceType"), AGE),
    source="A-42 to A-45; CRD meshgatewayinstances.kuma.io",
)
