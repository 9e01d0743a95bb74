"""Labels that Kuma reads and writes on its objects, and the role of a policy.

Source: KDS-43 to KDS-45, KDS-59 to KDS-63.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.resource import Resource

MESH = "kuma.io/mesh"
ORIGIN = "kuma.io/origin"
ZONE = "kuma.io/zone"
ROLE = "kuma.io/policy-role"
NAMESPACE = "k8s.kuma.io/namespace"
DISPLAY_NAME = "kuma.io/display-name"


def policy_role(resource: Resource, system_namespace: str, namespace: str) -> str:
    """The role of a policy that lies in a namespace: "system", "consumer" or "workload-owner".

    "producer" is never computed in 2.8 (KDS-62).
    """
    if namespace == system_namespace:
        return "system"
    return role_of_spec(resource.spec)


def role_of_spec(spec: Any) -> str:
    """The role that a policy outside the system namespace has by what it says."""
    return "consumer" if spec.get("to") and not spec.get("from") else "workload-owner"


def mesh_of(resource: Resource) -> str:
    """The mesh that a Kuma object says it belongs to: its field, or its label; "" if it says so with an empty field.

    Newer kinds have no field but a label, and belong to the mesh `default` without one.
    """
    if "mesh" in resource.body:
        return resource.body["mesh"] or ""
    label: str = resource.meta.labels.get(MESH, "default")
    return label
