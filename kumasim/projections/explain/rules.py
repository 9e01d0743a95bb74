"""What each condition and reason of Kuma's means: the rule behind it, and what it does to requests.

Source: the condition table of the Gateway API rules, A-46 to A-53.
"""

from __future__ import annotations

from kumasim.projections.explain.scene import Cause

_UNSERVED = "the listener is left out of the MeshGateway: no request reaches a route by it"
_KEPT = "what was generated before stays and goes on serving; nothing new is made"
_NO_ROUTE = (
    "no MeshHTTPRoute is made for this parent: no request reaches the route by it (404 where nothing else matches)"
)

RULES: dict[tuple[str, str, str], Cause] = {
    ("HTTPRoute", "Accepted", "Accepted"): Cause(
        "the parent exists, is Kuma's, and takes the route in", "GW-88 to GW-105", effect="requests are routed by it"
    ),
    ("HTTPRoute", "Accepted", "NoMatchingListenerHostname"): Cause(
        "a hostname of the route has to intersect one of the listeners that the parentRef names; this is looked at "
        "before sectionName is", "GW-88, GW-91, GW-92, GW-94", effect=_NO_ROUTE,
    ),
    ("HTTPRoute", "Accepted", "NoMatchingParent"): Cause(
        "the Gateway has no listener of the name in sectionName", "GW-93", effect=_NO_ROUTE
    ),
    ("HTTPRoute", "Accepted", "NotAllowedByListeners"): Cause(
        "allowedRoutes.namespaces of the listener does not let the route's namespace in", "GW-96, GW-97",
        effect=_NO_ROUTE,
    ),
    ("HTTPRoute", "ResolvedRefs", "ResolvedRefs"): Cause(
        "every backendRef and mirror stands for something in this cluster; ports are not looked at", "GW-123"
    ),
    ("HTTPRoute", "ResolvedRefs", "BackendNotFound"): Cause(
        "a backendRef reaches what its own cluster has, and nothing of other zones", "GW-127, GW-204"
    ),
    ("HTTPRoute", "ResolvedRefs", "RefNotPermitted"): Cause(
        "a reference into another namespace needs a ReferenceGrant there; that is looked at before anything else",
        "GW-120, GW-121",
    ),
    ("HTTPRoute", "ResolvedRefs", "InvalidKind"): Cause(
        "a backendRef may name a Service or an ExternalService of Kuma's, nothing else", "GW-129"
    ),
    ("GatewayClass", "Accepted", "Accepted"): Cause("the class is Kuma's and its parameters can be used", "GW-13"),
    ("GatewayClass", "Accepted", "InvalidParameters"): Cause(
        "parametersRef has to name a MeshGatewayConfig that exists, without namespace", "GW-14 to GW-16", effect=_KEPT
    ),
    ("GatewayClass", "Accepted", "Waiting"): Cause(
        "the API server's default: no controller has written a status", "GW-12, GW-22", effect=_KEPT
    ),
    ("Gateway", "Accepted", "Accepted"): Cause("Kuma has reconciled the Gateway; it says no more than that", "GW-52"),
    ("Gateway", "Accepted", "Pending"): Cause(
        "the API server's default: Kuma has not come as far as the status", "GW-25, GW-28", effect=_KEPT
    ),
    ("Gateway", "Programmed", "Programmed"): Cause(
        "every listener is programmed; addresses and pods play no role", "GW-53"
    ),
    ("Gateway", "Programmed", "Pending"): Cause(
        "the API server's default: Kuma has not come as far as the status", "GW-25, GW-28", effect=_KEPT
    ),
    ("Gateway", "Programmed", "Invalid"): Cause(
        "a Gateway is programmed if every listener is", "GW-53", effect="the listeners that are programmed do serve"
    ),
    ("listener", "Accepted", "Accepted"): Cause("the protocol is supported and nothing is in conflict", "GW-38"),
    ("listener", "Accepted", "UnsupportedProtocol"): Cause(
        "listeners speak HTTP or HTTPS; with a cross-mesh class only HTTP", "GW-30, GW-31", effect=_UNSERVED
    ),
    ("listener", "Conflicted", "NoConflicts"): Cause("no other listener is in the way", "GW-38"),
    ("listener", "Conflicted", "HostnameConflict"): Cause(
        "two listeners with the same port and hostname knock each other out", "GW-32, GW-33", effect=_UNSERVED
    ),
    ("listener", "Conflicted", "ProtocolConflict"): Cause(
        "HTTP and HTTPS on one port knock each other out", "GW-34", effect=_UNSERVED
    ),
    ("listener", "ResolvedRefs", "ResolvedRefs"): Cause("route kinds and certificates can be used", "GW-45"),
    ("listener", "ResolvedRefs", "InvalidRouteKinds"): Cause(
        "allowedRoutes.kinds lists a kind other than HTTPRoute", "GW-39",
        effect="none: the listener serves all the same, unless a certificate is bad too",
    ),
    ("listener", "ResolvedRefs", "RefNotPermitted"): Cause(
        "a certificate in another namespace needs a ReferenceGrant there", "GW-41, GW-120", effect=_UNSERVED
    ),
    ("listener", "ResolvedRefs", "InvalidCertificateRef"): Cause(
        "a certificateRef has to name a Secret of type kubernetes.io/tls with a usable key pair", "GW-41",
        effect=_UNSERVED,
    ),
    ("listener", "Programmed", "Programmed"): Cause("the references of the listener resolve", "GW-45"),
    ("listener", "Programmed", "Invalid"): Cause(
        "the listener is unsupported, in conflict, or has a reference that does not resolve", "GW-31 to GW-44"
    ),
    ("MeshGatewayInstance", "Ready", "Ready"): Cause(
        "the Service has an address and the Deployment is not unavailable", "A-48 to A-51",
        effect="requests to the Service's address reach the gateway's pods",
    ),
    ("MeshGatewayInstance", "Ready", "NoGatewayMatched"): Cause(
        "no MeshGateway of the instance's mesh selects its tags", "A-5 to A-10, A-29",
        effect="no Service and no Deployment is made",
    ),
    ("MeshGatewayInstance", "Ready", "DeploymentNotAvailable"): Cause(
        "the Deployment has too few pods that are ready", "A-48", effect="connections are refused while no pod is ready"
    ),
    ("MeshGatewayInstance", "Ready", "LoadBalancerAddressNotReady"): Cause(
        "a LoadBalancer Service counts when it has been given an address", "A-49 to A-51",
        effect="nothing outside the cluster can reach the gateway by an address",
    ),
}  # fmt: skip
"""(kind or "listener", condition type, reason) -> the rule."""


def rule(kind: str, type_: str, reason: str) -> Cause:
    """The rule behind a condition; an empty one where none is known."""
    return RULES.get((kind, type_, reason), Cause())
