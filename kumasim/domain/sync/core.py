"""A resource without its store: what travels between control planes.

On Kubernetes the name of a namespaced object is `<name>.<namespace>` here, its mesh stands in the object or in a label,
and its display name in an annotation (KDS-45, KDS-54, KDS-56).
"""

from __future__ import annotations

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.resource import Key, Metadata, OwnerReference, Resource
from kumasim.domain.sync import labels
from kumasim.domain.tree import EMPTY, FrozenMap
from kumasim.domain.vocabulary import value

GROUP = "kuma.io"
API_VERSION = "kuma.io/v1alpha1"
DEFAULT_MESH = "default"


@value
class CoreResource:
    """One resource as control planes exchange it.

    Args:
        type: "MeshGateway".
        mesh: "" for kinds that belong to no mesh.
        name: its name at the end that sends it, or on the wire after renaming.
        labels: all of them, the display name included.
        content: what it says: every field but mesh and status.
        status: what controllers wrote, if it travels.
    """

    type: str
    mesh: str
    name: str
    labels: FrozenMap = EMPTY
    content: FrozenMap = EMPTY
    status: FrozenMap | None = None

    @property
    def id(self) -> tuple[str, str]:
        """What tells it from others of its type: mesh and name."""
        return (self.mesh, self.name)

    @property
    def display_name(self) -> str:
        """Its name where it was made."""
        return self.labels.get(labels.DISPLAY_NAME) or self.name

    def labelled(self, **changes: str) -> CoreResource:
        """This resource with labels added or replaced; keys come with their real names through a mapping."""
        return changed(self, labels=FrozenMap({**self.labels, **changes}))


@attrs.frozen
class Shape:
    """How a kind is kept on Kubernetes.

    Args:
        scope: "mesh" or "global".
        namespaced: whether its objects live in a namespace.
        mesh_field: whether the mesh is a field of the object (older kinds) or a label (plugin policies).
    """

    scope: str
    namespaced: bool
    mesh_field: bool


def from_kubernetes(stored: Resource, shape: Shape) -> CoreResource:
    """A Kubernetes object as a core resource; one without the label of its namespace gets it, whoever made it (KDS-55)."""
    meta = stored.meta
    name = f"{meta.name}.{meta.namespace}" if shape.namespaced else meta.name
    all_labels = dict(meta.labels)
    all_labels[labels.DISPLAY_NAME] = meta.annotations.get(labels.DISPLAY_NAME) or meta.name
    if shape.namespaced:
        all_labels.setdefault(labels.NAMESPACE, meta.namespace)
    content = FrozenMap({key: part for key, part in stored.body.items() if key != "mesh"})
    return CoreResource(stored.kind, mesh_of(stored, shape), name, FrozenMap(all_labels), content, stored.status)


def mesh_of(stored: Resource, shape: Shape) -> str:
    """The mesh that an object belongs to, "" if its kind belongs to none."""
    if shape.scope == "global":
        return ""
    if shape.mesh_field:
        return stored.body.get("mesh") or DEFAULT_MESH
    return stored.meta.labels.get(labels.MESH) or DEFAULT_MESH


def to_kubernetes(core: CoreResource, shape: Shape, namespace: str, owners: tuple[OwnerReference, ...]) -> Resource:
    """A synced resource as the Kubernetes object that it becomes: in the system namespace if its kind has one (KDS-56)."""
    all_labels = dict(core.labels)
    display_name = all_labels.pop(labels.DISPLAY_NAME, core.name)
    if shape.scope == "mesh" and not shape.mesh_field:
        all_labels[labels.MESH] = core.mesh
    content = FrozenMap({"mesh": core.mesh, **core.content}) if shape.mesh_field else core.content
    meta = Metadata(
        name=core.name,
        namespace=namespace if shape.namespaced else "",
        labels=FrozenMap(all_labels),
        annotations=FrozenMap({labels.DISPLAY_NAME: display_name}),
        owners=owners,
    )
    return Resource(API_VERSION, core.type, meta, content, core.status)


def stored_key(core: CoreResource, shape: Shape, namespace: str) -> Key:
    """Where a synced resource is stored on Kubernetes."""
    return Key(GROUP, core.type, namespace if shape.namespaced else "", core.name)
