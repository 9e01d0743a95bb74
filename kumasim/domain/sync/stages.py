"""How a resource is relabelled and renamed on its way; small mappers, applied in the order of the tables.

Source: kds.md section D; G->Z order: origin, public key, name without system namespace, status, hash. Z->G order:
origin and zone, generations, name without system namespace, hash.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from kumasim.domain.changed import changed
from kumasim.domain.sync import labels
from kumasim.domain.sync.core import CoreResource
from kumasim.domain.sync.filters import PUBLIC_KEY, SIGNING_KEY, Journey
from kumasim.domain.sync.names import fnv64a, synced_name
from kumasim.domain.sync.traits import Traits
from kumasim.domain.tree import FrozenMap, dig

ZONE_PROXIES = ("ZoneIngress", "ZoneEgress")
"""The kinds that say in their spec which zone they belong to; in that zone itself they may leave it out (KDS-39)."""

Stage = Callable[[CoreResource, Traits, Journey], CoreResource]


def from_global(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """Whatever a zone receives says that it comes from the global, even another zone's ingress (KDS-43)."""
    return core.labelled(**{labels.ORIGIN: labels.FROM_GLOBAL})


def from_zone(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """Whatever the global receives says from which zone, a zone proxy in its spec too (KDS-44)."""
    said = core.labelled(**{labels.ORIGIN: labels.FROM_ZONE, labels.ZONE: journey.zone})
    if core.type not in ZONE_PROXIES:
        return said
    spec = FrozenMap({**dig(core.content, "spec", default={}), "zone": journey.zone})
    return changed(said, content=core.content.with_(spec=spec))


def public_signing_key(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """Of a key that signs zone tokens a zone gets the public half, under a name of its own (KDS-28)."""
    if core.type != "GlobalSecret":
        return core
    half = b64encode(f"public key {fnv64a(str(core.content.get('data', ''))):016x}".encode()).decode()
    name = core.name.replace(SIGNING_KEY, PUBLIC_KEY, 1)
    named = core.labelled(**{labels.DISPLAY_NAME: core.display_name.replace(SIGNING_KEY, PUBLIC_KEY, 1)})
    return changed(named, name=name, content=FrozenMap({"data": half}))


def without_system_namespace(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """The system namespace is no part of a name on the wire (kds.md section D, order of mapping)."""
    return changed(core, name=core.name.removesuffix(f".{journey.system_namespace}"))


def without_status(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """A MeshService loses its status on its way to other zones: each zone allocates its own addresses (KDS-192)."""
    return changed(core, status=None) if core.type == "MeshService" else core


def without_generations(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """The generations of an insight's subscriptions stay at home, so that counting them sends nothing (KDS-42)."""
    if not core.type.endswith("Insight"):
        return core
    spec = _without_generations(core.content.get("spec"))
    content = core.content if spec is None else core.content.with_(spec=spec)
    return changed(core, content=content, status=_without_generations(core.status))


def _without_generations(part: FrozenMap | None) -> FrozenMap | None:
    subscriptions = dig(part, "subscriptions")
    if part is None or subscriptions is None:
        return part
    kept = tuple(FrozenMap({key: item for key, item in one.items() if key != "generation"}) for one in subscriptions)
    return part.with_(subscriptions=kept)


def hashed_up(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """On the global every resource of a zone has a hashed name (KDS-46)."""
    return _hashed(core)


def hashed_down(core: CoreResource, traits: Traits, journey: Journey) -> CoreResource:
    """In a zone the resources of meshes have a hashed name; Mesh, ZoneIngress and such keep theirs (KDS-50, KDS-52)."""
    return _hashed(core) if traits.hashed_down and journey.hash_suffix else core


def _hashed(core: CoreResource) -> CoreResource:
    where = [core.labels[label] for label in (labels.ZONE, labels.NAMESPACE) if core.labels.get(label)]
    return changed(core, name=synced_name(core.mesh, core.display_name, *where))


DOWN: tuple[Stage, ...] = (from_global, public_signing_key, without_system_namespace, without_status, hashed_down)
UP: tuple[Stage, ...] = (from_zone, without_generations, without_system_namespace, hashed_up)


def travelled(core: CoreResource, traits: Traits, journey: Journey, stages: tuple[Stage, ...]) -> CoreResource:
    """A resource as it arrives."""
    for stage in stages:
        core = stage(core, traits, journey)
    return core


def renaming_rule(before: CoreResource, after: CoreResource, journey: Journey) -> str:
    """The rule that gives a resource another name on its way, "" if it keeps its own."""
    if after.name == before.name.removesuffix(f".{journey.system_namespace}"):
        return ""
    return "KDS-28" if before.type == "GlobalSecret" else "KDS-46"
