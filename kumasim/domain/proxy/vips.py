"""Names and virtual addresses of services in the mesh's own DNS.

Source: F-1 to F-8, B-48, C-3.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.policy.identity import SERVICE_TAG
from kumasim.domain.reconcilers.annotations import truthy
from kumasim.domain.reconcilers.base import View
from kumasim.domain.tree import FrozenMap
from kumasim.domain.vips import FQDN, HOST, NO_VIPS, SERVICE, Name, VipTable, table_key

SKIP_PERSISTED = "KUMA_EXPERIMENTAL_SKIP_PERSISTED_VIPS"
MESH_PORT = 80
"""The port of `.mesh` addresses, whatever the service's. Source: F-5."""


def mesh_names(service: str) -> tuple[str, ...]:
    """The `.mesh` names of a service tag: as it is, and with dots for underscores. Source: F-4."""
    dotted = service.replace("_", ".")
    return (f"{service}.mesh",) if dotted == service else (f"{service}.mesh", f"{dotted}.mesh")


def skipped(view: View) -> bool:
    """Whether the zone's proxies get nothing that comes from the table of virtual addresses. Source: C-3."""
    return truthy(view.around.config, SKIP_PERSISTED)


def table(view: View, mesh: str) -> VipTable:
    """The virtual addresses of a mesh, as ConfigMap `kuma-<mesh>-dns-vips` holds them."""
    found = view.store.get(table_key(mesh, view.around.system_namespace, view.around.universal))
    return NO_VIPS if found is None else found.view(VipTable)


def ports(held: VipTable, service: str) -> tuple[int, ...]:
    """The ports at which the `.mesh` address of a service listens: 80, and an ExternalService's own. Source: F-3, F-5."""
    entry = held.entries.get(Name(SERVICE, service))
    own = () if entry is None else tuple(one.port for one in entry.outbounds if one.port)
    return tuple(dict.fromkeys((MESH_PORT, *own)))


Named = tuple[str, int, str, FrozenMap]
"""Address, port, hostname and destination tags of an outbound that the table gives beside the service tags'."""


def invented(held: VipTable) -> Iterable[Named]:
    """The outbounds of VirtualOutbounds and of ExternalServices' hosts. Source: F-3, KDS-189."""
    for name, vip in sorted(held.entries.items()):
        for one in vip.outbounds:
            by_user = name.type == FQDN and one.origin.startswith("virtual-outbound:")
            if (by_user or name.type == HOST) and one.tags.get(SERVICE_TAG) and one.port:
                yield vip.address, one.port, name.text, one.tags
