"""Kuma's Kubernetes controllers: what a control plane does when something in its cluster changes.

`reconcilers(around)` answers with those that a control plane runs. Each lives in a module or package of its own; the
small modules beside them hold what several of them share.
"""

from __future__ import annotations

from kumasim.domain.reconcilers.available_services import AVAILABLE_SERVICES
from kumasim.domain.reconcilers.base import Reconciler, Surroundings
from kumasim.domain.reconcilers.dataplane_from_pod import DATAPLANE_FROM_POD
from kumasim.domain.reconcilers.dns_vips import DNS_VIPS
from kumasim.domain.reconcilers.gateway import GATEWAY
from kumasim.domain.reconcilers.gateway_api_ignored import GATEWAY_API_IGNORED
from kumasim.domain.reconcilers.gateway_class import GATEWAY_CLASS
from kumasim.domain.reconcilers.gateway_secret import GATEWAY_SECRET
from kumasim.domain.reconcilers.hostname_generator import HOSTNAME_GENERATOR
from kumasim.domain.reconcilers.http_route import HTTP_ROUTE
from kumasim.domain.reconcilers.mesh_defaults import DEFAULT_MESH_CREATION, MESH_DEFAULTS
from kumasim.domain.reconcilers.mesh_gateway_instance import MESH_GATEWAY_INSTANCE
from kumasim.domain.reconcilers.mesh_service import MESH_SERVICE
from kumasim.domain.reconcilers.mesh_service import runs as makes_mesh_services
from kumasim.domain.reconcilers.mesh_service_identities import MESH_SERVICE_IDENTITIES
from kumasim.domain.reconcilers.service_annotations import SERVICE_ANNOTATIONS
from kumasim.domain.reconcilers.system_objects import OWN_OBJECTS, SHARED_OBJECTS
from kumasim.domain.reconcilers.universal import universal_reconcilers
from kumasim.domain.reconcilers.zone_object import ZONE_OBJECT

GATEWAY_API: tuple[Reconciler, ...] = (GATEWAY_CLASS, GATEWAY, GATEWAY_SECRET, HTTP_ROUTE, GATEWAY_API_IGNORED)
"""The Gateway API controllers (GW-7), and one that tells what they leave alone; none makes a MeshTCPRoute (GW-10)."""

EVERYWHERE: tuple[Reconciler, ...] = (MESH_GATEWAY_INSTANCE, DATAPLANE_FROM_POD, SERVICE_ANNOTATIONS, OWN_OBJECTS)
"""What every control plane on Kubernetes runs."""

ZONE: tuple[Reconciler, ...] = (AVAILABLE_SERVICES, DNS_VIPS, MESH_SERVICE_IDENTITIES, HOSTNAME_GENERATOR)
"""What only a zone runs."""

NOT_FEDERATED: tuple[Reconciler, ...] = (DEFAULT_MESH_CREATION, MESH_DEFAULTS, SHARED_OBJECTS)
"""What a global control plane runs, or a zone without one: a federated zone gets these things by sync (KDS-134)."""

FEDERATED: tuple[Reconciler, ...] = (ZONE_OBJECT,)
"""What only a zone with a global runs."""


def reconcilers(around: Surroundings) -> tuple[Reconciler, ...]:
    """The controllers that a control plane runs; on Universal there are few (`universal.py`).

    The Gateway API controllers also run on a global control plane (GW-188 to GW-190), except with documented semantics,
    under which the objects cannot be created there at all.

    Args:
        around: what the control plane knows of itself.
    """
    if around.universal:
        return universal_reconcilers(around)
    on_global = around.mode == "global"
    chosen: tuple[tuple[bool, tuple[Reconciler, ...]], ...] = (
        (not (on_global and around.profile.documented), GATEWAY_API),
        (True, EVERYWHERE),
        (not on_global, ZONE),
        (not on_global and makes_mesh_services(around), (MESH_SERVICE,)),
        (on_global or not around.federated, NOT_FEDERATED),
        (not on_global and around.federated, FEDERATED),
    )
    return tuple(reconciler for runs, group in chosen if runs for reconciler in group)
