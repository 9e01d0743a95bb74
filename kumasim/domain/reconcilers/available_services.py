"""What a zone offers to the others: the healthy inbounds of its Dataplanes, counted in its ZoneIngresses.

Kuma counts once a second. Here a change is counted at the next full second of virtual time: nothing ticks while nothing
changes, and the delay is the same.

Source: KDS-182 to KDS-184, E-15, KDS-212.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View
from kumasim.domain.reconcilers.comparison import same
from kumasim.domain.reconcilers.gateway_api import KUMA_GROUP
from kumasim.domain.reconcilers.gateway_matching import MESH_GATEWAYS_BY_MESH, listeners, mesh_field, select_gateway
from kumasim.domain.reconcilers.names import MESH_LABEL, ZONE_TAG
from kumasim.domain.reconcilers.objects import with_body
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Index
from kumasim.domain.tree import EMPTY, FrozenMap, dig
from kumasim.domain.writes import update

INTERVAL_NS = 1_000_000_000
TAG_FILTERS = "KUMA_EXPERIMENTAL_INGRESS_TAG_FILTERS"

Tags = Mapping[str, Any]


def _zone_of(ingress: Resource) -> Iterable[str]:
    return (str(ingress.spec.get("zone") or ""),)


def _tagged_zone(external_service: Resource) -> Iterable[str]:
    zone = dig(external_service.spec, "tags", ZONE_TAG)
    return () if zone is None else (str(zone),)


INGRESSES_BY_ZONE = Index("zoneingress-by-zone", "ZoneIngress", _zone_of)
EXTERNAL_SERVICES_BY_ZONE = Index("externalservice-by-zone", "ExternalService", _tagged_zone)


@attrs.frozen
class Offered:
    """What one Dataplane adds: its mesh, the tags of its healthy inbounds, and its gateway tags if it is built-in."""

    mesh: str
    inbounds: tuple[FrozenMap, ...]
    gateway: FrozenMap | None

    @classmethod
    def of(cls, dataplane: Resource) -> Offered:
        """Reads a Dataplane."""
        networking = dig(dataplane.spec, "networking", default=EMPTY)
        healthy = (dig(each, "tags", default=EMPTY) for each in networking.get("inbound") or () if _is_healthy(each))
        builtin = dig(networking, "gateway", "type") == "BUILTIN"
        gateway = dig(networking, "gateway", "tags", default=EMPTY) if builtin else None
        return cls(mesh_field(dataplane), tuple(healthy), gateway)


def reconcile(view: View, key: Key) -> Plan:
    """Bring the available services of a local ZoneIngress up to date at the next full second."""
    ingress = view.store.get(key)
    if ingress is None or not _is_local(ingress, view):
        return NOTHING
    wait_ns = -view.now_ns % INTERVAL_NS
    if wait_ns:
        # Counting goes through all Dataplanes: once a second however many of them change.
        return Plan(again_in_ns=wait_ns)
    wanted = available_services(view)
    if same(ingress.spec.get("availableServices", ()), wanted):
        return NOTHING
    return Plan((update(with_body(ingress, spec=ingress.spec.with_(availableServices=wanted))),))


def available_services(view: View) -> tuple[FrozenMap, ...]:
    """Everything that the zone offers: inbounds, then ExternalServices, then cross-mesh gateway listeners.

    Each group is counted by mesh and exact set of tags, and sorted by them. Kuma goes through the meshes of the last
    group in random order; here they are sorted too.

    Source: KDS-182, KDS-183.
    """
    offered = [dataplane.view(Offered) for dataplane in view.list("Dataplane", group=KUMA_GROUP)]
    kept = _filter(view.around.config.get(TAG_FILTERS, ""))
    inbounds = _counted((each.mesh, kept(tags)) for each in offered for tags in each.inbounds)
    external = (entry.with_(externalService=True) for entry in _counted(_external_services(view)))
    return (*inbounds, *external, *_counted(_cross_mesh_listeners(view, offered)))


def _counted(entries: Iterable[tuple[str, Tags]]) -> Iterable[FrozenMap]:
    counts: Counter[tuple[str, str]] = Counter()
    tags_of: dict[tuple[str, str], FrozenMap] = {}
    for mesh, tags in entries:
        ordered = FrozenMap({key: tags[key] for key in sorted(tags)})
        place = (mesh, ",".join(f"{key}={value}" for key, value in ordered.items()))
        counts[place] += 1
        tags_of[place] = ordered
    for place in sorted(counts):
        yield FrozenMap({"tags": tags_of[place], "instances": counts[place], "mesh": place[0]})


def _external_services(view: View) -> Iterable[tuple[str, Tags]]:
    """ExternalServices tagged with this zone, of meshes that route through zone egresses. Source: KDS-182, KDS-212."""
    for external_service in view.find(EXTERNAL_SERVICES_BY_ZONE.name, view.around.zone):
        mesh = view.get("Mesh", "", mesh_field(external_service), KUMA_GROUP)
        if mesh is not None and dig(mesh.spec, "routing", "zoneEgress"):
            yield mesh.name, dig(external_service.spec, "tags", default=EMPTY)


def _cross_mesh_listeners(view: View, offered: Iterable[Offered]) -> Iterable[tuple[str, Tags]]:
    """One entry for each cross-mesh listener of each built-in gateway. Source: E-15."""
    for each in offered:
        gateway = None if each.gateway is None else select_gateway(view, each.mesh, each.gateway)
        if gateway is None or each.gateway is None:
            continue
        common = {MESH_LABEL: each.mesh, **each.gateway, **dig(gateway.spec, "tags", default=EMPTY)}
        for listener in listeners(gateway):
            if listener.get("crossMesh"):
                yield each.mesh, {**common, **dig(listener, "tags", default=EMPTY)}


def _filter(written: str) -> Any:
    """Keeps only tags that begin with one of the configured prefixes, all of them if none is. Source: KDS-183."""
    prefixes = tuple(prefix.strip() for prefix in written.split(",") if prefix.strip())
    if not prefixes:
        return lambda tags: tags
    return lambda tags: {key: value for key, value in tags.items() if key.startswith(prefixes)}


def _is_healthy(inbound: FrozenMap) -> bool:
    """Source: B-34."""
    ready = inbound.get("state", "Ready") == "Ready"
    return ready and dig(inbound, "health", "ready", default=True) is not False


def _is_local(ingress: Resource, view: View) -> bool:
    """Source: KDS-39."""
    return ingress.spec.get("zone", "") in ("", view.around.zone)


def _local_ingresses(_: Resource, view: View) -> Iterable[Key]:
    found = {
        ingress.key for zone in {"", view.around.zone} for ingress in view.find(INGRESSES_BY_ZONE.name, zone)
    }  # fmt: skip
    return tuple(sorted(found))


def _itself_if_local(ingress: Resource, view: View) -> Iterable[Key]:
    return (ingress.key,) if _is_local(ingress, view) else ()


AVAILABLE_SERVICES = Reconciler(
    name="available-services",
    wakes={
        (KUMA_GROUP, "ZoneIngress"): _itself_if_local,
        (KUMA_GROUP, "Dataplane"): _local_ingresses,
        (KUMA_GROUP, "MeshGateway"): _local_ingresses,
        (KUMA_GROUP, "ExternalService"): _local_ingresses,
        (KUMA_GROUP, "Mesh"): _local_ingresses,
    },
    reconcile=reconcile,
    indexes=(INGRESSES_BY_ZONE, EXTERNAL_SERVICES_BY_ZONE, MESH_GATEWAYS_BY_MESH),
    source="KDS-182 to KDS-184",
)
"""The tracker of a zone's available services."""
