"""Conditions wherever a status has them: of the object, of its listeners, of its parents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.reconcilers.gateway_api import ParentRef
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, dig
from kumasim.projections.explain.history import Values


def conditions_of(resource: Resource) -> Iterable[tuple[str, Any]]:
    """(about, condition) for every condition of an object."""
    for condition in dig(resource.status, "conditions", default=()):
        yield "", condition
    for listener in dig(resource.status, "listeners", default=()):
        for condition in dig(listener, "conditions", default=()):
            yield f"listener {listener.get('name')}", condition
    for entry in dig(resource.status, "parents", default=()):
        about = parent_text(ParentRef.read(dig(entry, "parentRef", default=EMPTY), resource.namespace))
        for condition in dig(entry, "conditions", default=()):
            yield about, condition


def values_of(resource: Resource) -> Values:
    """What every condition of an object says."""
    return {
        (about, str(one.get("type"))): (str(one.get("status")), str(one.get("reason", "")))
        for about, one in conditions_of(resource)
    }


def parent_text(parent: ParentRef) -> str:
    """A parentRef in few words: "parent Gateway kuma-demo/edge, section http"."""
    section = f", section {parent.section}" if parent.section else ""
    port = f", port {parent.port}" if parent.port else ""
    return f"parent {parent.kind} {parent.namespace}/{parent.name}{section}{port}"
