"""Which MeshGateway belongs to a set of tags: of an instance, or of a gateway's Dataplane.

Source: A-5 to A-8, D-13.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.names import DEFAULT_MESH
from kumasim.domain.resource import Resource
from kumasim.domain.store import Index
from kumasim.domain.tree import FrozenMap, dig


def mesh_field(resource: Resource) -> str:
    """The mesh of a MeshGateway, Dataplane or older policy: its top-level `mesh` field. Source: A-45."""
    return str(resource.body.get("mesh") or DEFAULT_MESH)


MESH_GATEWAYS_BY_MESH = Index("meshgateway-by-mesh", "MeshGateway", lambda gateway: (mesh_field(gateway),))


def select_gateway(view: View, mesh: str, tags: Mapping[str, Any]) -> Resource | None:
    """The MeshGateway of a mesh that matches some tags best.

    The selector with the most tags wins, then the one with the most exact tags; among equals the one created later,
    and among those created together the first by name.

    Source: A-7, A-8.
    """
    chosen: tuple[tuple[int, int], Resource] | None = None
    for gateway in view.find(MESH_GATEWAYS_BY_MESH.name, mesh):
        rank = _rank(gateway, tags)
        if rank is not None and (chosen is None or _beats(rank, gateway, *chosen)):
            chosen = (rank, gateway)
    return None if chosen is None else chosen[1]


def selectors(gateway: Resource) -> Iterable[FrozenMap]:
    """The tag sets of a MeshGateway's selectors."""
    return (dig(selector, "match", default=FrozenMap()) for selector in dig(gateway.spec, "selectors", default=()))


def listeners(gateway: Resource) -> tuple[FrozenMap, ...]:
    """The listeners of a MeshGateway."""
    found: tuple[FrozenMap, ...] = dig(gateway.spec, "conf", "listeners", default=())
    return found


def _rank(gateway: Resource, tags: Mapping[str, Any]) -> tuple[int, int] | None:
    """The best rank among the selectors that match; None when none does. Source: A-6, A-7."""
    ranks = [_rank_of(selector) for selector in selectors(gateway) if _matches(selector, tags)]
    return max(ranks, default=None)


def _rank_of(selector: FrozenMap) -> tuple[int, int]:
    return len(selector), sum(wanted != "*" for wanted in selector.values())


def _matches(selector: FrozenMap, tags: Mapping[str, Any]) -> bool:
    return all(key in tags and wanted in ("*", tags[key]) for key, wanted in selector.items())


def _beats(rank: tuple[int, int], gateway: Resource, best: tuple[int, int], chosen: Resource) -> bool:
    return rank > best or (rank == best and gateway.meta.created_ns > chosen.meta.created_ns)
