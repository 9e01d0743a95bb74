"""What a Secret of Kuma's must hold, and when it may go. Where it is written does not matter.

Source: KDS-107, KDS-108.
"""

from __future__ import annotations

from kumasim.domain.admission.labels import MESH, ORIGIN
from kumasim.domain.admission.mesh_owner import SYNCED_ORIGIN
from kumasim.domain.admission.mesh_valid import unsafe_delete
from kumasim.domain.admission.rule import Fault, Outcome, Review, invalid
from kumasim.domain.admission.selection import KUMA
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig

MESH_SECRET = "system.kuma.io/secret"
GLOBAL_SECRET = "system.kuma.io/global-secret"


def kuma_secret_valid(_: View, review: Review, resource: Resource) -> Outcome:
    """It has data under `value`; its mesh never changes; a global one has no mesh."""
    kind = resource.body.get("type")
    if kind not in (MESH_SECRET, GLOBAL_SECRET):
        return None
    faults: list[Fault] = []
    field = f'metadata.labels["{MESH}"]'
    if kind == GLOBAL_SECRET and MESH in resource.meta.labels:
        faults.append(Fault(field, "mesh cannot be set on global secret"))
    if kind == MESH_SECRET and review.old is not None and _mesh(review.old) != _mesh(resource):
        text = "cannot change mesh of the Secret. Delete the Secret first and apply it again."
        faults.append(Fault(field, text))
    if not dig(resource.body, "data", "value") and not dig(resource.body, "stringData", "value"):
        faults.append(Fault("data.value", "cannot be empty."))
    return invalid(faults)


def kuma_secret_unused(view: View, _: Review, resource: Resource) -> Outcome:
    """A mesh's Secret stays while its Mesh's backend uses it; a synced one may go."""
    origin = resource.meta.labels.get(ORIGIN)
    if resource.body.get("type") != MESH_SECRET or unsafe_delete(view) or origin == SYNCED_ORIGIN[view.around.mode]:
        return None
    mesh = view.get("Mesh", "", _mesh(resource), KUMA)
    faults = [
        Fault(
            "name",
            f'The secret "{resource.name}" that you are trying to remove is currently in use in Mesh "{_mesh(resource)}" '
            f'in mTLS backend "{name}". Please remove the reference from the "{name}" backend before removing the secret.',
        )
        for name in _users(mesh, resource.name)
    ]
    return invalid(faults)


def _users(mesh: Resource | None, secret: str) -> list[str]:
    """The backends of a Mesh that use a Secret: a provided one by reference, a builtin one by its name."""
    if mesh is None:
        return []
    found = []
    for backend in dig(mesh.spec, "mtls", "backends", default=()):
        name = backend.get("name") or ""
        if backend.get("type") == "provided":
            used = [dig(backend, "conf", part, "secret") for part in ("cert", "key")]
        else:
            used = [f"{mesh.name}.ca-builtin-{part}-{name}" for part in ("cert", "key")]
        if secret in used:
            found.append(name)
    return found


def _mesh(secret: Resource) -> str:
    return secret.meta.labels.get(MESH) or "default"
