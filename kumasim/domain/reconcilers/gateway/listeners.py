"""Which listeners of a Gateway can be used, what is said about each, and what the MeshGateway gets of them.

Source: GW-30 to GW-45, GW-60.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import attrs

from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.conditions import Condition, false, true
from kumasim.domain.reconcilers.gateway.certificates import Certificates, resolve_certificates
from kumasim.domain.reconcilers.gateway_api import GROUP, Listener
from kumasim.domain.tree import FrozenMap, freeze
from kumasim.domain.writes import Write

LISTENER_TAG = "gateways.kuma.io/listener-name"

_NO_CERTIFICATES = Certificates()


@attrs.frozen
class ListenerResult:
    """What became of one listener.

    Args:
        listener: as the Gateway has it.
        conditions: what is said of it in this pass.
        programmed: its entry in the MeshGateway, None when it is left out.
        writes: the Secrets to copy first.
        error: why the pass cannot go on ("" when it can).
    """

    listener: Listener
    conditions: tuple[Condition, ...]
    programmed: FrozenMap | None = None
    writes: tuple[Write, ...] = ()
    error: str = ""


def evaluate(
    view: View, namespace: str, mesh: str, listeners: tuple[Listener, ...], cross_mesh: bool
) -> tuple[ListenerResult, ...]:
    """Every listener of a Gateway with its conditions, in the order of the spec.

    Args:
        view: what is observed.
        namespace: the Gateway's.
        mesh: the Gateway's.
        listeners: as written.
        cross_mesh: whether the class makes cross-mesh gateways, which can only speak HTTP (GW-183, GW-184).
    """
    hosts = Counter((listener.hostname, listener.port) for listener in listeners)
    protocols = {
        (listener.port, listener.protocol) for listener in listeners if _supported(listener.protocol, cross_mesh)
    }
    on_port = Counter(port for port, _ in protocols)

    def result(listener: Listener) -> ListenerResult:
        if not _supported(listener.protocol, cross_mesh):
            return ListenerResult(listener, _detached(listener, cross_mesh))
        conflict = _conflict(listener, hosts[listener.hostname, listener.port], on_port[listener.port])
        if conflict is not None:
            return ListenerResult(listener, (conflict, false("Programmed", "Invalid", "conflicts found")))
        return _usable(view, namespace, mesh, listener, cross_mesh)

    return tuple(result(listener) for listener in listeners)


def supported_kinds(listener: Listener) -> tuple[FrozenMap, ...]:
    """The route kinds of a listener that Kuma supports; empty if it lists none of them. Source: GW-40."""
    if not listener.kinds:
        return (FrozenMap({"group": GROUP, "kind": "HTTPRoute"}),)
    return tuple(kind for kind in listener.kinds if _is_http_route(kind))


def _supported(protocol: str, cross_mesh: bool) -> bool:
    return protocol == "HTTP" or (protocol == "HTTPS" and not cross_mesh)


def _detached(listener: Listener, cross_mesh: bool) -> tuple[Condition, ...]:
    """Source: GW-31."""
    message = f"unsupported protocol {listener.protocol}" + (" with cross-mesh" if cross_mesh else "")
    return (
        false("Accepted", "UnsupportedProtocol", message),
        false("Programmed", "Invalid", "detached"),
    )  # fmt: skip


def _conflict(listener: Listener, same_host: int, protocols: int) -> Condition | None:
    """The conflict of a listener, hostname before protocol.

    Hostnames count whatever the protocol, protocols only if they are supported. Source: GW-32, GW-33, GW-34, GW-35, GW-36.
    """
    if listener.hostname is not None and same_host > 1:
        return Condition(
            "Conflicted", "True", "HostnameConflict", f"multiple listeners for {listener.hostname}:{listener.port}"
        )
    if protocols > 1:
        message = f"multiple listeners on {listener.port} with conflicting protocols"
        return Condition("Conflicted", "True", "ProtocolConflict", message)
    return None


def _usable(view: View, namespace: str, mesh: str, listener: Listener, cross_mesh: bool) -> ListenerResult:
    """A listener without conflicts: its references decide. Source: GW-38, GW-39, GW-43 to GW-45."""
    certificates = _NO_CERTIFICATES
    if listener.tls is not None:
        certificates = resolve_certificates(view, namespace, mesh, listener)
    unresolved = _invalid_kinds(listener) or certificates.failure
    references = unresolved or true("ResolvedRefs", "ResolvedRefs")
    programmed = (
        true("Programmed", "Programmed")
        if unresolved is None
        else false("Programmed", "Invalid", "unable to resolve refs")
    )
    return ListenerResult(
        listener,
        (true("Accepted", "Accepted"), false("Conflicted", "NoConflicts"), references, programmed),
        _entry(listener, certificates, cross_mesh) if certificates.failure is None else None,
        certificates.writes,
        certificates.error,
    )


def _invalid_kinds(listener: Listener) -> Condition | None:
    """Source: GW-39."""
    others = [_group_kind(kind) for kind in listener.kinds if not _is_http_route(kind)]
    if not others:
        return None
    return false("ResolvedRefs", "InvalidRouteKinds", f'unexpected RouteGroupKind "{", ".join(others)}"')


def _entry(listener: Listener, certificates: Certificates, cross_mesh: bool) -> FrozenMap:
    """The listener of the MeshGateway. Source: GW-60, GW-62."""
    entry: dict[str, Any] = {
        "port": listener.port,
        "protocol": listener.protocol,
        "hostname": "*" if listener.hostname is None else listener.hostname,
        "tags": {LISTENER_TAG: listener.name},
    }
    if cross_mesh:
        entry["crossMesh"] = True
    if listener.tls is not None and listener.tls.get("mode", "Terminate") != "Passthrough":
        entry["tls"] = {"mode": "TERMINATE", "certificates": [{"secret": name} for name in certificates.secrets]}
    made: FrozenMap = freeze(entry)
    return made


def _is_http_route(kind: FrozenMap) -> bool:
    return kind.get("kind") == "HTTPRoute" and kind.get("group", GROUP) == GROUP


def _group_kind(kind: FrozenMap) -> str:
    group = kind.get("group", GROUP)
    return f"{kind.get('kind')}.{group}" if group else str(kind.get("kind"))


def programmed(results: Iterable[ListenerResult]) -> tuple[FrozenMap, ...]:
    """The listeners that the MeshGateway gets."""
    return tuple(result.programmed for result in results if result.programmed is not None)
