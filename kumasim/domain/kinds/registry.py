"""All kinds, and what can be asked about an object by its kind.

To add a kind: a module beside this with a `Kind` in it, and its place in `_KINDS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kumasim.domain.kinds import (
    apps,
    check,
    core,
    dataplane,
    default,
    discovery,
    gateway,
    gateway_class,
    hostname_generator,
    http_route,
    insights,
    kuma_policies,
    marks,
    mesh,
    mesh_gateway,
    mesh_gateway_config,
    mesh_gateway_instance,
    mesh_http_route,
    mesh_service,
    node,
    pod,
    reference_grant,
    service,
    system,
    zone,
    zone_proxies,
)
from kumasim.domain.kinds.kind import Kind
from kumasim.domain.kinds.metadata import identity_violations, metadata_violations
from kumasim.domain.kinds.violation import Violation, path_text
from kumasim.domain.resource import Resource, group_of
from kumasim.domain.tree import FrozenMap, freeze

_KINDS: tuple[Kind, ...] = (
    *core.KINDS,
    service.KIND,
    pod.KIND,
    node.KIND,
    *apps.KINDS,
    discovery.KIND,
    gateway_class.KIND,
    gateway.KIND,
    http_route.KIND,
    reference_grant.KIND,
    mesh.KIND,
    mesh_gateway.KIND,
    mesh_gateway_instance.KIND,
    mesh_gateway_config.KIND,
    mesh_http_route.KIND,
    hostname_generator.KIND,
    mesh_service.KIND,
    dataplane.KIND,
    zone.KIND,
    *zone_proxies.KINDS,
    *insights.KINDS,
    *kuma_policies.KINDS,
    *system.KINDS,
)

_BY_KEY: dict[tuple[str, str], Kind] = {(kind.group, kind.kind): kind for kind in _KINDS}

_BY_NAME: dict[str, Kind] = {
    name: kind
    for kind in reversed(_KINDS)  # where two share a name, the first one is meant
    for name in (kind.kind.lower(), kind.plural, f"{kind.plural}.{kind.group}", *kind.short_names)
}


def find(group: str, kind: str) -> Kind | None:
    """The kind of that name in an API group ("" for core kinds)."""
    return _BY_KEY.get((group, kind))


def find_by_name(name: str) -> Kind | None:
    """The kind that a user of the command line means: "HTTPRoute", "httproutes", "svc", "gateways.kuma.io"."""
    return _BY_NAME.get(name.lower())


def all_kinds() -> tuple[Kind, ...]:
    """Every kind that the simulator knows."""
    return _KINDS


def violations(tree: Mapping[str, Any]) -> tuple[Violation, ...]:
    """All that is wrong with a manifest, as the API server would answer it.

    Defaults are filled in first, as the API server does. Of a kind without schema only the metadata are checked.

    Args:
        tree: the whole manifest, plain or frozen.
    """
    found = list(identity_violations(tree))
    kind = None
    if not found:
        kind = find(group_of(tree["apiVersion"]), tree["kind"])
        found.extend(_unserved(tree["apiVersion"], tree["kind"], kind))
    found.extend(metadata_violations(tree, kind))
    if kind is not None:
        body = {key: value for key, value in tree.items() if key not in _FRAME}
        found.extend(check.violations(kind.schema, _completed(kind, freeze(body))))
    return tuple(found)


_FRAME = frozenset(("apiVersion", "kind", "metadata", "status"))


def _unserved(api_version: str, name: str, kind: Kind | None) -> tuple[Violation, ...]:
    """A kind that the API server does not serve in this version or group, though it does in another."""
    if kind is not None and api_version in kind.api_versions:
        return ()
    if kind is None and not any(other.group == group_of(api_version) for other in _KINDS):
        return ()
    served = kind.api_versions if kind is not None else _elsewhere(name)
    if not served:
        return ()
    text = f'no matches for kind "{name}" in version "{api_version}"'
    return (Violation(("apiVersion",), text, f"use {served[0]}", "version"),)


def _elsewhere(name: str) -> tuple[str, ...]:
    return next((kind.api_versions for kind in _KINDS if kind.kind == name and not kind.universal), ())


def _completed(kind: Kind, body: FrozenMap) -> FrozenMap:
    filled: FrozenMap = default.with_defaults(kind.schema, body)
    return filled if kind.derive is None else kind.derive(filled)


def defaulted(resource: Resource) -> Resource:
    """A resource with the defaults of its kind, those of a status that nobody has written yet among them.

    The same resource if nothing was missing, or if its kind is unknown.
    """
    kind = find(group_of(resource.api_version), resource.kind)
    if kind is None:
        return resource
    body = _completed(kind, resource.body)
    status = kind.status if resource.status is None else resource.status
    if body is resource.body and status is resource.status:
        return resource
    return Resource(resource.api_version, resource.kind, resource.meta, body, status, resource.origin)


def placed(resource: Resource, namespace: str = "default") -> Resource:
    """A resource in the namespace that kubectl would put it in: `namespace` where none is written, none for a kind
    that has no namespaces. An unknown kind stays where it is."""
    kind = find(group_of(resource.api_version), resource.kind)
    wanted = resource.namespace if kind is None else (resource.namespace or namespace) if kind.namespaced else ""
    return resource if wanted == resource.namespace else resource.with_meta(namespace=wanted)


def unmodelled(resource: Resource) -> tuple[str, ...]:
    """The fields that a resource uses and the simulator does not act on, `spec.rules[].timeouts`, each once.

    "." stands for the whole object: its kind is not modelled, or unknown.
    """
    kind = find(group_of(resource.api_version), resource.kind)
    if kind is None or not kind.modelled:
        return (".",)
    return _fields(marks.unmodelled(kind.schema, resource.body))


def ignored(resource: Resource) -> tuple[tuple[str, str], ...]:
    """The fields that a resource uses and Kuma itself ignores, each once with the rule that says so."""
    kind = find(group_of(resource.api_version), resource.kind)
    if kind is None:
        return ()
    sources = {_field(path): rule for path, rule in marks.ignored(kind.schema, resource.body)}
    return tuple(sources.items())


def _fields(paths: tuple[tuple[str | int, ...], ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_field(path) for path in paths))


def _field(path: tuple[str | int, ...]) -> str:
    return re.sub(r"\[\d+\]", "[]", path_text(path))
