"""Entering a pod through its sidecar: mTLS and permissions.

Source: H-33 to H-38.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kumasim.domain.policy import selector
from kumasim.domain.policy.identity import PROTOCOL_TAG
from kumasim.domain.proxy.config import PermissionRule, ProxyConfig, ProxyInbound
from kumasim.domain.proxy.permissions import HTTP_PROTOCOLS
from kumasim.domain.resource import Resource
from kumasim.domain.traffic import workload
from kumasim.domain.traffic.journey import Client, Journey
from kumasim.domain.traffic.outcome import RESET, Outcomes
from kumasim.domain.tree import FrozenMap


def enter(
    journey: Journey, pod: Resource, config: ProxyConfig, port: int, service: str | None, client: Client
) -> Outcomes:
    """A connection arrives at a pod with a sidecar.

    Args:
        journey: in the pod's zone.
        pod: the destination.
        config: what its sidecar has received.
        port: the port connected to; one that is no inbound is passed through to the application.
        service: the Service chosen as destination, if any.
        client: who connects; an outsider sends plaintext.
    """
    found = next((one for one in config.inbounds if one.port == port), None)
    if found is None:
        return workload.answers(journey, pod, service)
    inside = journey.through("sidecar", journey.zone)
    refusal = checked(inside, found, client)
    if refusal is not None:
        return refusal
    return workload.answers(admitted(inside, found, client), pod, service)


def admitted(journey: Journey, inbound: ProxyInbound, client: Client) -> Journey:
    """The journey with a word on why an inbound let a client in."""
    if not journey.detailed:
        return journey
    if not inbound.mtls:
        return journey.told("sidecar", "mesh without mTLS: nobody is checked", "H-33", stage="permission")
    if not client.meshed:
        return journey.told("sidecar", "PERMISSIVE: plaintext is not checked", "H-37", stage="permission")
    rule = verdict(inbound.permissions, client.tags)
    source, origin = (rule.source, rule.origin) if rule is not None else ("", None)
    return journey.told("sidecar", "permission granted", "H-34 to H-36", source, origin, "permission")


def checked(journey: Journey, inbound: ProxyInbound, client: Client) -> Outcomes | None:
    """The refusal with which an inbound meets a client, or None if he may pass.

    Mesh mTLS off: nobody is checked (H-33). PERMISSIVE: plaintext is not checked (H-37). STRICT: plaintext is reset.
    """
    if not inbound.mtls:
        if client.meshed:
            return journey.told("sidecar", "the sidecar does not speak mTLS yet", "TLS handshake fails [U]").ends(RESET)
        return None
    if not client.meshed:
        if inbound.mtls == "PERMISSIVE":
            return None
        return journey.told("sidecar", "plaintext meets STRICT mTLS", "H-37").ends(RESET)
    rule = verdict(inbound.permissions, client.tags)
    if rule is not None and rule.allow:
        return None
    return _denied(journey, inbound, rule)


def _denied(journey: Journey, inbound: ProxyInbound, rule: PermissionRule | None) -> Outcomes:
    source, origin = (rule.source, rule.origin) if rule is not None else ("", None)
    did = "permission denied" if rule is not None else "no permission names the client"
    http = inbound.tags.get(PROTOCOL_TAG, "tcp") in HTTP_PROTOCOLS and not inbound.network_level
    told = journey.told("sidecar", did, "H-36" if http else "H-36 [U]", source, origin, "permission")
    return told.ends(403) if http else told.ends(RESET)


def verdict(rules: Iterable[PermissionRule], client: Iterable[FrozenMap]) -> PermissionRule | None:
    """The last rule that is about a client; None means that nobody let him in (H-34)."""
    who = tuple(client)
    about = [rule for rule in rules if _about(rule.tags, who)]
    return about[-1] if about else None


def _about(tags: Mapping[str, str], client: tuple[FrozenMap, ...]) -> bool:
    return not tags or any(selector.matches(tags, own) for own in client)
