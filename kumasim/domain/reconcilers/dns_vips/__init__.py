"""Virtual addresses for everything in a mesh that can be called by name, as each zone gives them out for itself.

The global gives none out, and two zones may give one service different addresses. A zone's proxies learn them from
ConfigMap `kuma-<mesh>-dns-vips`.

Not kept in the table: addresses of Kubernetes Services. Kuma has them there too; here configuration reads the Services
themselves, which comes to the same.

Source: F-1 to F-8, E-2, E-3, KDS-189 to KDS-191.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.policy.identity import KUMA, mesh_of
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, Wakes
from kumasim.domain.reconcilers.dns_vips.wanted import INDEXES, names_of, still_offered, wanted
from kumasim.domain.reconcilers.gateway_api import KUMA_API_VERSION
from kumasim.domain.reconcilers.objects import with_body
from kumasim.domain.reconcilers.ownership import owner_reference
from kumasim.domain.resource import Key, Metadata, Resource
from kumasim.domain.tree import FrozenMap
from kumasim.domain.vips import NO_VIPS, SERVICE, Name, VipTable, allocated, table_key
from kumasim.domain.writes import create, update


def reconcile(view: View, key: Key) -> Plan:
    """Bring the addresses of a mesh up to date; nothing is written while no name came or went."""
    mesh = view.get("Mesh", "", _mesh_named(key.name), KUMA)
    if mesh is None or mesh.meta.deleted_ns >= 0:
        return NOTHING
    held = view.store.get(key)
    before = NO_VIPS if held is None else held.view(VipTable)
    after = allocated(wanted(view, mesh.name), before)
    if after == before:
        return NOTHING
    body = _body(key, after)
    if held is not None:
        return Plan((update(with_body(held, **body)),))
    if key.kind == "Config":
        return Plan((create(Resource(KUMA_API_VERSION, key.kind, Metadata(key.name), FrozenMap(body))),))
    meta = Metadata(key.name, key.namespace, owners=(owner_reference(mesh, controller=False),))
    return Plan((create(Resource("v1", key.kind, meta, FrozenMap(body))),))


def _body(key: Key, table: VipTable) -> dict[str, Any]:
    text = table.text()
    return {"config": text} if key.kind == "Config" else {"data": FrozenMap({"config": text})}


def _mesh_named(table: str) -> str:
    return table.removeprefix("kuma-").removesuffix("-dns-vips")


def _table_of(view: View, mesh: str) -> Key:
    return table_key(mesh, view.around.system_namespace, view.around.universal)


def _itself(config_map: Resource, view: View) -> Iterable[Key]:
    mesh = _mesh_named(config_map.name)
    if config_map.key == _table_of(view, mesh):
        yield config_map.key


def _if_names_change(changed: Resource, view: View) -> Iterable[Key]:
    """The tables in which a service tag is missing that somebody offers, or still stands though nobody does.

    Almost every change of a Dataplane is about health or numbers and wakes nobody. Names that VirtualOutbounds make
    of tags can change with any tag, so where there are some, every change counts.
    """
    meshes: dict[str, None] = {}
    for mesh, service in names_of(view, changed):
        table = view.store.get(_table_of(view, mesh))
        known = table is not None and Name(SERVICE, service) in table.view(VipTable).entries
        if known != still_offered(view, mesh, service) or view.find("vips-virtualoutbound-by-mesh", mesh):
            meshes[mesh] = None
    return [_table_of(view, mesh) for mesh in meshes]


def _of_its_mesh(changed: Resource, view: View) -> Iterable[Key]:
    return (_table_of(view, mesh_of(changed)),)


def _mesh_itself(mesh: Resource, view: View) -> Iterable[Key]:
    return (_table_of(view, mesh.name),)


def _all_meshes(changed: Resource, view: View) -> Iterable[Key]:
    """A MeshGateway may hold names for every mesh. Source: E-3."""
    return [_table_of(view, mesh.name) for mesh in view.list("Mesh", group=KUMA)]


_WAKES: dict[tuple[str, str], Wakes] = {
    ("", "ConfigMap"): _itself,
    (KUMA, "Config"): _itself,
    (KUMA, "Dataplane"): _if_names_change,
    (KUMA, "ZoneIngress"): _if_names_change,
    (KUMA, "ExternalService"): _of_its_mesh,
    (KUMA, "VirtualOutbound"): _of_its_mesh,
    (KUMA, "MeshGateway"): _all_meshes,
    (KUMA, "Mesh"): _mesh_itself,
}

DNS_VIPS = Reconciler(
    name="dns-vips",
    wakes=_WAKES,
    reconcile=reconcile,
    indexes=INDEXES,
    source="F-1 to F-8, KDS-189 to KDS-191",
)
"""The controller of ConfigMaps with virtual addresses."""
