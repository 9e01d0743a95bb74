"""Which mesh a Kubernetes object belongs to; the kinds differ in where they look."""

from __future__ import annotations

from kumasim.domain.reconcilers.names import DEFAULT_MESH, MESH_LABEL
from kumasim.domain.resource import Resource


def mesh_by_annotation(subject: Resource, namespace: Resource) -> str:
    """The mesh of a Gateway or Pod: annotation on it, annotation on its Namespace, `default`. Labels do not count.

    Source: GW-26, B-7.
    """
    return _first(subject.meta.annotations.get(MESH_LABEL), namespace.meta.annotations.get(MESH_LABEL))


def mesh_by_label_or_annotation(subject: Resource, namespace: Resource) -> str:
    """The mesh of an HTTPRoute, MeshGatewayInstance or Service: its label, its annotation, then its Namespace's.

    Source: GW-117, A-4, C-8.
    """
    return _first(
        subject.meta.labels.get(MESH_LABEL),
        subject.meta.annotations.get(MESH_LABEL),
        namespace.meta.labels.get(MESH_LABEL),
        namespace.meta.annotations.get(MESH_LABEL),
    )


def _first(*found: str | None) -> str:
    return next((mesh for mesh in found if mesh), DEFAULT_MESH)
