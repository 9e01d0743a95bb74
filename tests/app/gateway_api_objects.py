"""Objects of the Gateway API for tests, as short as they can be written."""

from __future__ import annotations

from typing import Any

GROUP = "gateway.networking.k8s.io"
Tree = dict[str, Any]

NAMESPACE: Tree = {
    "apiVersion": "v1",
    "kind": "Namespace",
    "metadata": {"name": "demo", "labels": {"kuma.io/sidecar-injection": "enabled"}},
}
HTTP: Tree = {"name": "http", "port": 8080, "protocol": "HTTP"}


def gateway(*listeners: Tree, name: str = "edge", class_name: str = "kuma", **metadata: Any) -> Tree:
    spec = {"gatewayClassName": class_name, "listeners": list(listeners or (HTTP,))}
    meta = {"name": name, "namespace": "demo", **metadata}
    return {"apiVersion": f"{GROUP}/v1", "kind": "Gateway", "metadata": meta, "spec": spec}


def route(*rules: Tree, parents: tuple[Tree, ...] = ({"name": "edge"},), **spec: Any) -> Tree:
    spec = {"parentRefs": list(parents), "rules": list(rules), **spec}
    return {
        "apiVersion": f"{GROUP}/v1", "kind": "HTTPRoute", "metadata": {"name": "route", "namespace": "demo"}, "spec": spec,
    }  # fmt: skip


def to(*names: str, **more: Any) -> Tree:
    return {"backendRefs": [{"name": name, "port": 80, **more} for name in names]}


def service(name: str, namespace: str = "demo") -> Tree:
    spec = {"selector": {"app": name}, "ports": [{"port": 80, "appProtocol": "http"}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def namespace(name: str, **labels: str) -> Tree:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def kuma(kind: str, name: str, **spec: Any) -> Tree:
    return {"apiVersion": "kuma.io/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def gateway_class(name: str, config: str) -> Tree:
    parameters = {"group": "kuma.io", "kind": "MeshGatewayConfig", "name": config}
    spec = {"controllerName": "gateways.kuma.io/controller", "parametersRef": parameters}
    return {"apiVersion": f"{GROUP}/v1", "kind": "GatewayClass", "metadata": {"name": name}, "spec": spec}
