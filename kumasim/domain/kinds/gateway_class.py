"""GatewayClass: which controller looks after the Gateways of a class, and with which parameters.

Source: GW-11 to GW-20.
"""

from __future__ import annotations

import attrs

from kumasim.domain.kinds.kind import AGE, Column, Kind
from kumasim.domain.kinds.names import group, kind_name, namespace, object_name
from kumasim.domain.kinds.schema import Obj, Text
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig, freeze


@attrs.frozen
class ParametersRef:
    """What a class refers to for its parameters; `namespace` is "" when none is written."""

    group: str
    kind: str
    name: str
    namespace: str = ""


@attrs.frozen
class GatewayClass:
    """A GatewayClass as rules read it.

    Args:
        controller_name: who looks after it.
        parameters: the reference to its parameters, if any.
        accepted: whether its status says Accepted=True.
    """

    controller_name: str
    parameters: ParametersRef | None
    accepted: bool

    @classmethod
    def of(cls, resource: Resource) -> GatewayClass:
        ref = resource.spec.get("parametersRef")
        conditions = dig(resource.status, "conditions", default=())
        return cls(
            controller_name=resource.spec.get("controllerName") or "",
            parameters=None
            if ref is None
            else ParametersRef(
                ref.get("group") or "", ref.get("kind") or "", ref.get("name") or "", ref.get("namespace") or ""
            ),
            accepted=any(item.get("type") == "Accepted" and item.get("status") == "True" for item in conditions),
        )


WAITING_SINCE = "1970-01-01T00:00:00Z"
"""The time that the CRDs give to the conditions nobody has written yet."""

CONTROLLER_NAME = Text(
    pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$",
    min_length=1,
    max_length=253,
)

KIND = Kind(
    group="gateway.networking.k8s.io",
    kind="GatewayClass",
    plural="gatewayclasses",
    versions=("v1", "v1beta1"),
    storage="v1beta1",
    short_names=("gc",),
    namespaced=False,
    schema=Obj(
        {
            "spec": Obj(
                {
                    "controllerName": CONTROLLER_NAME,
                    "description": Text(max_length=64),
                    "parametersRef": Obj(
                        {"group": group(), "kind": kind_name(), "name": object_name(), "namespace": namespace()},
                        required=("group", "kind", "name"),
                    ),
                },
                required=("controllerName",),
            )
        },
        required=("spec",),
    ),
    has_status=True,
    status=freeze(
        {
            "conditions": [
                {
                    "lastTransitionTime": WAITING_SINCE,
                    "message": "Waiting for controller",
                    "reason": "Waiting",
                    "status": "Unknown",
                    "type": "Accepted",
                }
            ]
        }
    ),
    columns=(
        Column("Controller", "spec.controllerName"),
        Column("Accepted", "status.conditions[?type=='Accepted'].status | [0]"),
        AGE,
        Column("Description", "spec.description", wide=True),
    ),
    source="Gateway API v1.0 experimental; GW-12",
)
