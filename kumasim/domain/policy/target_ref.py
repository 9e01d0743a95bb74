"""Target references: what a policy says it is about, and whether that is the proxy, listener or client at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from kumasim.domain.policy import selector
from kumasim.domain.policy.identity import SERVICE_TAG
from kumasim.domain.tree import EMPTY, FrozenMap, dig

SIDECAR = "Sidecar"
GATEWAY = "Gateway"

BREADTH = {
    "Mesh": 1,
    "MeshSubset": 2,
    "MeshGateway": 3,
    "MeshService": 4,
    "MeshServiceSubset": 5,
    "MeshExternalService": 6,
    "MeshHTTPRoute": 7,
}
"""The kinds a target reference may have, broader ones first. Source: D-37."""


@attrs.frozen
class TargetRef:
    """A target reference as written.

    Args:
        kind: one of `BREADTH`; "Mesh" when left out.
        name: of the service or gateway it names.
        tags: what it narrows to.
        proxy_types: "Sidecar", "Gateway"; empty means both.
    """

    kind: str = "Mesh"
    name: str = ""
    tags: FrozenMap = EMPTY
    proxy_types: tuple[str, ...] = ()


@attrs.frozen
class Subject:
    """What a policy may be about: a proxy, one of its inbounds, or a listener of a gateway.

    Args:
        tags: its tags; of a listener, the effective ones (D-15).
        proxy_type: "Sidecar" or "Gateway".
        gateway: display name of the MeshGateway that a built-in gateway plays, "" for others.
    """

    tags: Mapping[str, Any]
    proxy_type: str = SIDECAR
    gateway: str = ""


def read(tree: Any) -> TargetRef:
    """The target reference that a tree holds; an absent one is the whole mesh."""
    return TargetRef(
        kind=dig(tree, "kind", default="Mesh"),
        name=dig(tree, "name", default=""),
        tags=dig(tree, "tags", default=EMPTY),
        proxy_types=dig(tree, "proxyTypes", default=()),
    )


def _mesh(ref: TargetRef, subject: Subject) -> bool:
    return not ref.proxy_types or subject.proxy_type in ref.proxy_types


def _mesh_subset(ref: TargetRef, subject: Subject) -> bool:
    return _mesh(ref, subject) and selector.matches(ref.tags, subject.tags)


def _mesh_service(ref: TargetRef, subject: Subject) -> bool:
    return selector.matches({SERVICE_TAG: ref.name}, subject.tags)


def _mesh_service_subset(ref: TargetRef, subject: Subject) -> bool:
    return _mesh_service(ref, subject) and selector.matches(ref.tags, subject.tags)


def _mesh_gateway(ref: TargetRef, subject: Subject) -> bool:
    return subject.gateway != "" and ref.name == subject.gateway and selector.matches(ref.tags, subject.tags)


SELECTS: dict[str, Callable[[TargetRef, Subject], bool]] = {
    "Mesh": _mesh,
    "MeshSubset": _mesh_subset,
    "MeshService": _mesh_service,
    "MeshServiceSubset": _mesh_service_subset,
    "MeshGateway": _mesh_gateway,
}


def selects(ref: TargetRef, subject: Subject) -> bool:
    """Whether a top-level reference (or one of `from`) is about a subject; unknown kinds select nothing.

    A reference to Mesh or MeshSubset without proxy types is about built-in gateways too (D-36 [U]).
    Source: D-34, D-36.
    """
    rule = SELECTS.get(ref.kind)
    return rule is not None and rule(ref, subject)
