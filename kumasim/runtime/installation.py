"""What installing Kuma puts into a zone's cluster beside its control plane: zone proxies and a GatewayClass.

Source: GW-6 (GatewayClass `kuma` in mode zone only), Kuma's Helm chart for the zone ingress and egress.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.resource import Resource, resource

INGRESS_PORT = 10001
EGRESS_PORT = 10002


def installed(ingress: tuple[int, ...], egress: tuple[int, ...], system_namespace: str) -> tuple[Resource, ...]:
    """The objects of a zone's installation.

    Args:
        ingress: the replicas of each separately addressed zone ingress.
        egress: the same for zone egresses.
        system_namespace: where they live.
    """
    objects: list[dict[str, Any]] = [_gateway_class()]
    for number, replicas in enumerate(ingress, start=1):
        name = "kuma-ingress" if number == 1 else f"kuma-ingress-{number}"
        objects += _proxy(name, system_namespace, "ingress", replicas, INGRESS_PORT, "LoadBalancer")
    for number, replicas in enumerate(egress, start=1):
        name = "kuma-egress" if number == 1 else f"kuma-egress-{number}"
        objects += _proxy(name, system_namespace, "egress", replicas, EGRESS_PORT, "ClusterIP")
    return tuple(resource(tree) for tree in objects)


def _gateway_class() -> dict[str, Any]:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "GatewayClass",
        "metadata": {"name": "kuma"},
        "spec": {"controllerName": "gateways.kuma.io/controller"},
    }


def _proxy(name: str, namespace: str, role: str, replicas: int, port: int, service_type: str) -> list[dict[str, Any]]:
    labels = {"app": name}
    pod_labels = {**labels, "kuma.io/sidecar-injection": "disabled"}
    container = {"name": role, "image": "kuma-dp", "ports": [{"containerPort": port}]}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": pod_labels, "annotations": {f"kuma.io/{role}": "enabled"}},
                "spec": {"containers": [container]},
            },
        },
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"type": service_type, "selector": labels, "ports": [{"port": port, "targetPort": port}]},
    }
    return [service, deployment]
