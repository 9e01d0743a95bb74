"""Annotations of a Service that name the protocol of a port must name one that Kuma knows.

Source: B-28; Kuma's service validator.
"""

from __future__ import annotations

from kumasim.domain.admission.rule import Fault, Outcome, Review, invalid
from kumasim.domain.kinds.service import Service
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource

SUFFIX = ".service.kuma.io/protocol"

PROTOCOLS = ("grpc", "http", "http2", "kafka", "tcp")
"""Those that Kuma names as allowed; "tls" is understood as well."""


def service_protocol(view: View, _: Review, resource: Resource) -> Outcome:
    """Refuses unknown ones; a global control plane is not asked."""
    if view.around.mode == "global":
        return None
    faults: list[Fault] = []
    for port in resource.view(Service).ports:
        key = f"{port.port}{SUFFIX}"
        said = resource.meta.annotations.get(key)
        if said is not None and said.lower() not in (*PROTOCOLS, "tls"):
            text = f'value "{said}" is not valid. Allowed values: {", ".join(PROTOCOLS)}'
            faults.append(Fault(f'metadata.annotations["{key}"]', text))
    return invalid(faults)
