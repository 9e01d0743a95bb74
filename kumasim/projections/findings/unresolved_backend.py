"""A backendRef of an HTTPRoute that stands for nothing, and where the Service that it means does exist.

Source: GW-119 to GW-133; Kuma's page on the Gateway API: only Services of the route's own cluster can be referenced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kumasim.domain.reconcilers.gateway_api import GROUP, ObjectRef
from kumasim.domain.reconcilers.http_route.backends import Referrer, Unresolved, resolve
from kumasim.domain.reconcilers.http_route.parents import attachments
from kumasim.domain.reconcilers.mesh_of import mesh_by_annotation
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import FrozenMap, dig
from kumasim.projections.findings.base import Converged, Finding, Path, Written, found

CODE = "KS0301"


def unresolved_backend(world: Converged) -> Iterable[Finding]:
    """Finds references that cannot be resolved, each at its line."""
    for written, route in world.of_kind(GROUP, "HTTPRoute"):
        view = world.view(written.store)
        namespace = view.get("Namespace", "", route.namespace)
        if namespace is None:
            continue
        taken = [one for one in attachments(view, route, namespace) if one.accepted]
        mesh = mesh_by_annotation(route, namespace)
        for needs_grant in sorted({one.service is None for one in taken}, reverse=True):
            referrer = Referrer(route.namespace, mesh, needs_grant)
            for path, entry in references(route):
                _, wrong = resolve(view, referrer, entry)
                if wrong is not None:
                    reference = ObjectRef.read(entry, route.namespace, "Service")
                    yield _told(world, written, path, reference, wrong)


def references(route: Resource) -> Iterator[tuple[Path, FrozenMap]]:
    """Every backend and mirror of a route with its path."""
    for number, rule in enumerate(dig(route.spec, "rules", default=())):
        here: Path = ("spec", "rules", number)
        for index, entry in enumerate(dig(rule, "backendRefs", default=())):
            yield (*here, "backendRefs", index), entry
        for index, entry in enumerate(dig(rule, "filters", default=())):
            mirrored = dig(entry, "requestMirror", "backendRef")
            if mirrored is not None:
                yield (*here, "filters", index, "requestMirror", "backendRef"), mirrored


def _told(world: Converged, written: Written, path: Path, reference: ObjectRef, wrong: Unresolved) -> Finding:
    if wrong.reason == "RefNotPermitted":
        cause = (
            f"{reference.group_kind} {reference.full_name} is in another namespace, and no ReferenceGrant there lets "
            f"HTTPRoutes of {written.resource.namespace} refer to it"
        )
        remedy = f"add a ReferenceGrant to namespace {reference.namespace}, or move the route there"
        return found(CODE, written, f"{wrong.reason}: {cause}", remedy, path)
    if wrong.reason != "BackendNotFound" or reference.kind != "Service":
        return found(CODE, written, f"{wrong.reason}: {wrong.message}", "refer to a Service", path)
    cause = f"{wrong.reason}: there is no Service {reference.full_name} in {written.store}"
    where = _elsewhere(world, written.store, reference)
    return found(CODE, written, cause + where[0], where[1], path)


def _elsewhere(world: Converged, store: str, reference: ObjectRef) -> tuple[str, str]:
    """Where a Service of that name does exist, and what follows from it."""
    key = Key("", "Service", reference.namespace, reference.name)
    zones = [zone for zone in world.zones() if zone != store and key in world.stores[zone]]
    if zones:
        return (
            f"; it exists in {', '.join(zones)}, but a backendRef reaches only Services of its own cluster",
            f"deploy {reference.name} to {store} too, or route to it from {zones[0]}",
        )
    others = [one.namespace for one in world.stores[store].list("", "Service") if one.name == reference.name]
    if others:
        return (
            f"; there is one in namespace {', '.join(others)}",
            f"name the namespace (`namespace: {others[0]}`) and grant the reference there",
        )
    return "", f"create the Service {reference.full_name} in {store}, or correct the name"
