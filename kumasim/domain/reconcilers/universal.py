"""What a Universal control plane sees to by itself: what there must be from its start, and what its zone offers to others.

The policies that come with a Mesh are made by the store's managers as the Mesh is created.

Source: KDS-134, KDS-182, H-39.
"""

from __future__ import annotations

from base64 import b64encode

from kumasim.domain.kubernetes.names import uid_of
from kumasim.domain.reconcilers.annotations import truthy
from kumasim.domain.reconcilers.available_services import AVAILABLE_SERVICES
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, Surroundings, View
from kumasim.domain.reconcilers.dns_vips import DNS_VIPS
from kumasim.domain.reconcilers.gateway_api import KUMA_API_VERSION, KUMA_GROUP
from kumasim.domain.reconcilers.hostname_generator import HOSTNAME_GENERATOR
from kumasim.domain.reconcilers.mesh_defaults import SKIP_ALL, SKIP_MESH
from kumasim.domain.reconcilers.mesh_service_identities import MESH_SERVICE_IDENTITIES
from kumasim.domain.reconcilers.names import DEFAULT_MESH
from kumasim.domain.reconcilers.only_read import only_read
from kumasim.domain.reconcilers.zone_object import own_zone
from kumasim.domain.resource import Key, Metadata, Resource
from kumasim.domain.sync.filters import CLUSTER_ID, SIGNING_KEY
from kumasim.domain.tree import EMPTY, FrozenMap
from kumasim.domain.universal.form import universal
from kumasim.domain.writes import create

DEFAULT_MESH_KEY = Key(KUMA_GROUP, "Mesh", "", DEFAULT_MESH)


def create_default_mesh(view: View, key: Key) -> Plan:
    """Create the Mesh `default` if there is none, unless told not to; looked at once, when the control plane starts."""
    config = view.around.config
    if truthy(config, SKIP_MESH) or truthy(config, SKIP_ALL) or key in view.store:
        return NOTHING
    return Plan((create(Resource(KUMA_API_VERSION, "Mesh", Metadata(key.name), FrozenMap({"spec": EMPTY}))),))


DEFAULT_MESH_CREATION = Reconciler(
    name="default-mesh",
    wakes=only_read((KUMA_GROUP, "Mesh")),
    reconcile=create_default_mesh,
    source="KDS-134",
)
"""What creates the Mesh `default`."""


def keep_own_zone(view: View, key: Key) -> Plan:
    """See to the zone's own Zone, as on Kubernetes; looked at once, when the control plane starts."""
    return own_zone(view)


OWN_ZONE = Reconciler(
    name="zone-object",
    wakes=only_read((KUMA_GROUP, "Zone")),
    reconcile=keep_own_zone,
    source="KDS-134, KDS-159",
)
"""What creates a zone's own Zone."""


def create_shared(view: View, key: Key) -> Plan:
    """Create the cluster's id and the zone tokens' signing key if they are missing; looked at once, at the start."""
    place = view.around.zone or "global"
    cluster_id = uid_of(place, key, 0)
    wanted = (
        universal("Config", "", CLUSTER_ID, {"config": cluster_id}),
        universal("GlobalSecret", "", f"{SIGNING_KEY}-1", {"data": b64encode(uid_of(place, key, 1).encode()).decode()}),
    )
    return Plan(tuple(create(one) for one in wanted if one.key not in view.store))


SHARED_OBJECTS = Reconciler(
    name="shared-system-objects",
    wakes=only_read((KUMA_GROUP, "Config"), (KUMA_GROUP, "GlobalSecret")),
    reconcile=create_shared,
    source="KDS-28, KDS-134, KDS-195",
)
"""What makes the objects that a global shares with its zones."""

AT_START: tuple[tuple[Reconciler, Key], ...] = (
    (DEFAULT_MESH_CREATION, DEFAULT_MESH_KEY),
    (SHARED_OBJECTS, Key(KUMA_GROUP, "Config", "", CLUSTER_ID)),
    (OWN_ZONE, Key(KUMA_GROUP, "Zone", "", "")),
)
"""What is looked at when a control plane starts, each under a key of its own."""

NAMES: tuple[Reconciler, ...] = (DNS_VIPS, MESH_SERVICE_IDENTITIES, HOSTNAME_GENERATOR)
"""What gives names and addresses."""


def universal_reconcilers(around: Surroundings) -> tuple[Reconciler, ...]:
    """The controllers that a control plane on Universal runs."""
    federated_zone = around.mode == "zone" and around.federated
    first = (OWN_ZONE,) if federated_zone else (DEFAULT_MESH_CREATION, SHARED_OBJECTS)
    return (*first, AVAILABLE_SERVICES, *NAMES) if around.mode == "zone" else first
