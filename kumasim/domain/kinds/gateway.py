"""Gateway: the listeners that a user asks a class of gateways for.

Source: GW-21 to GW-57.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.kinds.check import violations
from kumasim.domain.kinds.gateway_class import WAITING_SINCE
from kumasim.domain.kinds.kind import AGE, Column, Kind
from kumasim.domain.kinds.names import (
    HOSTNAME_PATTERN,
    PORT,
    group,
    hostname,
    kind_name,
    namespace,
    object_name,
    section_name,
)
from kumasim.domain.kinds.pod import SELECTOR
from kumasim.domain.kinds.schema import ListOf, MapOf, Obj, Rule, Text
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig, freeze

GATEWAY_GROUP = "gateway.networking.k8s.io"
"""The API group of the Gateway API."""


@attrs.frozen
class RouteKind:
    """A kind of route that a listener admits."""

    group: str
    kind: str


@attrs.frozen
class CertificateRef:
    """A certificate that a listener terminates TLS with; `namespace` is the Gateway's unless one is written."""

    group: str
    kind: str
    namespace: str
    name: str


@attrs.frozen
class Listener:
    """One listener of a Gateway.

    Args:
        hostname: "" when none is written: every host.
        tls_mode: "Terminate", "Passthrough", or "" without a `tls` block.
        routes_from: "Same", "All" or "Selector": the namespaces whose routes may attach.
        selector: the label selector of namespaces, for "Selector".
        kinds: the kinds of route that may attach; empty: those that fit the protocol.
    """

    name: str
    port: int
    protocol: str
    hostname: str = ""
    tls_mode: str = ""
    certificates: tuple[CertificateRef, ...] = ()
    routes_from: str = "Same"
    selector: FrozenMap = EMPTY
    kinds: tuple[RouteKind, ...] = ()


@attrs.frozen
class Gateway:
    """A Gateway as rules read it."""

    class_name: str
    listeners: tuple[Listener, ...]

    @classmethod
    def of(cls, resource: Resource) -> Gateway:
        spec = resource.spec
        return cls(
            class_name=spec.get("gatewayClassName") or "",
            listeners=tuple(_listener(tree, resource.namespace) for tree in spec.get("listeners") or ()),
        )


def _listener(tree: FrozenMap, namespace: str) -> Listener:
    tls = tree.get("tls")
    return Listener(
        name=tree.get("name") or "",
        port=tree.get("port") or 0,
        protocol=tree.get("protocol") or "",
        hostname=tree.get("hostname") or "",
        tls_mode="" if tls is None else tls.get("mode") or "Terminate",
        certificates=tuple(_certificate(ref, namespace) for ref in dig(tls, "certificateRefs", default=())),
        routes_from=dig(tree, "allowedRoutes", "namespaces", "from", default="Same"),
        selector=dig(tree, "allowedRoutes", "namespaces", "selector", default=EMPTY),
        kinds=tuple(_route_kind(kind) for kind in dig(tree, "allowedRoutes", "kinds", default=())),
    )


def _certificate(ref: Any, namespace: str) -> CertificateRef:
    group = ref.get("group") or ""
    return CertificateRef(group, ref.get("kind") or "Secret", ref.get("namespace") or namespace, ref.get("name") or "")


def _route_kind(tree: Any) -> RouteKind:
    group = tree.get("group")
    return RouteKind(GATEWAY_GROUP if group is None else group, tree.get("kind") or "")


def _tls_where_needed(listeners: Any) -> bool:
    return all("tls" in item for item in listeners if item["protocol"] in ("HTTPS", "TLS"))


def _no_tls_elsewhere(listeners: Any) -> bool:
    return not any("tls" in item for item in listeners if item["protocol"] in ("HTTP", "TCP", "UDP"))


def _no_hostname_on_streams(listeners: Any) -> bool:
    return not any(item.get("hostname") for item in listeners if item["protocol"] in ("TCP", "UDP"))


def _all_differ(values: list[Any]) -> bool:
    return len(values) == len(set(values))


def _distinct_listeners(listeners: Any) -> bool:
    return _all_differ([(item["port"], item["protocol"], item.get("hostname")) for item in listeners])


def _distinct_addresses(kind: str) -> Any:
    return lambda addresses: _all_differ([item["value"] for item in addresses if item.get("type") == kind])


def _certificates_to_terminate(tls: Any) -> bool:
    # A Terminate without any certificate must at least say how else it gets one: the CRD asks for a non-empty list.
    return tls.get("mode") != "Terminate" or bool(tls.get("certificateRefs"))


def _is_ip(address: Any) -> bool:
    return address.get("type") != "IPAddress" or not violations(Text(format="ip"), address.get("value"))


def _is_host(address: Any) -> bool:
    return address.get("type") != "Hostname" or not violations(Text(pattern=HOSTNAME_PATTERN), address.get("value"))


_DOMAIN_PREFIXED = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$"

_TLS = Obj(
    {
        "mode": Text(enum=("Terminate", "Passthrough"), default="Terminate"),
        "certificateRefs": ListOf(
            Obj(
                {
                    "group": group(default=""),
                    "kind": kind_name(default="Secret"),
                    "name": object_name(),
                    "namespace": namespace(),
                },
                required=("name",),
            ),
            max_items=64,
        ),
        "options": MapOf(Text(max_length=4096), max_entries=16, ignored="GW-83"),
    },
    rules=(
        Rule(
            "certificateRefs must be specified when TLSModeType is Terminate",
            _certificates_to_terminate,
            fix="add certificateRefs",
        ),
    ),
)

_ALLOWED_ROUTES = Obj(
    {
        "namespaces": Obj(
            {"from": Text(enum=("All", "Selector", "Same"), default="Same"), "selector": SELECTOR},
            default={"from": "Same"},
        ),
        "kinds": ListOf(
            Obj({"group": group(default=GATEWAY_GROUP), "kind": kind_name()}, required=("kind",)), max_items=8
        ),
    },
    default={"namespaces": {"from": "Same"}},
)

_LISTENER = Obj(
    {
        "name": section_name(),
        "hostname": hostname(),
        "port": PORT,
        "protocol": Text(
            pattern=r"^[a-zA-Z0-9]([-a-zSA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9]+$",
            min_length=1,
            max_length=255,
        ),
        "tls": _TLS,
        "allowedRoutes": _ALLOWED_ROUTES,
    },
    required=("name", "port", "protocol"),
)

_ADDRESS = Obj(
    {
        "type": Text(
            pattern=r"^Hostname|IPAddress|NamedAddress|" + _DOMAIN_PREFIXED,
            min_length=1,
            max_length=253,
            default="IPAddress",
        ),
        "value": Text(min_length=1, max_length=253),
    },
    required=("value",),
    rules=(
        Rule("value must be an IP address when type is IPAddress", _is_ip, ("value",)),
        Rule(f"Hostname value must only contain valid characters (matching {HOSTNAME_PATTERN})", _is_host, ("value",)),
    ),
)

_SPEC = Obj(
    {
        "gatewayClassName": object_name(),
        "listeners": ListOf(
            _LISTENER,
            map_keys=("name",),
            min_items=1,
            max_items=64,
            rules=(
                Rule("tls must be specified for protocols ['HTTPS', 'TLS']", _tls_where_needed),
                Rule("tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']", _no_tls_elsewhere),
                Rule("hostname must not be specified for protocols ['TCP', 'UDP']", _no_hostname_on_streams),
                Rule(
                    "Combination of port, protocol and hostname must be unique for each listener", _distinct_listeners
                ),
            ),
        ),
        "addresses": ListOf(
            _ADDRESS,
            max_items=16,
            ignored="GW-29",
            rules=(
                Rule("IPAddress values must be unique", _distinct_addresses("IPAddress")),
                Rule("Hostname values must be unique", _distinct_addresses("Hostname")),
            ),
        ),
        "infrastructure": Obj(
            {
                "labels": MapOf(Text(max_length=4096), max_entries=8),
                "annotations": MapOf(Text(max_length=4096), max_entries=8),
            },
            ignored="GW-29",
        ),
    },
    required=("gatewayClassName", "listeners"),
)


def _pending(condition: str) -> dict[str, str]:
    return {
        "lastTransitionTime": WAITING_SINCE,
        "message": "Waiting for controller",
        "reason": "Pending",
        "status": "Unknown",
        "type": condition,
    }


KIND = Kind(
    group=GATEWAY_GROUP,
    kind="Gateway",
    plural="gateways",
    versions=("v1", "v1beta1"),
    storage="v1beta1",
    short_names=("gtw",),
    schema=Obj({"spec": _SPEC}, required=("spec",)),
    has_status=True,
    status=freeze({"conditions": [_pending("Accepted"), _pending("Programmed")]}),
    columns=(
        Column("Class", "spec.gatewayClassName"),
        Column("Address", "join(',', (status.addresses || `[]`)[].value)"),
        Column("Programmed", "status.conditions[?type=='Programmed'].status | [0]"),
        AGE,
    ),
    source="Gateway API v1.0 experimental; GW-25, GW-37",
)
