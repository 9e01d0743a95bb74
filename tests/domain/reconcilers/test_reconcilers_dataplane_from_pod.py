"""Pods: B-9 to B-43, KDS-185, scenarios 12 to 14 of the gateway rules."""

from __future__ import annotations

import json
from typing import Any

import pytest
from controllers_bench import Cluster, mesh, namespace, owned_by, service

INJECTED = {"kuma.io/sidecar-injected": "true"}


def pod(
    name: str = "echo-1",
    ns: str = "kuma-demo",
    annotations: dict | None = None,
    labels: dict | None = None,
    ports: list | None = None,
    status: dict | None = None,
    unready: tuple[str, ...] = (),
    **fields: Any,
) -> dict:
    containers = [
        {"name": "app", "ports": ports or [{"name": "http", "containerPort": 8080}]},
        {"name": "kuma-sidecar"},
    ]
    statuses = [{"name": each["name"], "ready": each["name"] not in unready} for each in containers]
    return {
        "kind": "Pod",
        "name": name,
        "namespace": ns,
        "labels": {"app": "echo"} if labels is None else labels,
        "annotations": INJECTED if annotations is None else annotations,
        "spec": {"containers": containers, **fields.pop("spec", {})},
        "status": {"podIP": "10.0.0.5", "phase": "Running", "containerStatuses": statuses, **(status or {})},
        **fields,
    }


def selecting(name: str, *ports: Any, ns: str = "kuma-demo", selector: dict | None = None, **spec: Any) -> dict:
    entries = [port if isinstance(port, dict) else {"port": port, "targetPort": 8080} for port in ports]
    entries = [{"name": f"p{index}", **entry} for index, entry in enumerate(entries)]
    return {
        "kind": "Service",
        "name": name,
        "namespace": ns,
        "spec": {"selector": {"app": "echo"} if selector is None else selector, "ports": entries, **spec},
    }


def cluster_of(*trees: dict, **around: Any) -> Cluster:
    cluster = Cluster(**around).apply(namespace("kuma-system"), namespace("kuma-demo"), mesh())
    for tree in trees:
        cluster.apply(tree)
    return cluster


def dataplane(cluster: Cluster, name: str = "echo-1") -> dict:
    made = cluster.get("Dataplane", "kuma-demo", name)
    assert made is not None, cluster.failures
    return made


def inbounds(cluster: Cluster) -> list[dict]:
    return dataplane(cluster)["spec"]["networking"]["inbound"]


def test_the_dataplane_of_an_injected_pod() -> None:
    cluster = cluster_of(selecting("echo", 80), pod())

    made = dataplane(cluster)
    assert made["mesh"] == "default"
    assert made["metadata"]["ownerReferences"][0]["kind"] == "Pod"
    assert made["spec"]["networking"]["address"] == "10.0.0.5"
    assert inbounds(cluster) == [
        {
            "port": 8080,
            "state": "Ready",
            "health": {"ready": True},
            "tags": {
                "app": "echo",
                "k8s.kuma.io/namespace": "kuma-demo",
                "k8s.kuma.io/service-name": "echo",
                "k8s.kuma.io/service-port": "80",
                "kuma.io/service": "echo_kuma-demo_svc_80",
                "kuma.io/zone": "zone-1",
                "kuma.io/protocol": "tcp",
            },
        }
    ]


@pytest.mark.parametrize(
    ("annotations", "on_namespace", "expected"),
    [
        ({}, {}, "default"),
        ({"kuma.io/mesh": "prod"}, {"annotations": {"kuma.io/mesh": "no"}}, "prod"),
        ({}, {"annotations": {"kuma.io/mesh": "prod"}}, "prod"),
        ({}, {"labels": {"kuma.io/mesh": "prod"}}, "default"),
    ],
)
def test_the_mesh_of_a_pod_is_an_annotation(annotations: dict, on_namespace: dict, expected: str) -> None:
    cluster = cluster_of({**namespace("kuma-demo"), **on_namespace}, pod(annotations={**INJECTED, **annotations}))

    assert dataplane(cluster)["mesh"] == expected


@pytest.mark.parametrize(
    ("annotations", "kind"),
    [
        ({}, None),
        ({"kuma.io/sidecar-injected": "false"}, None),
        (INJECTED, "inbound"),
        ({"kuma.io/gateway": "builtin", "kuma.io/tags": '{"kuma.io/service":"x"}'}, "gateway"),
        ({**INJECTED, "kuma.io/gateway": "enabled"}, "gateway"),
    ],
)
def test_what_a_pod_is(annotations: dict, kind: str | None) -> None:
    cluster = cluster_of(pod(annotations=annotations))

    made = cluster.get("Dataplane", "kuma-demo", "echo-1")
    assert (made is None) if kind is None else (kind in made["spec"]["networking"])


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ({"phase": "Succeeded"}, True),
        ({"podIP": ""}, True),
        ({"reason": "Evicted"}, True),
        ({"phase": "Failed"}, False),
    ],
)
def test_when_a_dataplane_is_removed(change: dict, gone: bool) -> None:
    cluster = cluster_of(pod())

    cluster.apply(pod(status=change))

    assert (cluster.get("Dataplane", "kuma-demo", "echo-1") is None) == gone


def test_nothing_is_touched_while_the_namespace_is_terminating() -> None:
    cluster = cluster_of(pod())
    cluster.set_status("Namespace", "", "kuma-demo", {"phase": "Terminating"})

    cluster.apply(pod(status={"podIP": ""}))

    assert dataplane(cluster)["spec"]["networking"]["address"] == "10.0.0.5"


def test_the_dataplane_goes_with_its_pod() -> None:
    cluster = cluster_of(pod())

    cluster.remove("Pod", "kuma-demo", "echo-1")

    assert cluster.get("Dataplane", "kuma-demo", "echo-1") is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param([selecting("b", 80), selecting("a", 81)], ["a_81", "b_80"], id="sorted by name"),
        pytest.param([selecting("a", 80, 81)], ["a_80", "a_81"], id="one per port"),
        pytest.param([selecting("a", {"port": 80, "protocol": "UDP"}, 81)], ["a_81"], id="tcp only"),
        pytest.param([selecting("a", {"port": 80, "targetPort": "http"})], ["a_80"], id="named port"),
        pytest.param([selecting("a", {"port": 80, "targetPort": "none"}, 81)], ["a_81"], id="undeclared name"),
        pytest.param([selecting("a", {"port": 80, "targetPort": 7})], ["a_80"], id="undeclared number"),
        pytest.param([selecting("a", 80, ns="kuma-system")], [], id="other namespace"),
        pytest.param([selecting("a", 80, selector={"app": "x"})], [], id="other selector"),
        pytest.param([{**selecting("a", 80), "annotations": {"kuma.io/ignore": "yes"}}], [], id="ignored"),
        pytest.param(
            [selecting("a", 80, type="ExternalName", externalName="x.com"), selecting("b", 80)],
            ["b_80"],
            id="external name",
        ),
    ],
)
def test_which_services_make_inbounds(written: list[dict], expected: list[str]) -> None:
    cluster = cluster_of(pod(), *written)

    found = [each["tags"]["kuma.io/service"] for each in inbounds(cluster) if each["port"] != 49151]
    assert found == [f"{name.split('_')[0]}_kuma-demo_svc_{name.split('_')[1]}" for name in expected]


def test_a_service_that_is_deleted_or_moves_on_takes_its_inbound_away() -> None:
    cluster = cluster_of(pod(), selecting("a", 80), selecting("b", 81))

    cluster.apply(selecting("a", 80, selector={"app": "other"}))
    assert [each["tags"]["kuma.io/service"] for each in inbounds(cluster)] == ["b_kuma-demo_svc_81"]

    cluster.remove("Service", "kuma-demo", "b")
    assert [each["port"] for each in inbounds(cluster)] == [49151]


def test_a_service_without_selector_matches_by_its_endpoint_slices() -> None:
    cluster = cluster_of(pod(), selecting("a", 80, selector={}))
    assert inbounds(cluster)[0]["port"] == 49151
    uid = cluster.get("Pod", "kuma-demo", "echo-1")["metadata"]["uid"]

    target = {"kind": "Pod", "name": "echo-1", "namespace": "kuma-demo", "uid": uid}
    cluster.apply(
        {
            "kind": "EndpointSlice",
            "name": "a-1",
            "namespace": "kuma-demo",
            "labels": {"kubernetes.io/service-name": "a"},
            "addressType": "IPv4",
            "endpoints": [{"addresses": ["10.0.0.5"], "targetRef": target}],
        }
    )

    (only,) = inbounds(cluster)
    assert (only["tags"]["kuma.io/service"], only["state"]) == ("a_kuma-demo_svc_80", "Ready")


@pytest.mark.parametrize(
    ("declared", "unready", "expected"),
    [
        (True, (), "Ready"),
        (True, ("app",), "NotReady"),
        (True, ("kuma-sidecar",), "NotReady"),
        (False, ("app",), "Ready"),
        (False, ("kuma-sidecar",), "NotReady"),
    ],
)
def test_the_state_of_an_inbound(declared: bool, unready: tuple[str, ...], expected: str) -> None:
    target = 8080 if declared else 9999
    cluster = cluster_of(selecting("a", {"port": 80, "targetPort": target}), pod(unready=unready))

    (only,) = inbounds(cluster)
    assert (only["state"], only["health"]["ready"]) == (expected, expected == "Ready")


def test_a_sidecar_among_the_init_containers_counts() -> None:
    statuses = {"containerStatuses": [], "initContainerStatuses": [{"name": "kuma-sidecar", "ready": False}]}
    cluster = cluster_of(selecting("a", 80), pod(status=statuses))

    assert inbounds(cluster)[0]["state"] == "NotReady"


def test_an_inbound_that_matches_but_for_ignored_labels_is_ignored() -> None:
    config = {"KUMA_RUNTIME_KUBERNETES_INJECTOR_IGNORED_SERVICE_SELECTOR_LABELS": "hash"}
    cluster = cluster_of(selecting("a", 80, selector={"app": "echo", "hash": "2"}), pod(), config=config)

    (only,) = inbounds(cluster)
    assert (only["state"], only["health"]["ready"]) == ("Ignored", False)


@pytest.mark.parametrize(
    ("app_protocol", "annotated", "expected"),
    [
        (None, None, "tcp"),
        ("HTTP", None, "http"),
        ("grpc", "http", "grpc"),
        ("kubernetes.io/h2c", "http2", "http2"),
        (None, "Own", "own"),
        ("unknown", None, "tcp"),
    ],
)
def test_the_protocol(app_protocol: str | None, annotated: str | None, expected: str) -> None:
    port = {"port": 80, "targetPort": 8080, **({"appProtocol": app_protocol} if app_protocol else {})}
    annotations = {"80.service.kuma.io/protocol": annotated} if annotated else {}

    cluster = cluster_of({**selecting("a", port), "annotations": annotations}, pod())

    assert inbounds(cluster)[0]["tags"]["kuma.io/protocol"] == expected


def test_labels_that_become_tags() -> None:
    labels = {"app": "echo", "version": "v1", "empty": "", "x.kuma.io/own": "1"}
    node = {"kind": "Node", "name": "n1", "labels": {"topology.kubernetes.io/zone": "eu-1", "other": "x"}}
    cluster = cluster_of(node, selecting("a", 80, clusterIP="None"), pod(labels=labels, spec={"nodeName": "n1"}))

    tags = inbounds(cluster)[0]["tags"]
    assert (tags["version"], tags["topology.kubernetes.io/zone"]) == ("v1", "eu-1")
    assert tags["kuma.io/instance"] == "echo-1"
    assert not {"empty", "x.kuma.io/own", "other"} & set(tags)


def test_a_pod_without_services() -> None:
    cluster = cluster_of({"kind": "ReplicaSet", "name": "echo-abc", "namespace": "kuma-demo", "spec": REPLICA_SET})
    owner = owned_by(cluster.get("ReplicaSet", "kuma-demo", "echo-abc"))

    cluster.apply(pod(labels={"app": "echo", "x.kuma.io/own": "1"}, ownerReferences=owner))

    (only,) = inbounds(cluster)
    assert only["port"] == 49151
    assert only["tags"] == {
        "app": "echo",
        "x.kuma.io/own": "1",
        "k8s.kuma.io/namespace": "kuma-demo",
        "kuma.io/service": "echo-abc_kuma-demo_svc",
        "kuma.io/zone": "zone-1",
        "kuma.io/protocol": "tcp",
        "kuma.io/instance": "echo-1",
    }


REPLICA_SET = {
    "selector": {"matchLabels": {"app": "echo"}},
    "template": {"metadata": {"labels": {"app": "echo"}}, "spec": {"containers": [{"name": "app", "image": "x"}]}},
}


@pytest.mark.parametrize(
    ("kind", "behind", "expected"),
    [
        ("ReplicaSet", "Deployment", "behind"),
        ("ReplicaSet", "Rollout", "echo-1"),
        ("ReplicaSet", None, "echo-abc"),
        ("StatefulSet", None, "echo-abc"),
    ],
)
def test_who_a_pod_belongs_to(kind: str, behind: str | None, expected: str) -> None:
    reference = {"apiVersion": "apps/v1", "kind": behind, "name": "behind", "uid": "u", "controller": True}
    owners = [] if behind is None else [reference]
    tree = {"kind": "ReplicaSet", "name": "echo-abc", "namespace": "kuma-demo", "spec": REPLICA_SET}
    cluster = cluster_of({**tree, "ownerReferences": owners})

    direct = {"apiVersion": "apps/v1", "kind": kind, "name": "echo-abc", "uid": "v", "controller": True}
    cluster.apply(pod(ownerReferences=[direct]))

    assert inbounds(cluster)[0]["tags"]["kuma.io/service"] == f"{expected}_kuma-demo_svc"


def test_a_delegated_gateway_has_the_tags_of_its_first_inbound() -> None:
    admin, proxy = selecting("kong-admin", {"port": 8001, "appProtocol": "http"}), selecting("kong-proxy", 80)

    cluster = cluster_of(admin, proxy, pod(annotations={**INJECTED, "kuma.io/gateway": "enabled"}))

    networking = dataplane(cluster)["spec"]["networking"]
    assert "inbound" not in networking
    assert networking["gateway"]["type"] == "DELEGATED"
    assert networking["gateway"]["tags"]["kuma.io/service"] == "kong-admin_kuma-demo_svc_8001"
    assert "kuma.io/protocol" not in networking["gateway"]["tags"]


def test_an_unknown_sort_of_gateway_is_told_to_the_user() -> None:
    cluster = cluster_of(pod(annotations={**INJECTED, "kuma.io/gateway": "true"}))

    assert cluster.get("Dataplane", "kuma-demo", "echo-1") is None
    assert "invalid delegated gateway type 'true'" in cluster.error("dataplane-from-pod")
    assert [each.code for each in cluster.diagnostics] == ["KS0701"]


def test_transparent_proxying_is_taken_from_the_annotations() -> None:
    annotations = {
        **INJECTED,
        "kuma.io/transparent-proxying": "enabled",
        "kuma.io/transparent-proxying-inbound-port": "15006",
        "kuma.io/transparent-proxying-outbound-port": "15001",
        "kuma.io/transparent-proxying-reachable-services": "a, b",
        "kuma.io/envoy-admin-port": "9901",
    }
    cluster = cluster_of(pod(annotations=annotations))

    networking = dataplane(cluster)["spec"]["networking"]
    assert networking["transparentProxying"] == {
        "redirectPortInbound": 15006,
        "redirectPortOutbound": 15001,
        "ipFamilyMode": "DualStack",
        "reachableServices": ["a", "b"],
    }
    assert networking["admin"] == {"port": 9901}

    cluster.apply(pod(annotations={key: annotations[key] for key in list(annotations)[:2]}))
    assert "inbound port has to be set" in cluster.error("dataplane-from-pod")


BUILTIN = {"kuma.io/gateway": "builtin", "kuma.io/tags": json.dumps({"kuma.io/service": "edge_kuma-demo_svc"})}


def test_a_builtin_gateway_ready_or_not() -> None:
    cluster = cluster_of(selecting("edge", 80), pod(annotations=BUILTIN, unready=("app", "kuma-sidecar")))

    assert dataplane(cluster)["spec"]["networking"] == {
        "address": "10.0.0.5",
        "gateway": {
            "type": "BUILTIN",
            "tags": {"kuma.io/service": "edge_kuma-demo_svc", "kuma.io/zone": "zone-1"},
        },
    }

    cluster.apply(pod(annotations=BUILTIN, status={"phase": "Succeeded"}))
    assert cluster.get("Dataplane", "kuma-demo", "echo-1") is not None

    cluster.apply(pod(annotations=BUILTIN, status={"podIP": ""}))
    assert cluster.get("Dataplane", "kuma-demo", "echo-1") is None


@pytest.mark.parametrize("tags", [None, "no json", "[]", '{"a": 1}'])
def test_bad_tags_are_told_but_not_tried_again(tags: str | None) -> None:
    annotations = {"kuma.io/gateway": "builtin"} | ({} if tags is None else {"kuma.io/tags": tags})

    cluster = cluster_of(pod(annotations=annotations))

    assert cluster.names("Dataplane") == []
    assert cluster.failures == {}
    assert [each.code for each in cluster.diagnostics] == ["KS0701"]


def proxy_pod(annotation: str, ns: str = "kuma-system", **annotations: str) -> dict:
    ports = [{"containerPort": 10001}]
    return pod("proxy-1", ns, {f"kuma.io/{annotation}": "enabled", **annotations}, {"app": "proxy"}, ports)


def proxy_service(**spec: Any) -> dict:
    port = {"port": 10001, "targetPort": 10001}
    return selecting("proxy", port, ns="kuma-system", selector={"app": "proxy"}, **spec)


def ingress(cluster: Cluster) -> dict:
    made = cluster.get("ZoneIngress", "kuma-system", "proxy-1")
    assert made is not None, cluster.failures
    return made["spec"]["networking"]


def test_a_zone_ingress_gets_the_address_of_its_load_balancer_when_there_is_one() -> None:
    cluster = cluster_of(proxy_service(type="LoadBalancer"), proxy_pod("ingress"))
    assert ingress(cluster) == {"address": "10.0.0.5", "port": 10001}

    cluster.set_status("Service", "kuma-system", "proxy", {"loadBalancer": {"ingress": [{"ip": "172.18.0.2"}]}})
    assert ingress(cluster) == {
        "address": "10.0.0.5", "port": 10001, "advertisedAddress": "172.18.0.2", "advertisedPort": 10001,
    }  # fmt: skip


def test_annotations_come_before_the_load_balancer() -> None:
    public = {"kuma.io/ingress-public-address": "1.2.3.4", "kuma.io/ingress-public-port": "30000"}
    cluster = cluster_of(proxy_service(type="LoadBalancer"), proxy_pod("ingress", **public))
    assert (ingress(cluster)["advertisedAddress"], ingress(cluster)["advertisedPort"]) == ("1.2.3.4", 30000)

    half = {"kuma.io/ingress-public-address": "1.2.3.4"}
    assert "has to be defined" in cluster_of(proxy_service(), proxy_pod("ingress", **half)).error("dataplane-from-pod")


def test_a_node_port_ingress_gets_the_first_nodes_address() -> None:
    node = {"kind": "Node", "name": "n1", "status": {"addresses": [{"type": "InternalIP", "address": "10.9.9.9"}]}}
    port = {"port": 10001, "targetPort": 10001, "nodePort": 30001}

    service_ = selecting("proxy", port, ns="kuma-system", selector={"app": "proxy"}, type="NodePort")
    cluster = cluster_of(node, service_, proxy_pod("ingress"))

    assert (ingress(cluster)["advertisedAddress"], ingress(cluster)["advertisedPort"]) == ("10.9.9.9", 30001)


def test_a_zone_egress_knows_its_zone() -> None:
    cluster = cluster_of(proxy_service(), proxy_pod("egress"))

    made = cluster.get("ZoneEgress", "kuma-system", "proxy-1")
    assert made["spec"] == {"zone": "zone-1", "networking": {"address": "10.0.0.5", "port": 10001}}
    assert "mesh" not in made


@pytest.mark.parametrize("annotation", ["ingress", "egress"])
def test_zone_proxies_need_one_service_and_the_system_namespace(annotation: str) -> None:
    assert "matched by exactly one service. Matched 0" in cluster_of(proxy_pod(annotation)).error("dataplane-from-pod")

    elsewhere = cluster_of(proxy_pod(annotation, ns="kuma-demo"))
    assert "can only be deployed in system namespace" in elsewhere.error("dataplane-from-pod")


def test_an_unrelated_change_of_a_service_writes_nothing() -> None:
    cluster = cluster_of(selecting("echo", 80), pod())
    cluster.written.clear()

    cluster.apply(service("other", "kuma-demo", 80), {**selecting("echo", 80), "labels": {"touched": "yes"}})

    assert cluster.written == []
