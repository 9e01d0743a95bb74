"""Explanations: why a status is as it is, what was missing, and what might change it.

Each kind has a module of its own, which looks at the world with the rules of the domain and adds what those do not say:
where the missing thing does exist, what follows for requests, which changes to try. To add a kind: a module beside these
and its name in `EXPLAINERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from kumasim.domain.resource import Key, Resource
from kumasim.projections.explain.conditions import conditions_of, values_of
from kumasim.projections.explain.dataplane import dataplane
from kumasim.projections.explain.gateway import gateway
from kumasim.projections.explain.gateway_class import gateway_class
from kumasim.projections.explain.history import Since, last_change, since
from kumasim.projections.explain.http_route import http_route
from kumasim.projections.explain.mesh_gateway_instance import mesh_gateway_instance
from kumasim.projections.explain.mesh_service import mesh_service
from kumasim.projections.explain.scene import Cause, Explained, Line, Repair, Scene, line_of

__all__ = ["EXPLAINERS", "Dated", "Explained", "Line", "Repair", "Scene", "Since", "again", "dated", "explained"]

Explainer = Callable[[Scene, Resource], Iterable[Explained]]

EXPLAINERS: dict[str, Explainer] = {
    "Dataplane": dataplane,
    "Gateway": gateway,
    "GatewayClass": gateway_class,
    "HTTPRoute": http_route,
    "MeshGatewayInstance": mesh_gateway_instance,
    "MeshService": mesh_service,
}
"""Who explains which kind."""


@attrs.frozen
class Dated:
    """A value with its history."""

    explained: Explained
    since: Since


def explained(scene: Scene, found: Resource) -> list[Explained]:
    """Every value of an object's status, explained as far as its kind is known."""
    return list(EXPLAINERS.get(found.kind, _plain)(scene, found))


def dated(scene: Scene, found: Resource, values: Iterable[Explained]) -> list[Dated]:
    """These values with the records since which they have been so."""
    known = since(scene.records, scene.store, found.key, values_of)
    otherwise = last_change(scene.records, scene.store, found.key)
    return [Dated(one, known.get((one.about, one.type), otherwise)) for one in values]


def _plain(_: Scene, found: Resource) -> Iterable[Explained]:
    """The conditions of a kind that nobody explains further."""
    for about, one in conditions_of(found):
        cause = Cause(lines=(line_of(found),))
        yield Explained(
            about,
            str(one.get("type")),
            str(one.get("status")),
            str(one.get("reason", "")),
            str(one.get("message", "")),
            cause,
        )


def again(scene: Scene, key: Key, about: str, type_: str) -> Explained | None:
    """The same value in another world, None if it is not there."""
    found = scene.held(key)
    values = [] if found is None else explained(scene, found)
    return next((one for one in values if (one.about, one.type) == (about, type_)), None)
