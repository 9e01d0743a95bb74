"""Whether a Service gets a MeshService, keeps it without care, or loses it.

Source: C-5 to C-9.
"""

from __future__ import annotations

from kumasim.domain.policy.identity import KUMA
from kumasim.domain.reconcilers.annotations import enabled
from kumasim.domain.reconcilers.base import Diagnostic, View
from kumasim.domain.reconcilers.mesh_of import mesh_by_label_or_annotation
from kumasim.domain.reconcilers.names import MESH_LABEL
from kumasim.domain.resource import Resource

GENERATED, LEFT_ALONE, REMOVED = "generated", "left alone", "removed"
INJECTION = "kuma.io/sidecar-injection"


def verdict(view: View, service: Resource, namespace: Resource) -> str:
    """What becomes of a Service's MeshService: generated, left alone, or removed.

    In 2.8 the Service itself is looked at before label, namespace and mesh.

    Source: C-5 to C-9.
    """
    if "kuma.io/gateway" in service.meta.annotations or not service.spec.get("clusterIP"):
        return LEFT_ALONE
    if MESH_LABEL not in service.meta.labels and (view.around.profile.documented or not injected(namespace)):
        return REMOVED
    mesh = view.get("Mesh", "", mesh_by_label_or_annotation(service, namespace), KUMA)
    return REMOVED if mesh is None else GENERATED


def injected(namespace: Resource) -> bool:
    """Whether pods of a namespace get sidecars. Source: C-5."""
    try:
        return enabled(namespace.meta.labels, INJECTION)
    except ValueError:
        return False


def disagreement(service: Resource, namespace: Resource) -> tuple[Diagnostic, ...]:
    """Where documentation and code differ about a Service: the label is missing, the namespace is injected. C-5, S-6."""
    unmarked = MESH_LABEL not in service.meta.labels and "kuma.io/gateway" not in service.meta.annotations
    if not (unmarked and injected(namespace) and service.spec.get("clusterIP")):
        return ()
    text = f"Service {service.namespace}/{service.name} has no label {MESH_LABEL}, but its namespace is injected"
    return (Diagnostic("KS0603", text, str(service.key)),)
