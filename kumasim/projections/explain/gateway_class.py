"""Why a GatewayClass is accepted or not.

Source: GW-11 to GW-19.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from kumasim.domain.reconcilers.gateway_api import KUMA_API_VERSION, config_ref, is_kumas, refers_to_config
from kumasim.domain.reconcilers.gateway_class import parameters
from kumasim.domain.resource import Resource
from kumasim.projections.explain.conditions import conditions_of
from kumasim.projections.explain.failures import failing
from kumasim.projections.explain.making import applied, patched, repair
from kumasim.projections.explain.rules import rule
from kumasim.projections.explain.scene import Cause, Explained, Repair, Scene, line_of


def gateway_class(scene: Scene, found: Resource) -> Iterable[Explained]:
    """The Accepted condition."""
    for about, one in conditions_of(found):
        type_, status, reason = str(one.get("type")), str(one.get("status")), str(one.get("reason"))
        cause = _cause(scene, found, type_, reason)
        yield Explained(about, type_, status, reason, str(one.get("message", "")), cause)
    yield from failing(scene, "gateway-class", found.key)


def _cause(scene: Scene, found: Resource, type_: str, reason: str) -> Cause:
    known = attrs.evolve(rule("GatewayClass", type_, reason), lines=(line_of(found),))
    if not is_kumas(found):
        told = f"the class belongs to {found.spec.get('controllerName')}: Kuma leaves it alone"
        return attrs.evolve(known, source="GW-11", missing=(told,))
    if reason != "InvalidParameters":
        return known
    wrong = parameters(scene.view, found)[1]
    return attrs.evolve(known, missing=(wrong,), repairs=tuple(parameter_repairs(scene, found)))


def parameter_repairs(scene: Scene, found: Resource) -> Iterable[Repair]:
    """The config that is missing, or no parameters at all."""
    reference = config_ref(found)
    if reference is None:
        return
    if refers_to_config(reference) and not reference.get("namespace"):
        name = str(reference.get("name"))
        config = {"apiVersion": KUMA_API_VERSION, "kind": "MeshGatewayConfig", "metadata": {"name": name}, "spec": {}}
        yield repair(f"create the MeshGatewayConfig {name}", scene.store, applied(config))
    operation = {"op": "remove", "path": "/spec/parametersRef"}
    yield repair("leave out parametersRef", scene.store, patched(found, operation))
