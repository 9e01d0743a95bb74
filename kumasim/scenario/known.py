"""What a scenario may name: profiles, control plane variables, diagnostics, and the schemas of kinds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain import kinds
from kumasim.domain.diagnostics import PAGES
from kumasim.domain.kinds import Violation
from kumasim.domain.profile import PROFILES

VARIABLES: dict[str, str] = {
    "KUMA_API_SERVER_READ_ONLY": "turn all writes to a Universal control plane away",
    "KUMA_DEFAULTS_CREATE_MESH_ROUTING_RESOURCES": "create the older routing policies with a new Mesh",
    "KUMA_DEFAULTS_SKIP_MESH_CREATION": "do not create Mesh default",
    "KUMA_DEFAULTS_SKIP_TENANT_RESOURCES": "create no default policies at all",
    "KUMA_EXPERIMENTAL_GENERATE_MESH_SERVICES": "make a MeshService of every Service in the mesh",
    "KUMA_EXPERIMENTAL_SKIP_PERSISTED_VIPS": "give proxies nothing that comes from the table of virtual addresses",
    "KUMA_EXPERIMENTAL_INGRESS_TAG_FILTERS": "tags that zone ingresses tell of, comma-separated",
    "KUMA_MULTIZONE_GLOBAL_KDS_MAX_MSG_SIZE": "bytes of the largest message that the global takes from a zone",
    "KUMA_MULTIZONE_GLOBAL_KDS_NACK_BACKOFF": "read and without effect, as in Kuma itself (KDS-15)",
    "KUMA_MULTIZONE_GLOBAL_KDS_REFRESH_INTERVAL": "how often the global looks for changes to send",
    "KUMA_MULTIZONE_GLOBAL_KDS_RESPONSE_BACKOFF": "how long the global sleeps before it acknowledges a change",
    "KUMA_MULTIZONE_GLOBAL_KDS_ZONE_INSIGHT_FLUSH_INTERVAL": "how often the global writes ZoneInsights",
    "KUMA_MULTIZONE_ZONE_KDS_MAX_MSG_SIZE": "bytes of the largest message that the zone takes from the global",
    "KUMA_MULTIZONE_ZONE_KDS_NACK_BACKOFF": "read and without effect, as in Kuma itself (KDS-15)",
    "KUMA_MULTIZONE_ZONE_KDS_REFRESH_INTERVAL": "how often the zone looks for changes to send",
    "KUMA_MULTIZONE_ZONE_KDS_RESPONSE_BACKOFF": "how long the zone sleeps before it acknowledges a change",
    "KUMA_MULTIZONE_ZONE_DISABLE_ORIGIN_LABEL_VALIDATION": "take policies without the origin label",
    "KUMA_RUNTIME_KUBERNETES_ALLOWED_USERS": "accounts that may write what is synced, comma-separated",
    "KUMA_RUNTIME_KUBERNETES_INJECTOR_IGNORED_SERVICE_SELECTOR_LABELS": "labels of Service selectors to pass over",
    "KUMA_RUNTIME_KUBERNETES_INJECTOR_NODE_LABELS_TO_COPY": "labels of Nodes that become tags, comma-separated",
    "KUMA_RUNTIME_KUBERNETES_SKIP_MESH_OWNER_REFERENCE": "do not let resources be owned by their Mesh",
    "KUMA_RUNTIME_KUBERNETES_SUPPORT_GATEWAY_SECRETS_IN_ALL_NAMESPACES": "take certificates from any namespace",
    "KUMA_STORE_TYPE": "what a Universal control plane keeps its resources in: memory (the default) or postgres",
    "KUMA_STORE_UNSAFE_DELETE": "allow to delete a Mesh that has Dataplanes",
}
"""The control plane variables that are modelled, by their documented names."""

CHOICES: dict[str, tuple[str, ...]] = {"KUMA_STORE_TYPE": ("memory", "postgres")}
"""Variables that have few values."""


def _no_violations(_: Mapping[str, Any]) -> Iterable[Violation]:
    return ()


@attrs.frozen
class Known:
    """What the files of a scenario are checked against.

    Args:
        profiles: versions of Kuma, "2.8".
        variables: names of control plane variables.
        diagnostics: codes that a run may report; None where any well-formed code is taken.
        violations: what is wrong with a manifest by its kind's schema.
    """

    profiles: Collection[str] = tuple(PROFILES)
    variables: Collection[str] = tuple(VARIABLES)
    diagnostics: Collection[str] | None = None
    violations: Callable[[Mapping[str, Any]], Iterable[Violation]] = _no_violations


def current() -> Known:
    """What this version of kumasim knows."""
    return Known(diagnostics=tuple(PAGES), violations=kinds.violations)
