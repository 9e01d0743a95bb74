"""By what a mapping selects elements of a list: `conditions: {ResolvedRefs: ...}` by their `type`.

Mostly the map keys that Kubernetes declares for its lists. Where a list has several keys by which people call its
elements (a port by number or by name), each is tried in turn. A path leads into the element.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.tree import dig

_Path = tuple[str | int, ...]

_NAME: tuple[_Path, ...] = (("name",),)
_REF: tuple[_Path, ...] = (("name",), ("kind",), ("targetRef", "name"), ("targetRef", "kind"))

LIST_KEYS: dict[str, tuple[_Path, ...]] = {
    "addresses": (("value",), ("ip",), ("address",), ("type",), ("hostname",)),
    "availableServices": (("tags", "kuma.io/service"),),
    "backendRefs": _NAME,
    "causes": (("field",), ("reason",)),
    "conditions": (("type",),),
    "containers": _NAME,
    "dnsNames": _NAME,
    "endpoints": (("targetRef", "name"), ("hostname",), ("addresses", 0)),
    "env": _NAME,
    "from": _REF,
    "headers": _NAME,
    "hostnames": (("hostname",),),
    "inbound": (("port",), ("name",), ("tags", "kuma.io/service")),
    "ingress": (("ip",), ("hostname",)),
    "initContainers": _NAME,
    "items": (("metadata", "name"), ("name",)),
    "listeners": (("name",), ("port",)),
    "mirrors": (("service",), ("pod",)),
    "outbound": (("port",), ("tags", "kuma.io/service"), ("backendRef", "name")),
    "ownerReferences": (("uid",), ("name",), ("kind",)),
    "parentRefs": (("name",), ("sectionName",)),
    "parents": (("parentRef", "name"), ("parentRef", "sectionName"), ("parentRef", "kind"), ("controllerName",)),
    "ports": (("port",), ("containerPort",), ("name",), ("number",)),
    "rules": _NAME,
    "subscriptions": (("id",), ("controlPlaneInstanceId",)),
    "subsets": _NAME,
    "supportedKinds": (("kind",),),
    "to": _REF,
    "via": (("hop",), ("zone",)),
    "vips": (("ip",), ("address",)),
    "volumeMounts": (("mountPath",), ("name",)),
    "volumes": _NAME,
}
"""Paths of the keys, by the name of the list."""

ANY_LIST: tuple[_Path, ...] = (("name",), ("type",), ("port",), ("key",), ("kind",), ("hostname",), ("ip",), ("id",))
"""Keys that are tried in a list of another name."""


def selected(field: str, elements: Any, selector: str) -> list[int]:
    """The indexes of the elements that a selector means, by the first key that finds any."""
    for path in LIST_KEYS.get(field, ANY_LIST):
        found = [index for index, element in enumerate(elements) if _called(dig(_frozen(element), *path)) == selector]
        if found:
            return found
    return []


def called(field: str, elements: Any) -> list[str]:
    """What the elements of a list can be called, for messages."""
    for path in LIST_KEYS.get(field, ANY_LIST):
        names = [_called(dig(_frozen(element), *path)) for element in elements]
        if any(names):
            return [name for name in names if name]
    return []


def _called(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    return str(value) if isinstance(value, str | int) else ""


def _frozen(element: Any) -> Any:
    """`dig` looks into tuples; plain lists of an element are shown to it as such."""
    if isinstance(element, dict) and any(isinstance(item, list) for item in element.values()):
        return {key: tuple(item) if isinstance(item, list) else item for key, item in element.items()}
    return element
