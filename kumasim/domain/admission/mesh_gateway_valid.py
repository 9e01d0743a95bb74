"""What a MeshGateway must hold.

Source: D-1 to D-11, GW-83.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from kumasim.domain.admission.rule import Fault, Outcome, Review, invalid
from kumasim.domain.admission.tags import RESERVED, TagRules, tag_faults
from kumasim.domain.kinds.mesh_gateway import MeshGateway, MeshGatewayListener
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig

_SELECTOR = TagRules(selector=True, needs_one=True, needs_service=True)
_OWN_TAGS = TagRules(selector=True, reserved=RESERVED)
_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DOMAIN = re.compile(rf"^{_LABEL}(\.{_LABEL})*\Z")


def mesh_gateway_valid(_: View, __: Review, resource: Resource) -> Outcome:
    """All faults of selectors, tags and listeners at once."""
    gateway = resource.view(MeshGateway)
    faults = [*_selectors(gateway), *tag_faults("spec.tags", gateway.tags, _OWN_TAGS), *_conf(resource, gateway)]
    return invalid(faults)


def _selectors(gateway: MeshGateway) -> Iterable[Fault]:
    """Source: D-1, D-2."""
    if not gateway.selectors:
        yield Fault("spec.selectors", "must have at least one element")
    only_one = any(listener.cross_mesh for listener in gateway.listeners)
    for index, tags in enumerate(gateway.selectors):
        yield from tag_faults(f"spec.selectors[{index}].match", tags, _SELECTOR)
        if index > 0 and only_one:
            yield Fault(f"spec.selectors[{index}]", "there can be at most one selector")


def _conf(resource: Resource, gateway: MeshGateway) -> Iterable[Fault]:
    """Source: D-3."""
    if dig(resource.spec, "conf") is None:
        yield Fault("spec.conf", "cannot be empty")
        return
    if not gateway.listeners:
        yield Fault("spec.conf.listeners", "cannot be empty")
    for index, listener in enumerate(gateway.listeners):
        path = f"spec.conf.listeners[{index}]"
        yield from _listener(path, listener)
        tls = resource.spec["conf"]["listeners"][index].get("tls")
        yield from _tls(path, listener, len(dig(tls, "certificates", default=())))
        yield from tag_faults(f"{path}.tags", listener.tags, _OWN_TAGS)
    for rule in (_protocols_agree, _hostnames_differ, _limits_agree):
        yield from rule(gateway.listeners)


def _listener(path: str, listener: MeshGatewayListener) -> Iterable[Fault]:
    """Source: D-3, D-6, D-7."""
    if listener.hostname != "*":
        yield from _hostname(f"{path}.hostname", listener.hostname)
    if not 1 <= listener.port <= 65535:
        yield Fault(f"{path}.port", "port must be in the range [1, 65535]")
    if listener.protocol in ("", "NONE"):
        yield Fault(f"{path}.protocol", "cannot be empty")
    if listener.protocol == "HTTPS":
        if listener.cross_mesh:
            yield Fault(f"{path}.protocol", "protocol is not supported with crossMesh")
        elif not listener.tls_mode:
            yield Fault(f"{path}.tls", "cannot be empty")
        elif listener.tls_mode == "PASSTHROUGH":
            yield Fault(f"{path}.tls.mode", "mode is not supported on HTTPS listeners")


def _hostname(path: str, hostname: str) -> Iterable[Fault]:
    """Source: D-6."""
    if len(hostname) > 253:
        yield Fault(path, "must be at most 253 characters")
    if hostname.startswith("*."):
        if _DOMAIN.match(hostname[2:]) is None:
            yield Fault(path, "invalid wildcard domain")
    elif _DOMAIN.match(hostname) is None:
        yield Fault(path, "invalid hostname")


def _tls(path: str, listener: MeshGatewayListener, certificates: int) -> Iterable[Fault]:
    """Source: D-7 to D-9."""
    mode = listener.tls_mode
    if not mode:
        return
    if listener.cross_mesh:
        if mode != "NONE" or certificates:
            yield Fault(f"{path}.tls", "must be empty with crossMesh")
    elif mode == "NONE":
        yield Fault(f"{path}.tls.mode", "cannot be empty")
    elif mode == "TERMINATE" and certificates == 0:
        yield Fault(f"{path}.tls.certificates", "cannot be empty in TLS termination mode")
    elif mode == "TERMINATE" and certificates > 2:
        yield Fault(f"{path}.tls.certificates", "cannot have more than 2 certificates")


Listeners = tuple[MeshGatewayListener, ...]


def _grouped(listeners: Listeners, key: Callable[[MeshGatewayListener], Any]) -> dict[Any, list[int]]:
    groups: dict[Any, list[int]] = {}
    for index, listener in enumerate(listeners):
        groups.setdefault(key(listener), []).append(index)
    return groups


def _protocols_agree(listeners: Listeners) -> Iterable[Fault]:
    """Source: D-10."""
    for indexes in _grouped(listeners, lambda item: item.port).values():
        if len({listeners[index].protocol for index in indexes}) > 1:
            for index in indexes:
                yield Fault(f"spec.conf.listeners[{index}]", "protocol conflicts with other listeners on this port")


def _hostnames_differ(listeners: Listeners) -> Iterable[Fault]:
    """Source: D-10."""
    for indexes in _grouped(listeners, lambda item: (item.port, item.hostname)).values():
        if len(indexes) > 1:
            for index in indexes:
                yield Fault(f"spec.conf.listeners[{index}]", "multiple listeners for hostname on this port")


def _limits_agree(listeners: Listeners) -> Iterable[Fault]:
    """Source: D-10."""
    for indexes in _grouped(listeners, lambda item: item.port).values():
        limited = [index for index in indexes if listeners[index].connection_limit]
        if len({listeners[index].connection_limit for index in limited}) > 1:
            for index in limited:
                path = f"spec.conf.listeners[{index}].resources.connectionLimit"
                yield Fault(path, "conflicting values for this port")
