"""Whether an HTTPRoute is attached to one of its parents.

For a Gateway parent the order of the checks is: does it count at all, do the hostnames intersect those of the candidate
listeners, is there such a section, does a listener allow the route's namespace (GW-88).

Source: GW-84 to GW-104.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.gateway_api import GROUP, GatewaySpec, Listener, ParentRef, RouteSpec, kuma_class
from kumasim.domain.reconcilers.selectors import matches_selector
from kumasim.domain.resource import Resource

ALLOWED = "Accepted"
NO_HOSTNAME = "NoMatchingListenerHostname"
"""Source: GW-91, GW-92: also for a route with hostnames and a wrong sectionName."""
NO_PARENT = "NoMatchingParent"
"""Source: GW-93."""
NOT_ALLOWED = "NotAllowedByListeners"
"""Source: GW-97."""


@attrs.frozen
class Attachment:
    """The verdict on one parent: the reason of its Accepted condition.

    Args:
        parent: the parentRef.
        reason: ALLOWED, NO_HOSTNAME, NO_PARENT or NOT_ALLOWED.
        service: the parent Service, None for a Gateway.
    """

    parent: ParentRef
    reason: str
    service: Resource | None = None

    @property
    def accepted(self) -> bool:
        """Whether the parent takes the route in."""
        return self.reason == ALLOWED


def attachments(view: View, route: Resource, namespace: Resource) -> tuple[Attachment, ...]:
    """The verdict on every parent that counts, in the order of the spec; the others get no status entry.

    Uncounted are parents of other kinds, Gateways that are missing or not of a Kuma class, and missing Services.

    Source: GW-84, GW-85, GW-102.

    Raises:
        ValueError: a listener's namespace selector cannot be read.
    """
    verdicts = (_attach(view, route, namespace, parent) for parent in route.view(RouteSpec).parents)
    return tuple(verdict for verdict in verdicts if verdict is not None)


def intersect(route_hostnames: tuple[str, ...], listener_hostnames: Iterable[str]) -> bool:
    """Whether a route may serve one of the hostnames; "" is a listener without hostname, which accepts all.

    Source: GW-94.
    """
    if not route_hostnames:
        return True
    listeners = tuple(listener_hostnames)
    return any(
        not theirs or ours == theirs or _wildcard_matches(ours, theirs) or _wildcard_matches(theirs, ours)
        for ours in route_hostnames
        for theirs in listeners
    )


def _attach(view: View, route: Resource, namespace: Resource, parent: ParentRef) -> Attachment | None:
    """The verdict on one parent.

    The candidates are the listeners of the section, or all; a port is not looked at (GW-89). The hostname may be matched by
    one of them and the namespace let in by another (GW-98).
    """
    if parent.is_service:  # always allowed; section and port are not looked at (GW-101, GW-103, GW-104)
        service = view.get("Service", parent.namespace, parent.name)
        return None if service is None else Attachment(parent, ALLOWED, service)
    gateway = _gateway(view, parent)
    if gateway is None:
        return None
    listeners = gateway.view(GatewaySpec).listeners
    candidates = [each for each in listeners if parent.section is None or each.name == parent.section]
    if not intersect(route.view(RouteSpec).hostnames, (each.hostname or "" for each in candidates)):
        return Attachment(parent, NO_HOSTNAME)
    if parent.section and not candidates:
        return Attachment(parent, NO_PARENT)
    allowed = any(_permits(listener, gateway, namespace) for listener in candidates)
    return Attachment(parent, ALLOWED if allowed else NOT_ALLOWED)


def _gateway(view: View, parent: ParentRef) -> Resource | None:
    """The Gateway behind a parentRef if its class is Kuma's, accepted or not. Source: GW-85, GW-86."""
    gateway = view.get("Gateway", parent.namespace, parent.name, GROUP) if parent.is_gateway else None
    if gateway is None or kuma_class(view, gateway.view(GatewaySpec).class_name) is None:
        return None
    return gateway


def _permits(listener: Listener, gateway: Resource, namespace: Resource) -> bool:
    """Whether a listener lets routes of a namespace in; kinds and validity do not matter. Source: GW-96, GW-99."""
    same_namespace = gateway.namespace == namespace.name
    selected = listener.namespaces_from == "Selector" and matches_selector(
        listener.namespaces_selector, namespace.meta.labels
    )
    return {"All": True, "Same": same_namespace, "Selector": selected}.get(listener.namespaces_from, False)


def _wildcard_matches(name: str, pattern: str) -> bool:
    """Whether a pattern `*.suffix` covers a name. The dot is not part of the comparison: GW-95 (a bug until 2.14)."""
    suffix = pattern.removeprefix("*.")
    return suffix != pattern and name.endswith(suffix) and name != suffix
