"""GatewayClass: whether its parameters can be used, and the finalizer that keeps a used class from going.

Source: GW-11 to GW-19.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, itself
from kumasim.domain.reconcilers.comparison import status_write
from kumasim.domain.reconcilers.conditions import Condition, false, set_conditions, true
from kumasim.domain.reconcilers.gateway_api import (
    CLASSES_BY_CONFIG,
    GATEWAYS_BY_CLASS,
    GROUP,
    KUMA_GROUP,
    GatewaySpec,
    config_ref,
    is_kumas,
    refers_to_config,
)
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import dig
from kumasim.domain.writes import Write, update

FINALIZER = "gateway-exists-finalizer.gateway.networking.k8s.io"


def reconcile(view: View, key: Key) -> Plan:
    """Keep the finalizer and the Accepted condition of a class that is Kuma's; leave others untouched.

    Source: GW-11, GW-18, GW-19.
    """
    observed = view.store.get(key)
    if observed is None or not is_kumas(observed):
        return NOTHING
    writes = _finalizer(observed, used=bool(view.find(GATEWAYS_BY_CLASS.name, observed.name)))
    if writes and observed.meta.deleted_ns >= 0:
        return Plan(writes)  # the last finalizer goes, and the object with it: there is no status left to write
    conditions = set_conditions(
        dig(observed.status, "conditions", default=()), (_accepted(view, observed),), observed.meta.generation,
        view.now_ns,
    )  # fmt: skip
    return Plan((*writes, *status_write(observed, {"conditions": conditions})))


def parameters(view: View, gateway_class: Resource) -> tuple[Resource | None, str]:
    """The MeshGatewayConfig that a class names, and what is wrong with the reference ("" when nothing is).

    Source: GW-13, GW-14, GW-15, GW-16, in that order.
    """
    reference = config_ref(gateway_class)
    if reference is None:
        return None, ""
    if not refers_to_config(reference):
        return None, f"parametersRef must point to a MeshGatewayConfig.{KUMA_GROUP}"
    if reference.get("namespace"):
        return None, "parametersRef must not refer to a namespace"
    config = view.get("MeshGatewayConfig", "", str(reference.get("name", "")), KUMA_GROUP)
    return config, "" if config is not None else "parametersRef could not be found"


def _accepted(view: View, gateway_class: Resource) -> Condition:
    _, wrong = parameters(view, gateway_class)
    return false("Accepted", "InvalidParameters", wrong) if wrong else true("Accepted", "Accepted")


def _finalizer(gateway_class: Resource, used: bool) -> tuple[Write, ...]:
    held = gateway_class.meta.finalizers
    if used == (FINALIZER in held):
        return ()
    wanted = (*held, FINALIZER) if used else tuple(each for each in held if each != FINALIZER)
    return (update(gateway_class.with_meta(finalizers=wanted)),)


def _class_of_gateway(gateway: Resource, _: View) -> Iterable[Key]:
    return (Key(GROUP, "GatewayClass", "", gateway.view(GatewaySpec).class_name),)


def _classes_of_config(config: Resource, view: View) -> Iterable[Key]:
    return tuple(found.key for found in view.find(CLASSES_BY_CONFIG.name, config.name))


GATEWAY_CLASS = Reconciler(
    name="gateway-class",
    wakes={
        (GROUP, "GatewayClass"): itself,
        (GROUP, "Gateway"): _class_of_gateway,
        (KUMA_GROUP, "MeshGatewayConfig"): _classes_of_config,
    },
    reconcile=reconcile,
    indexes=(GATEWAYS_BY_CLASS, CLASSES_BY_CONFIG),
    source="GW-11 to GW-19",
)
"""The GatewayClass controller."""
