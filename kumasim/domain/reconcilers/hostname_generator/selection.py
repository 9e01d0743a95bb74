"""Which generators there are for which destinations, and what names they make.

Source: C-45, C-46.
"""

from __future__ import annotations

from kumasim.domain.go_template import TemplateError, evaluated
from kumasim.domain.policy.identity import DISPLAY_NAME, NAMESPACE_TAG, ZONE_TAG, content, display_name, mesh_of
from kumasim.domain.reconcilers.selectors import matches_set
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig

SELECTORS = {"MeshService": "meshService", "MeshExternalService": "meshExternalService"}
"""How a generator says which kind it is for."""


def precedence(generator: Resource) -> tuple[bool, int, str]:
    """Generators of the zone first, then the older, then by name. Source: C-46."""
    return generator.meta.labels.get("kuma.io/origin") != "zone", generator.meta.created_ns, generator.name


def core_name(resource: Resource) -> str:
    """What Kuma calls a namespaced object: name and namespace."""
    return f"{resource.name}.{resource.namespace}" if resource.namespace else resource.name


def concerned(generator: Resource, destination: Resource) -> bool:
    """Whether a generator is for a destination: for its kind, and by labels."""
    chosen = dig(content(generator), "selector", SELECTORS[destination.kind])
    labels = {DISPLAY_NAME: display_name(destination), **destination.meta.labels}
    return chosen is not None and matches_set(dig(chosen, "matchLabels", default={}), labels)


def hostname(generator: Resource, destination: Resource) -> str:
    """The name that a generator makes for a destination.

    Raises:
        TemplateError: its template cannot be filled.

    Source: C-45.
    """
    labels = {DISPLAY_NAME: display_name(destination), **destination.meta.labels}
    fields = {
        "DisplayName": display_name(destination),
        "Name": destination.name,
        "Namespace": str(labels.get(NAMESPACE_TAG, "")),
        "Mesh": mesh_of(destination),
        "Zone": str(labels.get(ZONE_TAG, "")),
    }

    def label(key: str) -> str:
        if key not in labels:
            raise TemplateError(f"pre evaluation of template with parameters failed with error=label {key} not found")
        return str(labels[key])

    return evaluated(str(dig(content(generator), "template", default="")), fields, {"label": label})
