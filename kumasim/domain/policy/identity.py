"""What a Kuma object says of itself: its mesh, the name its author gave it, where it was made, who speaks through it."""

from __future__ import annotations

from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap
from kumasim.domain.universal import form

KUMA = "kuma.io"
"""API group of Kuma's own kinds."""

SERVICE_TAG = "kuma.io/service"
ZONE_TAG = "kuma.io/zone"
PROTOCOL_TAG = "kuma.io/protocol"
NAMESPACE_TAG = "k8s.kuma.io/namespace"
MESH_TAG = "kuma.io/mesh"
DISPLAY_NAME = "kuma.io/display-name"


def mesh_of(resource: Resource) -> str:
    """The mesh an object lives in: the older kinds name it in a field, policies by a label; "default" otherwise.

    The field comes first: the label of a MeshGateway may be wrong (GW-148 [U]).
    """
    named = resource.body.get("mesh")
    if isinstance(named, str) and named:
        return named
    labelled = resource.meta.labels.get(MESH_TAG)
    return labelled if isinstance(labelled, str) and labelled else "default"


def content(resource: Resource) -> FrozenMap:
    """What an object says: its `spec`, or all of it where Universal writes the fields of the older kinds flat."""
    return resource.spec if "spec" in resource.body else resource.body


def display_name(resource: Resource) -> str:
    """The name its author gave an object, which survives the renaming of KDS. Source: D-34, KDS-66."""
    given = resource.meta.annotations.get(DISPLAY_NAME) or resource.meta.labels.get(DISPLAY_NAME)
    return given if isinstance(given, str) and given else resource.name


def core_name(resource: Resource) -> str:
    """An object's name as Kuma's core knows it: with its namespace on Kubernetes, its name alone on Universal."""
    return form.core_name(resource)


def on_universal(described: Resource) -> bool:
    """Whether the proxy that an object describes runs on Universal, so that there is no pod of its name."""
    return form.is_universal(described) or not described.namespace


def shown(resource: Resource) -> str:
    """An object as explanations name it: `Kind/namespace/name`."""
    return str(resource.key)
