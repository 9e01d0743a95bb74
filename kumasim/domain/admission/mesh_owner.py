"""Objects of a mesh are owned by their Mesh, so that they go with it.

Source: GW-64, GW-182, KDS-79.
"""

from __future__ import annotations

from kumasim.domain.admission.labels import ORIGIN, mesh_of
from kumasim.domain.admission.mesh_name import mesh_name_faults
from kumasim.domain.admission.rule import Outcome, Review, errored, invalid, not_found
from kumasim.domain.admission.selection import KUMA
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import OwnerReference, Resource

SYNCED_ORIGIN = {"global": "zone", "zone": "global"}
"""The origin of what a control plane got from others, by its mode."""

SWITCH = "KUMA_RUNTIME_KUBERNETES_SKIP_MESH_OWNER_REFERENCE"
"""The control plane variable that turns this rule off."""


def mesh_owner(view: View, _: Review, resource: Resource) -> Outcome:
    """Adds an owner reference to the Mesh; without that Mesh the object is refused.

    A MeshService is owned by its Service instead, and synced objects by nobody.
    """
    around = view.around
    if resource.kind == "MeshService" or around.config.get(SWITCH, "").lower() == "true":
        return None
    faults = mesh_name_faults(resource)
    if faults:
        return invalid(faults)
    if resource.meta.labels.get(ORIGIN) == SYNCED_ORIGIN[around.mode]:
        return None
    name = mesh_of(resource)
    mesh = view.get("Mesh", "", name, KUMA)
    if mesh is None:
        return errored(400, not_found("Mesh", KUMA, name))
    owner = OwnerReference(mesh.api_version, mesh.kind, mesh.name, mesh.meta.uid)
    others = tuple(item for item in resource.meta.owners if item.uid != owner.uid)
    return resource.with_meta(owners=(*others, owner))
