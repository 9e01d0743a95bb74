"""A GatewayClass of another controller, or a Gateway of no class of Kuma's: Kuma leaves both alone.

Source: GW-11, GW-21, GW-22.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.gateway_api import GROUP, GatewaySpec, is_kumas, kuma_class
from kumasim.projections.findings.base import Converged, Finding, found

CODE = "KS0207"


def foreign_class(world: Converged) -> Iterable[Finding]:
    """Finds both, each once."""
    for written, found_class in world.of_kind(GROUP, "GatewayClass"):
        if not is_kumas(found_class):
            controller = found_class.spec.get("controllerName")
            yield found(CODE, written, f"the class belongs to {controller}; Kuma leaves it and its Gateways alone")
    for written, gateway in world.of_kind(GROUP, "Gateway"):
        name = gateway.view(GatewaySpec).class_name
        view = world.view(written.store)
        if kuma_class(view, name) is None:
            there = view.get("GatewayClass", "", name, GROUP) is not None
            why = "which belongs to another controller" if there else f"which {written.store} does not have"
            cause = f"the Gateway is of GatewayClass {name}, {why}; Kuma does nothing for it"
            yield found(CODE, written, cause, "", ("spec", "gatewayClassName"))
