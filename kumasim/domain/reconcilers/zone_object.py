"""The Zone object that a zone's control plane keeps of itself.

It stands in the zone's own store, travels nowhere, and its `enabled` has no effect (KDS-26, KDS-154). A control plane
that starts under a new name deletes the one it had before.

Source: KDS-134, KDS-159.
"""

from __future__ import annotations

from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View
from kumasim.domain.reconcilers.gateway_api import KUMA_API_VERSION, KUMA_GROUP
from kumasim.domain.reconcilers.mesh_defaults import system_namespace
from kumasim.domain.reconcilers.only_read import only_read
from kumasim.domain.resource import Key, Metadata, Resource
from kumasim.domain.tree import FrozenMap
from kumasim.domain.writes import create, delete


def reconcile(view: View, key: Key) -> Plan:
    """When the control plane starts: delete Zones of other names, create the own one if it is missing."""
    return NOTHING if view.store.get(key) is None else own_zone(view)


def own_zone(view: View) -> Plan:
    """What has to be written so that the store holds the own Zone and no other; nothing for a zone without a name."""
    if not view.around.zone:
        return NOTHING
    zones = view.list("Zone", group=KUMA_GROUP)
    foreign = tuple(delete(zone.key, zone.meta.uid) for zone in zones if zone.name != view.around.zone)
    if any(zone.name == view.around.zone for zone in zones):
        return Plan(foreign) if foreign else NOTHING
    spec = FrozenMap({"enabled": True})
    own = Resource(KUMA_API_VERSION, "Zone", Metadata(view.around.zone), FrozenMap({"spec": spec}))
    return Plan((*foreign, create(own)))


ZONE_OBJECT = Reconciler(
    name="zone-object",
    wakes={("", "Namespace"): system_namespace, **only_read((KUMA_GROUP, "Zone"))},
    reconcile=reconcile,
    source="KDS-134, KDS-159",
)
"""What creates a zone's own Zone."""
