"""An HTTPRoute on a Service, where the ports of the Service or of a backend are not known to speak HTTP.

Sidecars treat such a port of the parent as TCP and pass the route over; such a backend makes them drop the whole rule.

Source: B-28; GW-144 to GW-147, GW-169; Kuma's page on the Gateway API: "Remember to tag your Service ports with
appProtocol: http".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kumasim.domain.reconcilers.dataplane_from_pod.tags import protocol_of
from kumasim.domain.reconcilers.gateway_api import GROUP, ObjectRef, RouteSpec
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig
from kumasim.projections.findings.base import Converged, Finding, Path, Written, found
from kumasim.projections.findings.unresolved_backend import references

CODE = "KS0305"
HTTP = frozenset(("http", "http2", "grpc"))


def service_protocol(world: Converged) -> Iterable[Finding]:
    """Finds the ports, each at the line of the Service if it is the user's, else at the reference."""
    for written, route in world.of_kind(GROUP, "HTTPRoute"):
        view = world.view(written.store)
        parents = [
            (index, parent, service)
            for index, parent in enumerate(route.view(RouteSpec).parents)
            if parent.is_service and (service := view.get("Service", parent.namespace, parent.name)) is not None
        ]
        for index, parent, service in parents:
            why = f"HTTPRoute {route.namespace}/{route.name} is for it, so sidecars do not use the route"
            yield from _ports(world, written, service, parent.port, ("spec", "parentRefs", index), why)
        for path, entry in references(route) if parents else ():
            reference = ObjectRef.read(entry, route.namespace, "Service")
            backend = view.get("Service", reference.namespace, reference.name)
            if backend is not None and entry.get("weight") != 0 and "backendRefs" in path:
                why = f"a rule of HTTPRoute {route.namespace}/{route.name} sends to it, so sidecars drop that rule"
                yield from _ports(world, written, backend, reference.port, path, why)


def _ports(
    world: Converged, written: Written, service: Resource, number: int | None, path: Path, why: str
) -> Iterator[Finding]:
    owner = world.written_as(written.store, service.key)
    for place, port in enumerate(dig(service.spec, "ports", default=())):
        if number not in (None, port.get("port")) or protocol_of(service, port) in HTTP:
            continue
        cause = f"port {port.get('port')} of Service {service.namespace}/{service.name} is taken as "
        cause += f"{protocol_of(service, port)}: {why}"
        remedy = f"set `appProtocol: http` on port {port.get('port')}"
        if owner is not None:
            yield found(CODE, owner, cause, remedy, ("spec", "ports", place))
        else:
            yield found(CODE, written, cause, remedy, path)
