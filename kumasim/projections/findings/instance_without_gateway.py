"""A MeshGatewayInstance that no MeshGateway matches: nothing is deployed for it.

Source: A-5 to A-10, A-29.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.gateway_api import KUMA_GROUP
from kumasim.domain.reconcilers.mesh_gateway_instance import instance_tags
from kumasim.domain.reconcilers.names import SERVICE_TAG
from kumasim.domain.tree import dig
from kumasim.projections.findings.base import Converged, Finding, found

CODE = "KS0702"


def instance_without_gateway(world: Converged) -> Iterable[Finding]:
    """Finds instances whose status says that nothing matches."""
    for written, instance in world.of_kind(KUMA_GROUP, "MeshGatewayInstance"):
        for condition in dig(instance.status, "conditions", default=()):
            if condition.get("type") == "Ready" and condition.get("reason") == "NoGatewayMatched":
                tag = instance_tags(instance)[SERVICE_TAG]
                cause = f"{condition.get('message')}; neither Service nor Deployment is made"
                remedy = f"create a MeshGateway with a selector `kuma.io/service: {tag}`"
                yield found(CODE, written, cause, remedy, ("spec", "tags"))
