"""Webhooks: about which writes an API server must ask the control plane.

Source: KDS-61, KDS-106, KDS-221, B-1; chart of 2.8, `cp-webhooks-and-secrets.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kumasim.domain.admission.review import RULES
from kumasim.domain.admission.rule import key_of
from kumasim.domain.admission.selection import GATEWAY_API_KINDS
from kumasim.domain.admission.service_protocol import SUFFIX
from kumasim.domain.admission.sidecar import INJECTION
from kumasim.domain.resource import Resource

Labels = Mapping[str, str]

SYSTEM_NAMESPACE = "kuma.io/system-namespace"
"""The label of namespaces whose Secrets are looked at."""

UNWATCHED = "kube-system"
"""The namespace that no webhook looks into."""


def asks(operation: str, resource: Resource, namespace_labels: Labels, mode: str = "") -> bool:
    """Whether the control plane must be asked about a write.

    Args:
        operation: "CREATE", "UPDATE" or "DELETE".
        resource: the wanted object, or for a DELETE the stored one.
        namespace_labels: labels of its Namespace; empty for a cluster-scoped object.
        mode: "global" or "zone" to leave out what the control plane of that mode has nothing to say about, "" for
            everything.
    """
    kind = key_of(resource)
    if (kind, operation) not in RULES or resource.namespace == UNWATCHED:
        return False
    concerns = _CONCERNS.get(kind)
    return concerns is None or concerns(resource, namespace_labels, mode)


def _pod(pod: Resource, namespace_labels: Labels, mode: str) -> bool:
    """Its Namespace's label is true, or its own says `enabled`; other values of its own alone find no webhook."""
    labelled = namespace_labels.get(INJECTION) in ("enabled", "true") or pod.meta.labels.get(INJECTION) == "enabled"
    return labelled and mode != "global"


def _secret(_: Resource, namespace_labels: Labels, __: str) -> bool:
    return namespace_labels.get(SYSTEM_NAMESPACE) == "true"


def _service(service: Resource, _: Labels, mode: str) -> bool:
    """Kuma looks at these annotations alone, so without one there is nothing to ask."""
    return mode != "global" and any(key.endswith(SUFFIX) for key in service.meta.annotations)


def _gateway_api(_: Resource, __: Labels, mode: str) -> bool:
    return mode != "zone"


_CONCERNS: dict[tuple[str, str], Callable[[Resource, Labels, str], bool]] = {
    ("", "Pod"): _pod,
    ("", "Secret"): _secret,
    ("", "Service"): _service,
    **dict.fromkeys(GATEWAY_API_KINDS, _gateway_api),
}
"""What narrows the question down for kinds that are not Kuma's own."""
