"""Objects with some part replaced, as a controller changes what it has read before it writes it back."""

from __future__ import annotations

from typing import Any

from kumasim.domain.resource import Resource
from kumasim.domain.tree import freeze


def with_body(resource: Resource, **fields: Any) -> Resource:
    """An object with some top-level fields (spec, mesh, data) replaced."""
    body = resource.body.with_(**{name: freeze(field) for name, field in fields.items()})
    return Resource(resource.api_version, resource.kind, resource.meta, body, resource.status, resource.origin)
