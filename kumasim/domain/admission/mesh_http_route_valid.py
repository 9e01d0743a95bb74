"""What a MeshHTTPRoute must hold.

Source: D-34, D-35, GW-155 to GW-158.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from kumasim.domain.admission.labels import ROLE
from kumasim.domain.admission.rule import Fault, Outcome, Review, invalid
from kumasim.domain.admission.target_ref_valid import target_ref_faults
from kumasim.domain.kinds.check import violations
from kumasim.domain.kinds.mesh_http_route import MeshFilter, MeshHTTPRoute, MeshMatch, MeshRule
from kumasim.domain.kinds.mesh_http_route_schema import FILTER_FIELDS
from kumasim.domain.kinds.schema import Text
from kumasim.domain.kinds.target_ref import TargetRef
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig

UNRESOLVED = "kuma.io/unresolved-backend"
"""The name of a backend that could not be resolved (GW-132); as a mirror's it is refused (GW-155)."""

_TOP = ("Mesh", "MeshSubset", "MeshService", "MeshServiceSubset")
_BACKENDS = ("MeshService", "MeshServiceSubset")


def mesh_http_route_valid(_: View, __: Review, resource: Resource) -> Outcome:
    """All faults at once."""
    route = resource.view(MeshHTTPRoute)
    return invalid([*_top(resource, route), *_tos(route)])


def _top(resource: Resource, route: MeshHTTPRoute) -> list[Fault]:
    """Source: D-35."""
    if (resource.meta.labels.get(ROLE) or "system") == "system":
        return target_ref_faults("spec.targetRef", route.target, (*_TOP, "MeshGateway"))
    return target_ref_faults("spec.targetRef", route.target, _TOP, listener_tags=False)


def _tos(route: MeshHTTPRoute) -> Iterable[Fault]:
    """Source: D-34."""
    gateway = route.target.kind == "MeshGateway"
    for index, to in enumerate(route.to):
        path = f"spec.to[{index}]"
        yield from target_ref_faults(f"{path}.targetRef", to.target, ("Mesh",) if gateway else ("MeshService",))
        for number, rule in enumerate(to.rules):
            yield from _rule(f"{path}.rules[{number}]", rule, gateway)
        if to.hostnames and not gateway:
            yield Fault(f"{path}.hostnames", "must not be defined")


def _rule(path: str, rule: MeshRule, gateway: bool) -> Iterable[Fault]:
    for index, match in enumerate(rule.matches):
        yield from _match(f"{path}.matches[{index}]", match)
    for index, item in enumerate(rule.filters or ()):
        yield from _filter(f"{path}.default.filters[{index}]", item, rule.matches, gateway)
    yield from _backends(f"{path}.default.backendRefs", rule, gateway)


def _match(path: str, match: MeshMatch) -> Iterable[Fault]:
    if match.path_type == "PathPrefix" and match.path != "/" and match.path.endswith("/"):
        text = "does not need a trailing slash because only a `/`-separated prefix or an entire path is matched"
        yield Fault(f"{path}.path.value", text)
    if match.path_type in ("PathPrefix", "Exact") and not match.path.startswith("/"):
        yield Fault(f"{path}.path.value", "must be an absolute path")
    seen: list[str] = []
    for index, param in enumerate(match.query):
        if param.name in seen:
            yield Fault(f"{path}.queryParams[{index}].name", f"multiple entries for name {param.name}")
        seen.append(param.name)
    for index, header in enumerate(match.headers):
        if header.type in ("Present", "Absent") and header.value:
            yield Fault(f"{path}.headers[{index}].value", "must not be defined")


def _backends(path: str, rule: MeshRule, gateway: bool) -> Iterable[Fault]:
    """Source: GW-156, GW-157."""
    redirects = any(item.type == "RequestRedirect" for item in rule.filters or ())
    if gateway and not rule.backends and not redirects:
        yield Fault(path, "must not be empty")
    for index, ref in enumerate(rule.backends or ()):
        yield from target_ref_faults(f"{path}[{index}]", ref.target, _BACKENDS, odd_names=(UNRESOLVED,))


def _filter(path: str, item: MeshFilter, matches: tuple[MeshMatch, ...], gateway: bool) -> Iterable[Fault]:
    check = _FILTERS.get(item.type)
    if check is None:
        return
    field = FILTER_FIELDS[item.type]
    if item.tree.get(field) is None:
        yield Fault(f"{path}.{field}", "must be defined")
        return
    yield from check(f"{path}.{field}", item, matches, gateway)


_AT_LEAST_ONE = "must have at least one defined: set, add, remove"

Matches = tuple[MeshMatch, ...]


def _headers(path: str, item: MeshFilter, _: Matches, __: bool) -> Iterable[Fault]:
    """Source: GW-158."""
    if not any(item.body.get(part) is not None for part in ("set", "add", "remove")):
        yield Fault(path, _AT_LEAST_ONE)
    names = [(f"{path}.{part}[{index}].name", _name(entry)) for part, index, entry in _entries(item.body)]
    seen: list[str] = []
    for place, name in names:
        if name in seen:
            yield Fault(place, "duplicate header name")
        seen.append(name)


def _entries(body: Any) -> Iterable[tuple[str, int, Any]]:
    for part in ("set", "add", "remove"):
        for index, entry in enumerate(body.get(part) or ()):
            yield part, index, entry


def _name(entry: Any) -> str:
    return entry if isinstance(entry, str) else entry.get("name") or ""


def _redirect(path: str, item: MeshFilter, matches: Matches, _: bool) -> Iterable[Fault]:
    yield from _prefix_replaced(path, item, matches)
    yield from _precise_hostname(f"{path}.hostname", item.body.get("hostname"))


def _rewrite(path: str, item: MeshFilter, matches: Matches, gateway: bool) -> Iterable[Fault]:
    yield from _prefix_replaced(path, item, matches)
    yield from _precise_hostname(f"{path}.hostname", item.body.get("hostname"))
    if item.body.get("hostToBackendHostname"):
        if not gateway:
            yield Fault(f"{path}.hostToBackendHostname", "can only be set with MeshGateway")
        if item.body.get("hostname") is not None:
            yield Fault(f"{path}.hostToBackendHostname", "cannot be set together with hostname")


def _mirror(path: str, item: MeshFilter, _: Matches, __: bool) -> Iterable[Fault]:
    """Source: GW-155."""
    target = TargetRef.read(item.body.get("backendRef"))
    return target_ref_faults(f"{path}.backendRef", target, _BACKENDS)


def _prefix_replaced(path: str, item: MeshFilter, matches: Matches) -> Iterable[Fault]:
    replaced = dig(item.body, "path", "replacePrefixMatch")
    if replaced is not None and any(match.path_type != "PathPrefix" for match in matches):
        yield Fault(f"{path}.path.replacePrefixMatch", "can only appear if all matches match a path prefix")


def _precise_hostname(path: str, hostname: str | None) -> Iterable[Fault]:
    if hostname is not None and not violations(Text(format="ip"), hostname):
        yield Fault(path, "cannot be an IP address")
    elif hostname is not None and re.search(r"[^-a-z0-9.]", hostname):
        yield Fault(
            path, "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'"
        )


_FILTERS: dict[str, Callable[[str, MeshFilter, Matches, bool], Iterable[Fault]]] = {
    "RequestHeaderModifier": _headers,
    "ResponseHeaderModifier": _headers,
    "RequestRedirect": _redirect,
    "URLRewrite": _rewrite,
    "RequestMirror": _mirror,
}
"""The check of each type of filter."""
