"""Why a MeshService has endpoints, names and addresses, or none.

Source: C-1 to C-38.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.kinds.dataplane import Dataplane
from kumasim.domain.kinds.mesh_service import MeshService
from kumasim.domain.reconcilers.gateway_api import KUMA_GROUP
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import dig
from kumasim.projections.explain.conditions import conditions_of
from kumasim.projections.explain.scene import Cause, Explained, Line, Scene, line_of

_ZONE = "kuma.io/zone"


def mesh_service(scene: Scene, found: Resource) -> Iterable[Explained]:
    """Its conditions, whether workloads stand behind it, and whether it has an address and names."""
    read = found.view(MeshService)
    lines = tuple(_sources(scene, found))
    for about, one in conditions_of(found):
        yield Explained(
            about, str(one.get("type")), str(one.get("status")), str(one.get("reason")), str(one.get("message", ""))
        )
    yield _endpoints(scene, found, read, lines)
    for type_, held, told in (
        ("VIP", read.vips, "no virtual IP has been given out"),
        ("Hostname", read.hostnames, "no HostnameGenerator made a name"),
    ):
        cause = Cause(
            "addresses and names are given out by the zone that has the MeshService", "C-26", lines,
            () if held else (told,), effect="" if held else "callers cannot address it so",
        )  # fmt: skip
        yield Explained(
            "", type_, "True" if held else "False", "Assigned" if held else "NotAssigned", ", ".join(held), cause
        )


def _endpoints(scene: Scene, found: Resource, read: MeshService, lines: tuple[Line, ...]) -> Explained:
    """Healthy inbounds that its selector takes, in the zone where it was made."""
    zone = str(found.meta.labels.get(_ZONE) or scene.store)
    store = scene.stores.get(zone, scene.stores[scene.store])
    matching = [one for one in store.list(KUMA_GROUP, "Dataplane") if _selected(read, one)]
    healthy = [one for one in matching if any(inbound.healthy for inbound in one.view(Dataplane).inbounds)]
    missing = f"no Dataplane of {zone} fits the selector" if not matching else "no Dataplane that fits is healthy"
    cause = Cause(
        "a MeshService's endpoints are the healthy inbounds of the Dataplanes that its selector takes", "C-29 to C-33",
        lines, () if healthy else (missing,), tuple(line_of(one, zone) for one in healthy),
        effect="" if healthy else "requests to it get 503",
    )  # fmt: skip
    message = f"{len(healthy)} healthy of {len(matching)}"
    return Explained("", "Endpoints", "True" if healthy else "False", "Found" if healthy else "None", message, cause)


def _selected(read: MeshService, candidate: Resource) -> bool:
    if read.dataplane:
        return candidate.name == read.dataplane
    wanted = read.tags
    seen = candidate.view(Dataplane)
    if wanted is None or seen.mesh != read.mesh:
        return False
    return any(all(one.tags.get(key) == value for key, value in wanted.items()) for one in seen.inbounds)


def _sources(scene: Scene, found: Resource) -> Iterable[Line]:
    yield line_of(found)
    for owner in found.meta.owners:
        held = scene.held(Key(owner.api_version.rpartition("/")[0], owner.kind, found.namespace, owner.name))
        if held is not None:
            yield line_of(held)
    generated = dig(found.meta.labels, "k8s.kuma.io/service-name")
    if generated and not found.meta.owners:
        held = scene.held(Key("", "Service", found.namespace, str(generated)))
        if held is not None:
            yield line_of(held)
