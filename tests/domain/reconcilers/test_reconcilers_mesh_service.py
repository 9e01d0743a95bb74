"""Services become MeshServices. Source: C-1 to C-25."""

from __future__ import annotations

from typing import Any

import pytest
from controllers_bench import Cluster, mesh, namespace

FLAGS = {"KUMA_EXPERIMENTAL_GENERATE_MESH_SERVICES": "true"}
INJECTED = {"kuma.io/sidecar-injection": "enabled"}


def zone(semantics: str = "documented", injected: bool = False, **config: str) -> Cluster:
    cluster = Cluster(semantics, config={**FLAGS, **config})
    return cluster.apply(namespace("kuma-system"), namespace("shop", INJECTED if injected else {}), mesh())


def service(labels: dict[str, str] | None = None, cluster_ip: str = "10.0.0.7", **fields: Any) -> dict[str, Any]:
    ports = fields.pop("ports", [{"name": "web", "port": 80, "targetPort": 8080, "appProtocol": "http"}])
    return {
        "kind": "Service", "name": "echo", "namespace": "shop",
        "labels": {"kuma.io/mesh": "default", "team": "a"} if labels is None else labels,
        "spec": {"clusterIP": cluster_ip, "selector": {"app": "echo"}, "ports": ports}, **fields,
    }  # fmt: skip


def test_a_labelled_service_becomes_a_mesh_service_with_its_address() -> None:
    cluster = zone().apply(service())

    made = cluster.get("MeshService", "shop", "echo")

    assert made is not None
    assert made["spec"] == {
        "selector": {"dataplaneTags": {"app": "echo", "k8s.kuma.io/namespace": "shop"}},
        "ports": [{"name": "web", "port": 80, "targetPort": 8080, "appProtocol": "http"}],
    }
    assert made["status"] == {"vips": [{"ip": "10.0.0.7"}]}
    assert made["metadata"]["ownerReferences"][0]["kind"] == "Service"
    assert made["metadata"]["labels"] == {
        "kuma.io/mesh": "default",
        "team": "a",
        "k8s.kuma.io/service-name": "echo",
        "kuma.io/managed-by": "k8s-controller",
        "k8s.kuma.io/is-headless-service": "false",
    }


def test_a_control_plane_that_was_not_told_to_makes_none() -> None:
    cluster = zone(KUMA_EXPERIMENTAL_GENERATE_MESH_SERVICES="false").apply(service())

    assert cluster.names("MeshService") == []


@pytest.mark.parametrize(
    ("semantics", "injected", "labels", "made"),
    [
        ("documented", False, {"kuma.io/mesh": "default"}, True),
        ("documented", True, {}, False),
        ("documented", False, {}, False),
        ("source", True, {}, True),
        ("source", False, {}, False),
        ("source", False, {"kuma.io/mesh": "nowhere"}, False),
    ],
)
def test_who_gets_one(semantics: str, injected: bool, labels: dict[str, str], made: bool) -> None:
    cluster = zone(semantics, injected).apply(service(labels))

    assert cluster.names("MeshService") == (["echo"] if made else [])
    assert bool(cluster.diagnostics) == (injected and not labels)


@pytest.mark.parametrize(
    "changed",
    [{"annotations": {"kuma.io/gateway": "anything"}}, {"cluster_ip": ""}],
    ids=["a gateway's Service", "a Service without address"],
)
def test_what_is_passed_over_keeps_the_one_it_has(changed: dict[str, Any]) -> None:
    cluster = zone().apply(service())

    cluster.apply(service({}, **changed))

    assert cluster.names("MeshService") == ["echo"]


def test_without_its_label_a_service_loses_it_and_with_the_service_it_goes() -> None:
    assert zone().apply(service(), service({})).names("MeshService") == []
    assert zone().apply(service()).remove("Service", "shop", "echo").names("MeshService") == []


def test_ports_are_taken_as_they_are_written() -> None:
    ports = [
        {"name": "web", "port": 80, "targetPort": "http"},
        {"name": "dns", "port": 53, "protocol": "UDP"},
        {"name": "raw", "port": 81},
    ]
    annotated = {"80.service.kuma.io/protocol": "http"}

    made = zone().apply(service(ports=ports, annotations=annotated)).get("MeshService", "shop", "echo")

    assert made is not None
    assert made["spec"]["ports"] == [
        {"name": "web", "port": 80, "targetPort": "http", "appProtocol": "tcp"},
        {"name": "raw", "port": 81, "targetPort": 81, "appProtocol": "tcp"},
    ]


def test_a_mesh_service_of_somebody_else_is_left_and_reported() -> None:
    by_hand = {
        "kind": "MeshService", "name": "echo", "namespace": "shop", "labels": {"kuma.io/mesh": "default"},
        "spec": {"selector": {"dataplaneTags": {"app": "mine"}}, "ports": [{"port": 1}]},
    }  # fmt: skip
    cluster = zone().apply(by_hand, service())

    assert "not owned by Service echo" in cluster.error("mesh-service")
    assert cluster.get("MeshService", "shop", "echo")["spec"]["selector"] == {"dataplaneTags": {"app": "mine"}}  # type: ignore[index]
    assert cluster.remove("MeshService", "shop", "echo").error("mesh-service") == ""


def pod(name: str) -> dict[str, Any]:
    labels = {"app": "echo", "statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": name[-1]}
    return {
        "kind": "Pod", "name": name, "namespace": "shop", "labels": labels,
        "spec": {"containers": [{"name": "x", "image": "x"}]}, "status": {"podIP": f"10.1.0.{name[-1]}"},
    }  # fmt: skip


def slice_of(*pods: str) -> dict[str, Any]:
    endpoints = [{"addresses": [f"10.1.0.{each[-1]}"], "targetRef": {"kind": "Pod", "name": each}} for each in pods]
    return {
        "kind": "EndpointSlice", "name": "echo-x", "namespace": "shop", "labels": {"kubernetes.io/service-name": "echo"},
        "addressType": "IPv4", "endpoints": endpoints, "ports": [{"port": 80}],
    }  # fmt: skip


def test_a_headless_service_has_one_for_each_pod() -> None:
    cluster = zone().apply(pod("node-0"), pod("node-1"), service(cluster_ip="None"), slice_of("node-0", "node-1"))

    first, second = cluster.names("MeshService")
    made = cluster.get("MeshService", "shop", first)

    assert first.startswith("node-0-")
    assert first.removeprefix("node-0") == second.removeprefix("node-1")
    assert made is not None
    assert made["spec"]["selector"] == {"dataplaneRef": {"name": "node-0.shop"}}
    assert made["status"] == {"vips": [{"ip": "10.1.0.0"}]}
    assert made["metadata"]["labels"]["apps.kubernetes.io/pod-index"] == "0"
    assert cluster.remove("Pod", "shop", "node-0").names("MeshService") == [second]


def test_nothing_is_written_twice() -> None:
    assert zone().apply(service()).looked_at_again() == []
