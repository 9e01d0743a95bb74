"""MeshGatewayInstance: A-1 to A-53, scenarios 1 to 10 of the gateway rules."""

from __future__ import annotations

import json
from typing import Any

import pytest
from controllers_bench import Cluster, mesh, namespace, said, service


def instance(name: str = "edge", labels: dict | None = None, annotations: dict | None = None, **spec: Any) -> dict:
    frame = {"labels": labels or {}, "annotations": annotations or {}}
    return {"kind": "MeshGatewayInstance", "name": name, "namespace": "default", **frame, "spec": spec}


def mesh_gateway(*ports: int, name: str = "edge", match: dict | None = None, mesh_: str = "default") -> dict:
    selector = {"kuma.io/service": "edge_default_svc"} if match is None else match
    listeners = [{"port": port, "protocol": "HTTP", "hostname": f"h{i}.com"} for i, port in enumerate(ports or (8080,))]
    spec = {"selectors": [{"match": selector}], "conf": {"listeners": listeners}}
    return {"kind": "MeshGateway", "name": name, "mesh": mesh_, "spec": spec}


def cluster_of(*trees: dict, semantics: str = "documented") -> Cluster:
    return Cluster(semantics).apply(namespace("kuma-system"), namespace("default"), mesh()).apply(*trees)


def ready(cluster: Cluster) -> tuple[str, str]:
    return said(cluster.status("MeshGatewayInstance", "default", "edge")["conditions"])["Ready"]


def ports(cluster: Cluster) -> list[int]:
    return [port["port"] for port in cluster.get("Service", "default", "edge")["spec"]["ports"]]


def balanced(cluster: Cluster) -> Cluster:
    return cluster.set_status("Service", "default", "edge", {"loadBalancer": {"ingress": [{"ip": "10.1.1.1"}]}})


def test_a_matching_instance_gets_service_and_deployment() -> None:
    cluster = cluster_of(instance(replicas=2), mesh_gateway())

    made = cluster.get("Service", "default", "edge")
    assert made["metadata"]["annotations"]["kuma.io/gateway"] == "builtin"
    assert made["metadata"]["ownerReferences"][0]["kind"] == "MeshGatewayInstance"
    assert (made["spec"]["type"], made["spec"]["selector"]) == ("LoadBalancer", {"app": "edge"})
    (port,) = made["spec"]["ports"]
    assert port == {"name": "8080", "protocol": "TCP", "port": 8080, "targetPort": 8080}
    deployment = cluster.get("Deployment", "default", "edge")
    assert deployment["spec"]["replicas"] == 2
    assert deployment["spec"]["selector"] == {"matchLabels": {"app": "edge"}}
    assert ready(cluster) == ("False", "LoadBalancerAddressNotReady")

    assert ready(balanced(cluster)) == ("True", "Ready")
    status = cluster.status("MeshGatewayInstance", "default", "edge")
    assert status["loadBalancer"] == {"ingress": [{"ip": "10.1.1.1"}]}


def test_without_a_mesh_gateway_nothing_is_made() -> None:
    cluster = cluster_of(instance())

    assert cluster.names("Service") == cluster.names("Deployment") == []
    (condition,) = cluster.status("MeshGatewayInstance", "default", "edge")["conditions"]
    assert (condition["status"], condition["reason"]) == ("False", "NoGatewayMatched")
    assert condition["message"] == "No Gateway matched by tags in mesh: 'default'"


def test_the_code_keeps_service_and_deployment_when_the_mesh_gateway_is_gone() -> None:
    cluster = balanced(cluster_of(instance(replicas=2), mesh_gateway(), semantics="source"))
    before = cluster.get("Service", "default", "edge")

    cluster.remove("MeshGateway", "", "edge")
    assert cluster.get("Service", "default", "edge") == before
    assert ready(cluster) == ("False", "NoGatewayMatched")
    kept = cluster.status("MeshGatewayInstance", "default", "edge")["loadBalancer"]
    assert kept == {"ingress": [{"ip": "10.1.1.1"}]}

    cluster.apply(instance(replicas=3))
    assert cluster.get("Deployment", "default", "edge")["spec"]["replicas"] == 3


def test_documented_is_that_the_service_goes_with_the_mesh_gateway() -> None:
    cluster = balanced(cluster_of(instance(), mesh_gateway()))

    cluster.remove("MeshGateway", "", "edge")

    assert cluster.get("Service", "default", "edge") is None
    assert cluster.get("Deployment", "default", "edge") is not None
    assert ready(cluster) == ("False", "NoGatewayMatched")
    assert [each.code for each in cluster.diagnostics] == ["KS0601"]


def test_one_port_for_each_distinct_listener_port() -> None:
    cluster = cluster_of(instance(), mesh_gateway(8080, 8080, 8443))
    assert ports(cluster) == [8080, 8443]

    cluster.apply(mesh_gateway(8080, 8080))
    assert ports(cluster) == [8080]


def test_a_node_port_is_the_listener_port() -> None:
    cluster = cluster_of(instance(serviceType="NodePort"), mesh_gateway(30080))

    assert cluster.get("Service", "default", "edge")["spec"]["ports"][0]["nodePort"] == 30080


@pytest.mark.parametrize(
    ("tags", "match", "matched"),
    [
        ({}, {"kuma.io/service": "edge_default_svc"}, True),
        ({}, {"kuma.io/service": "other"}, False),
        ({"kuma.io/service": "own"}, {"kuma.io/service": "own"}, True),
        ({"kuma.io/service": "own"}, {"kuma.io/service": "edge_default_svc"}, False),
        ({"env": "prod"}, {"kuma.io/service": "edge_default_svc", "env": "prod"}, True),
        ({"env": "prod"}, {"kuma.io/service": "edge_default_svc", "env": "*"}, True),
        ({}, {"kuma.io/service": "edge_default_svc", "env": "*"}, False),
        ({}, {"kuma.io/service": "edge_default_svc", "kuma.io/zone": "zone-1"}, False),
    ],
)
def test_matching(tags: dict, match: dict, matched: bool) -> None:
    cluster = cluster_of(instance(tags=tags) if tags else instance(), mesh_gateway(match=match))

    assert (cluster.get("Service", "default", "edge") is not None) == matched


def test_the_most_specific_mesh_gateway_wins_then_the_newest_then_the_first_name() -> None:
    svc = {"kuma.io/service": "edge_default_svc"}
    cluster = cluster_of(
        mesh_gateway(1, name="a", match=svc),
        mesh_gateway(2, name="b", match={**svc, "env": "*"}),
        mesh_gateway(3, name="c", match={**svc, "env": "prod"}),
        mesh_gateway(4, name="d", match={**svc, "env": "prod"}),
        instance(tags={"env": "prod"}),
    )
    assert ports(cluster) == [3]

    cluster.advance(1)
    cluster.apply(mesh_gateway(5, name="e", match={**svc, "env": "prod"}))
    assert ports(cluster) == [5]


def test_a_wildcard_service_wakes_nobody() -> None:
    cluster = cluster_of(instance())

    cluster.apply(mesh_gateway(match={"kuma.io/service": "*"}))
    assert cluster.get("Service", "default", "edge") is None

    cluster.apply(instance(annotations={"touched": "yes"}))
    assert ports(cluster) == [8080]


def test_an_instance_with_a_mesh_of_its_own() -> None:
    cluster = cluster_of(mesh("prod"), mesh_gateway(), instance(labels={"kuma.io/mesh": "prod"}))

    (condition,) = cluster.status("MeshGatewayInstance", "default", "edge")["conditions"]
    assert condition["message"] == "No Gateway matched by tags in mesh: 'prod'"


def test_later_tags_do_not_reach_the_pods_but_the_template_does() -> None:
    cluster = cluster_of(instance(), mesh_gateway())

    def annotations() -> dict:
        return cluster.get("Deployment", "default", "edge")["spec"]["template"]["metadata"]["annotations"]

    before = annotations()
    assert json.loads(before["kuma.io/tags"]) == {"kuma.io/service": "edge_default_svc"}
    assert (before["kuma.io/gateway"], before["kuma.io/mesh"]) == ("builtin", "default")

    cluster.apply(instance(tags={"team": "a"}))
    assert annotations() == before

    cluster.apply(instance(podTemplate={"metadata": {"annotations": {"own": "1"}, "labels": {"team": "a"}}}))
    assert annotations() == {**before, "own": "1"}
    labels = cluster.get("Deployment", "default", "edge")["spec"]["template"]["metadata"]["labels"]
    assert labels == {"app": "edge", "team": "a", "kuma.io/sidecar-injection": "disabled"}


def test_template_keys_of_the_service_are_never_taken_away() -> None:
    template = {
        "metadata": {"annotations": {"own": "1"}, "labels": {"own": "1"}},
        "spec": {"loadBalancerIP": "1.1.1.1"},
    }
    cluster = cluster_of(instance(serviceTemplate=template), mesh_gateway())

    cluster.apply(instance())

    made = cluster.get("Service", "default", "edge")
    assert made["metadata"]["annotations"]["own"] == made["metadata"]["labels"]["own"] == "1"
    assert made["spec"]["loadBalancerIP"] == "1.1.1.1"


def test_the_container() -> None:
    resources = {"limits": {"memory": "1Gi"}}
    cluster = cluster_of(instance(annotations={"kuma.io/sidecar-env-vars": "A=1;B=2"}), mesh_gateway())

    def container() -> dict:
        return cluster.get("Deployment", "default", "edge")["spec"]["template"]["spec"]["containers"][0]

    assert container()["name"] == "kuma-gateway"
    assert container()["resources"]["limits"] == {"cpu": "1000m", "memory": "512Mi", "ephemeral-storage": "1G"}
    names = [each["name"] for each in container()["env"]]
    assert names[:-1] == sorted(names[:-1])
    assert names[-1] == "KUMA_DATAPLANE_RESOURCES_MAX_MEMORY_BYTES"
    values = {each["name"]: each.get("value") for each in container()["env"]}
    assert (values["A"], values["KUMA_DATAPLANE_MESH"]) == ("1", "default")

    cluster.apply(instance(resources=resources))
    assert container()["resources"] == resources


def test_fields_of_the_pod_template_come_and_go() -> None:
    container = {"securityContext": {"readOnlyRootFilesystem": True}}
    wished = {"spec": {"serviceAccountName": "own", "securityContext": {"fsGroup": 7}, "container": container}}
    cluster = cluster_of(instance(podTemplate=wished), mesh_gateway())

    def pod() -> dict:
        return cluster.get("Deployment", "default", "edge")["spec"]["template"]["spec"]

    assert (pod()["serviceAccountName"], pod()["securityContext"]["fsGroup"]) == ("own", 7)
    assert pod()["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True

    cluster.apply(instance())
    assert "serviceAccountName" not in pod()
    assert "fsGroup" not in pod()["securityContext"]
    assert "readOnlyRootFilesystem" not in pod()["containers"][0]["securityContext"]


@pytest.mark.parametrize(
    ("service_type", "cluster_ip", "ingress", "available", "expected"),
    [
        ("LoadBalancer", "10.0.0.1", [], None, ("False", "LoadBalancerAddressNotReady")),
        ("LoadBalancer", "10.0.0.1", [{"ip": "1.1.1.1"}], None, ("True", "Ready")),
        ("LoadBalancer", "10.0.0.1", [{"ip": "1.1.1.1"}], "True", ("True", "Ready")),
        ("LoadBalancer", "10.0.0.1", [{"ip": "1.1.1.1"}], "False", ("False", "DeploymentNotAvailable")),
        ("LoadBalancer", "10.0.0.1", [{"ip": "1.1.1.1"}], "Unknown", ("Unknown", "DeploymentNotAvailable")),
        ("ClusterIP", "10.0.0.1", [], None, ("True", "Ready")),
        ("ClusterIP", "None", [], None, ("False", "LoadBalancerAddressNotReady")),
        ("ClusterIP", "", [], None, ("False", "LoadBalancerAddressNotReady")),
        ("NodePort", "10.0.0.1", [], None, ("True", "Ready")),
    ],
)
def test_readiness(
    service_type: str, cluster_ip: str, ingress: list, available: str | None, expected: tuple[str, str]
) -> None:
    cluster = cluster_of(instance(serviceType=service_type), mesh_gateway(30080))
    made = cluster.get("Service", "default", "edge")
    addresses = {"clusterIP": cluster_ip, "clusterIPs": [cluster_ip]} if cluster_ip else {}
    frame = {"labels": made["metadata"].get("labels", {}), "annotations": made["metadata"]["annotations"]}

    cluster.apply(
        {"kind": "Service", "name": "edge", "namespace": "default", **frame, "spec": {**made["spec"], **addresses}}
    )
    cluster.set_status("Service", "default", "edge", {"loadBalancer": {"ingress": ingress}})
    if available is not None:
        condition = {"type": "Available", "status": available}
        cluster.set_status("Deployment", "default", "edge", {"conditions": [condition]})

    assert ready(cluster) == expected


def test_what_the_api_server_put_into_the_service_stays() -> None:
    cluster = cluster_of(instance(), mesh_gateway())
    made = cluster.get("Service", "default", "edge")
    entry = {**made["spec"]["ports"][0], "nodePort": 31000}
    frame = {"labels": {"own": "1"}, "annotations": made["metadata"]["annotations"]}

    spec = {**made["spec"], "clusterIP": "10.0.0.7", "ports": [entry]}
    cluster.apply({"kind": "Service", "name": "edge", "namespace": "default", **frame, "spec": spec})
    cluster.apply(mesh_gateway(9090))

    after = cluster.get("Service", "default", "edge")
    assert after["spec"]["clusterIP"] == "10.0.0.7"
    assert after["spec"]["ports"][0]["nodePort"] == 31000
    assert ports(cluster) == [9090]


def test_an_unrelated_service_of_that_name_is_in_the_way() -> None:
    cluster = cluster_of(service("edge", "default", 80), instance(), mesh_gateway())

    assert cluster.error("mesh-gateway-instance") == "AlreadyExists"
    assert "conditions" not in cluster.status("MeshGatewayInstance", "default", "edge")


def test_an_edited_service_is_put_right() -> None:
    cluster = cluster_of(instance(), mesh_gateway())
    made = cluster.get("Service", "default", "edge")

    selector = {"app": "somebody-else", "x": "y"}
    cluster.apply(
        {"kind": "Service", "name": "edge", "namespace": "default", "spec": {**made["spec"], "selector": selector}}
    )

    after = cluster.get("Service", "default", "edge")
    assert after["spec"]["selector"] == {"app": "edge"}
    assert after["metadata"]["annotations"] == {"kuma.io/gateway": "builtin"}
