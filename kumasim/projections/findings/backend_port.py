"""A backendRef that names a port which its Service does not have: resolved for Kuma, and 503 for every request.

Source: GW-123 to GW-127, GW-166 [U].
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.gateway_api import GROUP, ObjectRef
from kumasim.domain.tree import dig
from kumasim.projections.findings.base import Converged, Finding, found
from kumasim.projections.findings.unresolved_backend import references

CODE = "KS0306"


def backend_port(world: Converged) -> Iterable[Finding]:
    """Finds such references, each at its line."""
    for written, route in world.of_kind(GROUP, "HTTPRoute"):
        view = world.view(written.store)
        for path, entry in references(route):
            reference = ObjectRef.read(entry, route.namespace, "Service")
            service = None
            if (reference.group, reference.kind) == ("", "Service"):
                service = view.get("Service", reference.namespace, reference.name)
            if service is None or reference.port is None:
                continue
            ports = [port.get("port") for port in dig(service.spec, "ports", default=())]
            if reference.port not in ports:
                cause = f"Service {reference.full_name} has no port {reference.port}, so requests end in 503"
                remedy = f"name one of its ports: {', '.join(map(str, ports))}" if ports else ""
                yield found(CODE, written, cause, remedy, (*path, "port"))
