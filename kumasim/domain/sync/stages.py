"""How a resource is relabelled and renamed on its way; small mappers, applied in the order of the tables.

Source: kds.md section D; G->Z order: origin, name without system namespace, status, hash. Z->G order: origin and
zone, name without system namespace, hash.
"""

from __future__ import annotations

from collections.abc import Callable

from kumasim.domain.changed import changed
from kumasim.domain.sync import labels
from kumasim.domain.sync.core import CoreResource
from kumasim.domain.sync.filters import Journey
from kumasim.domain.sync.names import synced_name
from kumasim.domain.sync.traits import Traits

Stage = Callable[[CoreResource, Traits, Journey], CoreResource]


def from_global(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """Whatever a zone receives says that it comes from the global, even another zone's ingress (KDS-43)."""
    return core.labelled(**{labels.ORIGIN: labels.FROM_GLOBAL})


def from_zone(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """Whatever the global receives says from which zone (KDS-44)."""
    return core.labelled(**{labels.ORIGIN: labels.FROM_ZONE, labels.ZONE: journey.zone})


def without_system_namespace(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """The system namespace is no part of a name on the wire (kds.md section D, order of mapping)."""
    return changed(core, name=core.name.removesuffix(f".{journey.system_namespace}"))


def without_status(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """A MeshService loses its status on its way to other zones: each zone allocates its own addresses (KDS-192)."""
    return changed(core, status=None) if core.type == "MeshService" else core


def hashed_up(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """On the global every resource of a zone has a hashed name (KDS-46)."""
    return _hashed(core)


def hashed_down(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """In a zone the resources of meshes have a hashed name; Mesh, ZoneIngress and such keep theirs (KDS-50, KDS-52)."""
    return _hashed(core) if traits.hashed_down and journey.hash_suffix else core


def _hashed(core: CoreResource) -> CoreResource:
    where = [core.labels[label] for label in (labels.ZONE, labels.NAMESPACE) if core.labels.get(label)]
    return changed(core, name=synced_name(core.mesh, core.display_name, *where))


DOWN: tuple[Stage, ...] = (from_global, without_system_namespace, without_status, hashed_down)
UP: tuple[Stage, ...] = (from_zone, without_system_namespace, hashed_up)


def travelled(core: CoreResource, traits: Traits, journey: Journey, stages: tuple[Stage, ...]) -> CoreResource:
    """A resource as it arrives."""
    for stage in stages:
        core = stage(core, traits, journey)
    return core
