"""What a backendRef of an HTTPRoute stands for in Kuma, or why it stands for nothing.

Source: GW-119 to GW-133.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.gateway_api import KUMA_GROUP, ObjectRef
from kumasim.domain.reconcilers.names import DEFAULT_ZONE, SERVICE_TAG, ZONE_TAG, service_tag
from kumasim.domain.reconcilers.reference_grants import is_permitted
from kumasim.domain.tree import FrozenMap, dig

UNRESOLVED = FrozenMap({"kind": "MeshService", "name": "kuma.io/unresolved-backend"})
"""The target of a reference that could not be resolved: a cluster that does not exist. Source: GW-132."""


@attrs.frozen
class Unresolved:
    """Why a reference is not resolved: reason and message of ResolvedRefs=False."""

    reason: str
    message: str


Resolution = tuple[FrozenMap, Unresolved | None]
"""The targetRef, and what is wrong with the reference."""


@attrs.frozen
class Referrer:
    """Who asks: the route's namespace and mesh, and whether grants are asked for.

    Args:
        namespace: the route's.
        mesh: the route's.
        needs_grant: True for Gateway parents; rules of a Service parent skip the check (GW-122).
    """

    namespace: str
    mesh: str
    needs_grant: bool


def resolve(view: View, referrer: Referrer, entry: FrozenMap) -> Resolution:
    """The target of a backendRef or mirror. Permission is checked before existence and kind.

    Source: GW-121, GW-122, GW-129.
    """
    reference = ObjectRef.read(entry, referrer.namespace, "Service")
    if referrer.needs_grant and not is_permitted(view, "HTTPRoute", referrer.namespace, reference):
        message = f'reference to {reference.group_kind} "{reference.full_name}" not permitted by any ReferenceGrant'
        return UNRESOLVED, Unresolved("RefNotPermitted", message)
    resolver = _RESOLVERS.get((reference.group, reference.kind))
    if resolver is None:
        return UNRESOLVED, Unresolved("InvalidKind", "backend reference must be Service or externalservice.kuma.io")
    return resolver(view, referrer, reference)


def _service(view: View, _: Referrer, reference: ObjectRef) -> Resolution:
    """A Service of this cluster, pinned to this zone; its ports are not looked at. Source: GW-123 to GW-127."""
    if view.get("Service", reference.namespace, reference.name) is None:
        message = f'backend reference references a non-existent Service "{reference.full_name}"'
        return UNRESOLVED, Unresolved("BackendNotFound", message)
    return FrozenMap({
        "kind": "MeshServiceSubset",
        "name": service_tag(reference.namespace, reference.name, reference.port or 0),
        "tags": FrozenMap({ZONE_TAG: view.around.zone or DEFAULT_ZONE}),
    }), None  # fmt: skip


def _external_service(view: View, referrer: Referrer, reference: ObjectRef) -> Resolution:
    """An ExternalService of the route's mesh; the namespace of the reference means nothing. Source: GW-128."""
    found = view.get("ExternalService", "", reference.name, KUMA_GROUP)
    if found is None or found.body.get("mesh", "default") != referrer.mesh:
        message = f'backend reference references a non-existent ExternalService "{reference.name}"'
        return UNRESOLVED, Unresolved("BackendNotFound", message)
    return FrozenMap({"kind": "MeshService", "name": dig(found.spec, "tags", SERVICE_TAG, default="")}), None


_RESOLVERS: dict[tuple[str, str], Callable[[View, Referrer, ObjectRef], Resolution]] = {
    ("", "Service"): _service,
    (KUMA_GROUP, "ExternalService"): _external_service,
}
