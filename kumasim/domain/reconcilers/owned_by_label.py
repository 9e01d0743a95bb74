"""Generated Kuma objects belong to their Gateway API object by a label, not by an owner reference (GW-63, GW-64).

Only specs are compared: an owned object whose spec is right is left alone even if its mesh or labels differ (GW-65).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from kumasim.domain.changed import changed
from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.comparison import same
from kumasim.domain.reconcilers.names import OWNER_LABEL, owner_label
from kumasim.domain.reconcilers.objects import with_body
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Index
from kumasim.domain.writes import Write, create, delete, update


def _owner_label_of(resource: Resource) -> Iterable[str]:
    label = resource.meta.labels.get(OWNER_LABEL)
    return () if label is None else (str(label),)


def _label_as_owner(resource: Resource) -> Iterable[str]:
    return (owner_label(resource.namespace, resource.name),)


MESH_GATEWAYS_BY_OWNER = Index("meshgateway-by-owner-label", "MeshGateway", _owner_label_of)
MESH_HTTP_ROUTES_BY_OWNER = Index("meshhttproute-by-owner-label", "MeshHTTPRoute", _owner_label_of)
MESH_GATEWAY_ROUTES_BY_OWNER = Index("meshgatewayroute-by-owner-label", "MeshGatewayRoute", _owner_label_of)
GATEWAYS_BY_LABEL = Index("gateway-by-label-as-owner", "Gateway", _label_as_owner)
HTTP_ROUTES_BY_LABEL = Index("httproute-by-label-as-owner", "HTTPRoute", _label_as_owner)


def owned_writes(view: View, owned: Index, owner: Key, wanted: Mapping[str, Resource]) -> tuple[Write, ...]:
    """The writes that leave an owner with exactly the wanted objects: deletions first, then the rest by name.

    Kuma goes through the wanted objects in random order (GW-216); here they are sorted by name.

    Args:
        view: what is observed.
        owned: the index that finds owned objects by their owner label.
        owner: the Gateway or HTTPRoute.
        wanted: the objects by name; empty to remove all.

    Source: GW-21, GW-65, GW-137.
    """
    observed = view.find(owned.name, owner_label(owner.namespace, owner.name))
    held = {resource.name: resource for resource in observed if resource.name in wanted}
    writes = [delete(resource.key, resource.meta.uid) for resource in observed if resource.name not in wanted]
    for name in sorted(wanted):
        if name not in held:
            writes.append(create(wanted[name]))
        elif not same(held[name].spec, wanted[name].spec):
            # The lines that it was made from may have moved with the change.
            writes.append(update(changed(with_body(held[name], spec=wanted[name].spec), origin=wanted[name].origin)))
    return tuple(writes)


def owner_by_label(owners: Index) -> Callable[[Resource, View], Iterable[Key]]:
    """Wakes the owner of a generated object that somebody changed or deleted.

    Kuma's documentation says that such edits are overwritten; its code does so only when the owner is reconciled for
    another reason (GW-215), so with semantics "source" nobody is woken.
    """

    def wakes(changed: Resource, view: View) -> Iterable[Key]:
        if not view.around.profile.documented:
            return ()
        return tuple(owner.key for label in _owner_label_of(changed) for owner in view.find(owners.name, label))

    return wakes
