"""MeshGatewayConfig: what the MeshGatewayInstances of a GatewayClass look like. It reads as a MeshGatewayInstance.

Source: GW-14 to GW-17, GW-67 to GW-71.
"""

from __future__ import annotations

from kumasim.domain.kinds.kind import AGE, Column, Kind
from kumasim.domain.kinds.mesh_gateway_instance import INSTANCE_FIELDS
from kumasim.domain.kinds.schema import Bool, Obj

KIND = Kind(
    group="kuma.io",
    kind="MeshGatewayConfig",
    plural="meshgatewayconfigs",
    versions=("v1alpha1",),
    namespaced=False,
    schema=Obj({"spec": Obj({**INSTANCE_FIELDS, "crossMesh": Bool()})}),
    has_status=True,
    columns=(Column("Type", "spec.serviceType"), AGE),
    source="GW-17; CRD meshgatewayconfigs.kuma.io",
)
