"""What the Gateway API controllers share: constants, readers of the objects, and indexes to find them by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.conditions import is_true
from kumasim.domain.resource import Resource
from kumasim.domain.store import Index
from kumasim.domain.tree import EMPTY, FrozenMap, dig

GROUP = "gateway.networking.k8s.io"
KUMA_GROUP = "kuma.io"
KUMA_API_VERSION = "kuma.io/v1alpha1"

CONTROLLER_NAME = "gateways.kuma.io/controller"
"""The controllerName of a GatewayClass that is Kuma's, and of Kuma's entries in a route's status (GW-11, GW-111)."""


@attrs.frozen
class ParentRef:
    """One `parentRefs` entry of an HTTPRoute.

    Args:
        group, kind, namespace, name: the parent, with the API's defaults filled in.
        section: sectionName, None when unset.
        port: None when unset.
        written: the entry as status repeats it.
    """

    group: str
    kind: str
    namespace: str
    name: str
    section: str | None
    port: int | None
    written: FrozenMap

    @classmethod
    def read(cls, entry: FrozenMap, route_namespace: str) -> ParentRef:
        """The entry with its defaults; the namespace defaults to the route's. Source: GW-87."""
        group = GROUP if entry.get("group") is None else str(entry["group"])
        kind = str(entry.get("kind") or "Gateway")
        written = entry.with_(group=group, kind=kind)
        namespace = str(entry.get("namespace") or route_namespace)
        return cls(
            group, kind, namespace, str(entry.get("name", "")), entry.get("sectionName"), entry.get("port"), written
        )

    @property
    def is_gateway(self) -> bool:
        """Whether it names a Gateway. Source: GW-84."""
        return self.kind == "Gateway" and self.group == GROUP

    @property
    def is_service(self) -> bool:
        """Whether it names a Service, with either group. Source: GW-84."""
        return self.kind == "Service" and self.group in ("", GROUP)


@attrs.frozen
class ObjectRef:
    """A reference from a route or listener to a backend or certificate, defaults filled in."""

    group: str
    kind: str
    namespace: str
    name: str
    port: int | None = None

    @classmethod
    def read(cls, entry: FrozenMap, from_namespace: str, default_kind: str) -> ObjectRef:
        """The reference with its defaults; the namespace defaults to that of the object that refers."""
        return cls(
            str(entry.get("group") or ""),
            str(entry.get("kind") or default_kind),
            str(entry.get("namespace") or from_namespace),
            str(entry.get("name", "")),
            entry.get("port"),
        )

    @property
    def group_kind(self) -> str:
        """As Kubernetes prints a group and kind: `Service`, `ExternalService.kuma.io`."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @property
    def full_name(self) -> str:
        """As Kubernetes prints a name: `namespace/name`."""
        return f"{self.namespace}/{self.name}"


@attrs.frozen
class Listener:
    """One listener of a Gateway, defaults filled in."""

    name: str
    hostname: str | None
    port: int
    protocol: str
    tls: FrozenMap | None
    kinds: tuple[FrozenMap, ...]
    namespaces_from: str
    namespaces_selector: FrozenMap | None
    certificates: tuple[ObjectRef, ...]


@attrs.frozen
class GatewaySpec:
    """What the controllers read of a Gateway."""

    class_name: str
    listeners: tuple[Listener, ...]

    @classmethod
    def of(cls, gateway: Resource) -> GatewaySpec:
        """Reads a Gateway."""
        listeners = dig(gateway.spec, "listeners", default=())
        return cls(
            str(gateway.spec.get("gatewayClassName", "")),
            tuple(_listener(entry, gateway.namespace) for entry in listeners),
        )


@attrs.frozen
class RouteSpec:
    """What the controllers read of an HTTPRoute."""

    parents: tuple[ParentRef, ...]
    hostnames: tuple[str, ...]
    rules: tuple[FrozenMap, ...]

    @classmethod
    def of(cls, route: Resource) -> RouteSpec:
        """Reads an HTTPRoute."""
        return cls(
            tuple(ParentRef.read(entry, route.namespace) for entry in dig(route.spec, "parentRefs", default=())),
            dig(route.spec, "hostnames", default=()),
            dig(route.spec, "rules", default=(FrozenMap(),)),
        )

    @property
    def gateways(self) -> tuple[tuple[str, str], ...]:
        """Namespace and name of every Gateway parent."""
        return tuple((parent.namespace, parent.name) for parent in self.parents if parent.is_gateway)


def kuma_class(view: View, name: str) -> Resource | None:
    """The GatewayClass of a name if it exists and is Kuma's. Source: GW-11, GW-22, GW-85."""
    found = view.get("GatewayClass", "", name, GROUP)
    return found if found is not None and is_kumas(found) else None


def is_kumas(gateway_class: Resource) -> bool:
    """Whether a GatewayClass names Kuma as its controller. Source: GW-11."""
    return bool(gateway_class.spec.get("controllerName") == CONTROLLER_NAME)


def is_accepted(gateway_class: Resource) -> bool:
    """Whether the status of a GatewayClass says Accepted=True. Source: GW-23."""
    return is_true(dig(gateway_class.status, "conditions"), "Accepted")


def config_ref(gateway_class: Resource) -> FrozenMap | None:
    """The `parametersRef` of a GatewayClass."""
    reference: FrozenMap | None = gateway_class.spec.get("parametersRef")
    return reference


def refers_to_config(reference: FrozenMap) -> bool:
    """Whether a `parametersRef` names a MeshGatewayConfig. Source: GW-14."""
    return reference.get("group") == KUMA_GROUP and reference.get("kind") == "MeshGatewayConfig"


def _listener(entry: FrozenMap, namespace: str) -> Listener:
    references = dig(entry, "tls", "certificateRefs", default=())
    return Listener(
        name=str(entry.get("name", "")),
        hostname=entry.get("hostname"),
        port=int(entry.get("port", 0)),
        protocol=str(entry.get("protocol", "")),
        tls=entry.get("tls"),
        kinds=dig(entry, "allowedRoutes", "kinds", default=()),
        namespaces_from=dig(entry, "allowedRoutes", "namespaces", "from", default="Same"),
        namespaces_selector=dig(entry, "allowedRoutes", "namespaces", "selector"),
        certificates=tuple(ObjectRef.read(reference, namespace, "Secret") for reference in references),
    )


def _class_of(gateway: Resource) -> Iterable[str]:
    return (gateway.view(GatewaySpec).class_name,)


def _config_of(gateway_class: Resource) -> Iterable[str]:
    reference = config_ref(gateway_class)
    if reference is None or not is_kumas(gateway_class) or not refers_to_config(reference):
        return ()
    return (str(reference.get("name", "")),)


def _secrets_of(gateway: Resource) -> Iterable[tuple[str, str]]:
    listeners = gateway.view(GatewaySpec).listeners
    return [(ref.namespace, ref.name) for listener in listeners for ref in listener.certificates]


def _gateways_of(route: Resource) -> Iterable[tuple[str, str]]:
    return route.view(RouteSpec).gateways


def backend_refs(route: Resource) -> Iterable[ObjectRef]:
    """Every backend and mirror that a route names, in rule order."""
    for rule in route.view(RouteSpec).rules:
        for entry in _rule_backends(rule):
            yield ObjectRef.read(entry, route.namespace, "Service")


def _rule_backends(rule: FrozenMap) -> Iterable[Any]:
    yield from dig(rule, "backendRefs", default=())
    for filter_ in dig(rule, "filters", default=()):
        if filter_.get("type") == "RequestMirror":
            yield dig(filter_, "requestMirror", "backendRef", default=EMPTY)


def _services_of(route: Resource) -> Iterable[tuple[str, str]]:
    return [(ref.namespace, ref.name) for ref in backend_refs(route) if (ref.group, ref.kind) == ("", "Service")]


GATEWAYS_BY_CLASS = Index("gateway-by-class", "Gateway", _class_of)
GATEWAYS_BY_SECRET = Index("gateway-by-secret", "Gateway", _secrets_of)
CLASSES_BY_CONFIG = Index("gatewayclass-by-config", "GatewayClass", _config_of)
ROUTES_BY_GATEWAY = Index("httproute-by-gateway", "HTTPRoute", _gateways_of)
ROUTES_BY_SERVICE = Index("httproute-by-service", "HTTPRoute", _services_of)
