"""What of the Gateway API Kuma leaves alone, told once: classes of other controllers, kinds that it does not watch.

Source: GW-9, GW-11, GW-22.
"""

from __future__ import annotations

from kumasim.domain.reconcilers.base import NOTHING, Diagnostic, Plan, Reconciler, View, itself
from kumasim.domain.reconcilers.gateway_api import GROUP, is_kumas
from kumasim.domain.resource import Key, Resource

IGNORED_KINDS = ("GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")
"""No version of Kuma watches these: they get no status and have no effect (GW-9, GW-10)."""


def reconcile(view: View, key: Key) -> Plan:
    """Report such an object; do nothing about it."""
    found = view.store.get(key)
    told = None if found is None else _told(found)
    return NOTHING if told is None else Plan(diagnostics=(told,))


def _told(found: Resource) -> Diagnostic | None:
    if found.kind in IGNORED_KINDS:
        message = f"Kuma does not watch {found.kind}: the object has no effect and gets no status (GW-9)"
        return Diagnostic("KS0206", message, str(found.key))
    if is_kumas(found):
        return None
    controller = found.spec.get("controllerName")
    message = f"the class belongs to {controller}: Kuma leaves it, its Gateways and their routes alone (GW-11, GW-22)"
    return Diagnostic("KS0207", message, str(found.key))


GATEWAY_API_IGNORED = Reconciler(
    name="gateway-api-ignored",
    wakes={(GROUP, kind): itself for kind in ("GatewayClass", *IGNORED_KINDS)},
    reconcile=reconcile,
    source="GW-9, GW-11",
)
"""No controller of Kuma's: it speaks about what Kuma is silent about."""
