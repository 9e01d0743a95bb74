"""What each kind of policy does on a gateway, as the documentation says and as the code of 2.8 does it.

Source: the support table of Kuma's page "Gateway"; G-1 to G-21.
"""

from __future__ import annotations

import attrs

LISTENER, ROUTE, CLUSTER = "listener", "route", "cluster"
"""The parts of a gateway's configuration that a policy may be chosen for."""


@attrs.frozen
class Support:
    """What a kind of policy does on a gateway.

    Args:
        documented: "Full", "Partial" or "None", as the documentation's table has it.
        parts: the parts of a built-in gateway's configuration for which one policy of the kind is chosen.
        elsewhere: where it acts if not there, one sentence.
        rule: its source.
    """

    documented: str
    parts: tuple[str, ...] = ()
    elsewhere: str = ""
    rule: str = ""


CONNECTION_POLICIES: dict[str, Support] = {
    "CircuitBreaker": Support("Full", (CLUSTER,), rule="G-9"),
    "HealthCheck": Support("Full", (CLUSTER,), rule="G-9"),
    "RateLimit": Support("Full", (ROUTE,), rule="G-10"),
    "Retry": Support("Full", (ROUTE,), rule="G-10, G-15"),
    "Timeout": Support("Full", (ROUTE, CLUSTER), rule="G-9, G-10"),
    "FaultInjection": Support(
        "Full",
        elsewhere="the destination's sidecar enforces it, by the tags that the gateway sends along",
        rule="G-18 [U]",
    ),
}
"""The older policies that are chosen by matching sources and destinations (G-1 to G-15)."""

OTHER_POLICIES: dict[str, Support] = {
    "TrafficLog": Support("Partial", (LISTENER,), rule="G-16"),
    "TrafficPermission": Support(
        "Full", elsewhere="the destination's sidecar asks for the gateway's own tags, never a listener's", rule="G-17"
    ),
    "ProxyTemplate": Support("Full", (LISTENER,), rule="the documentation's support table"),
    "TrafficRoute": Support("None", elsewhere="it has no effect on built-in gateways", rule="G-19"),
    "VirtualOutbound": Support("None", elsewhere="it has no effect on built-in gateways", rule="G-19"),
}
"""The older policies that are chosen in other ways, or not at all."""

SUPPORT: dict[str, Support] = {**CONNECTION_POLICIES, **OTHER_POLICIES}
"""Every kind of the older policies that the documentation's table names, but for External Services."""
