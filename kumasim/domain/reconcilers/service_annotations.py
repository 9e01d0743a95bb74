"""Services in an injected namespace are marked, so that ingress controllers call the Service instead of its pods.

The annotations are written again on every change and never removed.

Source: B-44 to B-46.
"""

from __future__ import annotations

from kumasim.domain.reconcilers.annotations import enabled
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, itself
from kumasim.domain.reconcilers.only_read import only_read
from kumasim.domain.resource import Key, Resource
from kumasim.domain.writes import update

UPSTREAM = ("ingress.kubernetes.io/service-upstream", "nginx.ingress.kubernetes.io/service-upstream")

INJECTION_LABEL = "kuma.io/sidecar-injection"


def reconcile(view: View, key: Key) -> Plan:
    """Annotate a Service whose namespace is labelled for injection."""
    service = view.store.get(key)
    namespace = None if service is None else view.get("Namespace", "", service.namespace)
    if service is None or namespace is None:
        return NOTHING
    try:
        if not _concerned(service, namespace):
            return NOTHING
    except ValueError as wrong:
        return Plan(error=str(wrong))
    wanted = service.meta.annotations.with_(**dict.fromkeys(UPSTREAM, "true"))
    return NOTHING if wanted == service.meta.annotations else Plan((update(service.with_meta(annotations=wanted)),))


def _concerned(service: Resource, namespace: Resource) -> bool:
    """Source: B-44 to B-46."""
    annotations = service.meta.annotations
    return (
        annotations.get("kuma.io/gateway") != "builtin"
        and enabled(namespace.meta.labels, INJECTION_LABEL)
        and service.spec.get("type") != "ExternalName"
        and not enabled(annotations, "kuma.io/ignore")
    )


SERVICE_ANNOTATIONS = Reconciler(
    name="service-annotations",
    wakes={("", "Service"): itself, **only_read(("", "Namespace"))},
    reconcile=reconcile,
    source="B-44 to B-46",
)
"""The Service controller."""
