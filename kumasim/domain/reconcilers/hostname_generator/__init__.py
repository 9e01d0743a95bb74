"""Hostnames for MeshServices and MeshExternalServices, made by HostnameGenerators in each zone for itself.

Kuma looks at everything every five seconds. Here a mesh in which something changed is looked at on the next full five
seconds of virtual time; while a zone has no generator, nothing is looked at.

Kuma 2.8 ships no generator (C-42); the defaults of 2.9 (C-43, C-44) belong to that version.

Source: C-42 to C-47, KDS-192.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kumasim.domain.go_template import TemplateError
from kumasim.domain.policy.identity import KUMA, mesh_of
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View
from kumasim.domain.reconcilers.comparison import status_write
from kumasim.domain.reconcilers.hostname_generator.selection import (
    SELECTORS,
    concerned,
    core_name,
    hostname,
    precedence,
)
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Index
from kumasim.domain.tree import dig, freeze
from kumasim.domain.writes import Write

INTERVAL_NS = 5_000_000_000


def reconcile(view: View, key: Key) -> Plan:
    """Bring the names of all destinations of a mesh up to date at the next full five seconds."""
    writes = [write for kind in SELECTORS for write in _of_kind(view, kind, key.name)]
    if not writes:
        return NOTHING
    wait_ns = -view.now_ns % INTERVAL_NS
    return Plan(again_in_ns=wait_ns) if wait_ns else Plan(tuple(writes))


def _of_kind(view: View, kind: str, mesh: str) -> Iterable[Write]:
    destinations = view.find(f"hostnames-{kind.lower()}-by-mesh", mesh)
    generators = sorted(view.list("HostnameGenerator", group=KUMA), key=precedence)
    wanted = statuses(generators, destinations)
    for one in destinations:
        yield from status_write(one, wanted[one.key])


def statuses(generators: Iterable[Resource], destinations: Iterable[Resource]) -> Mapping[Key, dict[str, Any]]:
    """The names of each destination of a mesh and what became of each generator's attempt, by generator.

    The first destination to claim a name keeps it; another one's attempt ends in a collision. Destinations come in the
    order of the store (in 2.8), generators in that of their precedence.

    Args:
        generators: all, in order of precedence.
        destinations: of one kind and mesh, in order.

    Source: C-46, C-47.
    """
    claimed: dict[str, str] = {}
    made: dict[Key, dict[str, tuple[str, Any]]] = {one.key: {} for one in destinations}
    for generator in generators:
        for one in destinations:
            if concerned(generator, one):
                made[one.key][core_name(generator)] = _attempt(generator, one, claimed)
    return {key: _fields(found) for key, found in made.items()}


def _attempt(generator: Resource, destination: Resource, claimed: dict[str, str]) -> tuple[str, Any]:
    try:
        name = hostname(generator, destination)
    except TemplateError as error:
        return "", _condition("False", "TemplateError", str(error))
    owner = claimed.setdefault(name, core_name(destination))
    if owner != core_name(destination):
        text = f"Hostname collision with {destination.kind}: {core_name(destination)}"
        return "", _condition("False", "Collision", text)
    return name, _condition("True", "Generated", "")


def _condition(status: str, reason: str, message: str) -> dict[str, str]:
    return {"type": "Generated", "status": status, "reason": reason, "message": message}


def _fields(found: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    """The status fields, ordered by generator. Source: C-47."""
    addresses = [
        {"hostname": found[name][0], "origin": "HostnameGenerator", "hostnameGeneratorRef": {"coreName": name}}
        for name in sorted(found)
        if found[name][0]
    ]
    attempts = [{"hostnameGeneratorRef": {"coreName": name}, "conditions": [found[name][1]]} for name in sorted(found)]
    return {"addresses": freeze(addresses) or None, "hostnameGenerators": freeze(attempts) or None}


def _mesh_of_destination(changed: Resource, view: View) -> Iterable[Key]:
    """Nobody is woken for a destination without names while there are no generators."""
    if view.list("HostnameGenerator", group=KUMA) or dig(changed.status, "hostnameGenerators", default=()):
        yield Key(KUMA, "Mesh", "", mesh_of(changed))


def _every_mesh(_: Resource, view: View) -> Iterable[Key]:
    return [mesh.key for mesh in view.list("Mesh", group=KUMA)]


def _by_mesh(resource: Resource) -> Iterable[str]:
    return (mesh_of(resource),)


HOSTNAME_GENERATOR = Reconciler(
    name="hostname-generator",
    wakes={
        (KUMA, "MeshService"): _mesh_of_destination,
        (KUMA, "MeshExternalService"): _mesh_of_destination,
        (KUMA, "HostnameGenerator"): _every_mesh,
        (KUMA, "Mesh"): lambda mesh, _: (mesh.key,),
    },
    reconcile=reconcile,
    indexes=tuple(Index(f"hostnames-{kind.lower()}-by-mesh", kind, _by_mesh) for kind in SELECTORS),
    source="C-45 to C-47",
)
"""What makes hostnames."""
