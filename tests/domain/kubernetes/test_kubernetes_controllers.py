"""Kubelet, endpoint slices, load balancers, namespaces, garbage collection."""

import pytest
from kubernetes_cluster import SECOND, Cluster, config_map, service, workload

from kumasim.domain.kubernetes.bootstrap import initial_objects
from kumasim.domain.kubernetes.controllers import account, controllers
from kumasim.domain.kubernetes.selectors import selects
from kumasim.domain.tree import freeze, thaw


def pod(name="one", *containers, labels=None, **spec):
    found = containers or ({"name": "app", "image": "app:1"},)
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": labels or {}},
        "spec": {"containers": list(found), **spec},
    }


def ready(found):
    return {one["type"]: one["status"] for one in found.status.get("conditions", ())}.get("Ready")


# --------------------------------------------------------------------------- kubelet


def test_a_bare_pod_gets_a_node_and_runs_after_its_start_up_time():
    cluster = Cluster()
    cluster.now_ns = 10 * SECOND
    cluster.apply(pod())
    while cluster.queue:
        cluster.step()
    waiting = cluster.get("Pod", "one")
    assert (waiting.spec["nodeName"], waiting.status["phase"]) == ("zone-1-node-1", "Pending")
    cluster.settle()
    assert cluster.now_ns == 12 * SECOND
    running = cluster.get("Pod", "one")
    assert running.status["phase"] == "Running"
    assert running.status["podIP"].startswith("10.1.")
    assert running.status["hostIP"] == "172.18.1.2"
    assert ready(running) == "True"
    assert thaw(running.status["containerStatuses"]) == [
        {
            "restartCount": 0,
            "state": {"running": {"startedAt": "2024-01-01T00:00:12Z"}},
            "name": "app",
            "image": "app:1",
            "ready": True,
            "started": True,
        }
    ]


@pytest.mark.parametrize("proxy", ["kuma-sidecar", "kuma-gateway"])
def test_a_proxy_says_itself_when_it_is_ready(proxy):
    cluster = Cluster()
    cluster.apply(pod("one", {"name": "app", "image": "a"}, {"name": proxy, "image": "b"}))
    cluster.settle()
    found = cluster.get("Pod", "one")
    assert [one["ready"] for one in found.status["containerStatuses"]] == [True, False]
    assert ready(found) == "False"
    condition = next(one for one in found.status["conditions"] if one["type"] == "ContainersReady")
    assert (condition["reason"], condition["message"]) == (
        "ContainersNotReady",
        f"containers with unready status: [{proxy}]",
    )
    cluster.now_ns += SECOND
    cluster.set_ready(found, proxy)
    cluster.settle()
    found = cluster.get("Pod", "one")
    assert ready(found) == "True"
    condition = next(one for one in found.status["conditions"] if one["type"] == "Ready")
    assert condition["lastTransitionTime"] == "2024-01-01T00:00:03Z"
    assert "reason" not in condition
    cluster.set_ready(found, proxy, ready=False)
    cluster.settle()
    assert ready(cluster.get("Pod", "one")) == "False"


def test_a_sidecar_among_the_init_containers_counts_too():
    cluster = Cluster()
    init = [{"name": "kuma-init", "image": "i"}, {"name": "kuma-sidecar", "image": "s", "restartPolicy": "Always"}]
    cluster.apply(pod(initContainers=init))
    cluster.settle()
    found = cluster.get("Pod", "one")
    assert [one["name"] for one in found.status["initContainerStatuses"]] == ["kuma-sidecar"]
    assert ready(found) == "False"


def test_a_pod_without_a_node_waits_for_one():
    cluster = Cluster()
    cluster.delete("Node", "zone-1-node-1")
    cluster.apply(pod())
    cluster.settle()
    (condition,) = cluster.get("Pod", "one").status["conditions"]
    assert (condition["status"], condition["reason"]) == ("False", "Unschedulable")
    cluster.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "late"}})
    cluster.settle()
    assert cluster.get("Pod", "one").spec["nodeName"] == "late"
    assert ready(cluster.get("Pod", "one")) == "True"


def test_a_pod_on_the_hosts_network_has_the_hosts_address():
    cluster = Cluster()
    cluster.apply(pod(hostNetwork=True))
    cluster.settle()
    assert cluster.get("Pod", "one").status["podIP"] == "172.18.1.2"


def test_finished_pods_are_left_alone():
    cluster = Cluster()
    cluster.apply(pod())
    cluster.settle()
    cluster.merge("Pod", "one", {"status": {"phase": "Succeeded"}}, subresource="status")
    cluster.settle()
    assert cluster.get("Pod", "one").status["phase"] == "Succeeded"


# --------------------------------------------------------------------------- endpoint slices


def endpoints(cluster, name="web"):
    found = [one for one in cluster.list("EndpointSlice") if one.meta.labels["kubernetes.io/service-name"] == name]
    return [
        (
            {one["addresses"][0]: one["conditions"]["ready"] for one in piece.body["endpoints"]},
            [(port["name"], port["port"]) for port in piece.body["ports"]],
        )
        for piece in found
    ]


def test_a_service_finds_its_pods():
    cluster = Cluster()
    cluster.apply(service(), workload(replicas=2), workload(name="other"))
    cluster.settle()
    (piece,) = [one for one in cluster.list("EndpointSlice") if one.name.startswith("web-")]
    assert len(piece.name) == len("web-") + 5
    assert thaw(piece.meta.labels) == {
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
    assert piece.body["addressType"] == "IPv4"
    assert thaw(piece.body["ports"]) == [{"name": "", "port": 8080, "protocol": "TCP"}]
    pods = {one.status["podIP"]: one for one in cluster.list("Pod") if one.meta.labels["app"] == "web"}
    for one in piece.body["endpoints"]:
        found = pods.pop(one["addresses"][0])
        assert thaw(one["targetRef"]) == {
            "kind": "Pod", "name": found.name, "namespace": "default", "uid": found.meta.uid,
        }  # fmt: skip
        assert thaw(one["conditions"]) == {"ready": True, "serving": True, "terminating": False}
    assert pods == {}


def test_readiness_and_departure_are_followed():
    cluster = Cluster()
    tree = workload(replicas=2)
    tree["spec"]["template"]["spec"]["containers"].append({"name": "kuma-sidecar", "image": "kuma"})
    cluster.apply(service(), tree)
    cluster.settle()
    assert list(endpoints(cluster)[0][0].values()) == [False, False]
    first, second = cluster.list("Pod")
    cluster.set_ready(first, "kuma-sidecar")
    cluster.settle()
    assert endpoints(cluster)[0][0] == {first.status["podIP"]: True, second.status["podIP"]: False}
    cluster.merge("Deployment", "web", {"spec": {"replicas": 0}})
    cluster.settle()
    assert endpoints(cluster) == [({}, [])]


def test_addresses_may_be_published_before_they_are_ready():
    cluster = Cluster()
    tree = pod("one", {"name": "kuma-sidecar", "image": "kuma"}, labels={"app": "web"})
    cluster.apply(service(publishNotReadyAddresses=True, ports=[{"port": 80, "targetPort": 8080}]), tree)
    cluster.settle()
    assert list(endpoints(cluster)[0][0].values()) == [True]


def container(**ports):
    return {"name": "app", "image": "a", "ports": [{"name": name, "containerPort": n} for name, n in ports.items()]}


def test_a_named_port_may_mean_different_numbers():
    cluster = Cluster()
    cluster.apply(
        service(),
        pod("new", container(http=9090), labels={"app": "web"}),
        pod("old", container(http=8080), labels={"app": "web"}),
        pod("lost", container(grpc=1), labels={"app": "web"}),
    )
    cluster.settle()
    ip = {name: cluster.get("Pod", name).status["podIP"] for name in ("new", "old", "lost")}
    found = sorted(endpoints(cluster), key=lambda one: one[1])
    assert found == [
        ({ip["lost"]: True}, []),
        ({ip["old"]: True}, [("", 8080)]),
        ({ip["new"]: True}, [("", 9090)]),
    ]


def test_ports_keep_their_names_and_protocols():
    cluster = Cluster()
    ports = [
        {"name": "web", "port": 80, "targetPort": "http", "appProtocol": "http"},
        {"name": "dns", "port": 53, "protocol": "UDP"},
    ]
    cluster.apply(service(ports=ports), pod("one", container(http=8080), labels={"app": "web"}))
    cluster.settle()
    (piece,) = cluster.list("EndpointSlice")
    assert thaw(piece.body["ports"]) == [
        {"name": "web", "port": 8080, "protocol": "TCP", "appProtocol": "http"},
        {"name": "dns", "port": 53, "protocol": "UDP"},
    ]


def test_a_changed_selector_finds_other_pods():
    cluster = Cluster()
    cluster.apply(service(), workload(), workload(name="other", replicas=1))
    cluster.settle()
    cluster.merge("Service", "web", {"spec": {"selector": {"app": "other"}}})
    cluster.settle()
    (found,) = endpoints(cluster)
    (only,) = [one for one in cluster.list("Pod") if one.meta.labels["app"] == "other"]
    assert list(found[0]) == [only.status["podIP"]]


def test_all_labels_of_a_selector_count():
    cluster = Cluster()
    tree = service(selector={"app": "web", "version": "v1"}, ports=[{"port": 80}])
    v1, v2 = ({"app": "web", "version": version} for version in ("v1", "v2"))
    cluster.apply(tree, pod("a", labels=v1), pod("b", labels=v2), pod("c", labels={"version": "v1"}))
    cluster.settle()
    assert list(endpoints(cluster)[0][0]) == [cluster.get("Pod", "a").status["podIP"]]
    relabelled = cluster.get("Pod", "a")
    cluster.merge("Pod", relabelled.name, {"metadata": {"labels": {"version": "v2"}}})
    cluster.settle()
    assert endpoints(cluster) == [({}, [])]


def test_a_service_without_selector_is_left_alone():
    cluster = Cluster()
    hand_made = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": "web-1", "namespace": "default", "labels": {"kubernetes.io/service-name": "web"}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["192.0.2.1"]}],
        "ports": [{"port": 80}],
    }
    cluster.apply(service(selector=None), hand_made)
    cluster.settle()
    assert [one.name for one in cluster.list("EndpointSlice")] == ["web-1"]
    cluster.apply(service("named", selector={"app": "web"}, type="ExternalName", externalName="x.org"), workload())
    cluster.settle()
    assert [one.name for one in cluster.list("EndpointSlice")] == ["web-1"]


def test_a_slice_that_somebody_spoilt_is_made_good():
    cluster = Cluster()
    cluster.apply(service(), workload())
    cluster.settle()
    (piece,) = cluster.list("EndpointSlice")
    cluster.merge("EndpointSlice", piece.name, {"endpoints": []})
    cluster.settle()
    assert cluster.list("EndpointSlice")[0].body == piece.body
    cluster.delete("EndpointSlice", piece.name)
    cluster.settle()
    assert cluster.list("EndpointSlice")[0].body == piece.body


def test_slices_go_with_their_service():
    cluster = Cluster()
    cluster.apply(service(), workload())
    cluster.settle()
    cluster.delete("Service", "web")
    cluster.settle()
    assert cluster.list("EndpointSlice") == []


def test_a_headless_services_slice_says_so():
    cluster = Cluster()
    cluster.apply(service(clusterIP="None"))
    cluster.settle()
    assert cluster.list("EndpointSlice")[0].meta.labels["service.kubernetes.io/headless"] == ""


# --------------------------------------------------------------------------- load balancer


def ingress(cluster):
    return thaw(cluster.get("Service", "web").status["loadBalancer"]).get("ingress")


@pytest.mark.parametrize("seconds", [0, 20])
def test_an_address_comes_after_the_delay(seconds):
    cluster = Cluster(ordinal=2, load_balancer_delay_ns=seconds * SECOND)
    cluster.apply(service(type="LoadBalancer"))
    while cluster.queue:
        cluster.step()
    assert (ingress(cluster) is None) == (seconds > 0)
    cluster.settle()
    assert cluster.now_ns == seconds * SECOND
    (entry,) = ingress(cluster)
    assert entry["ip"].startswith("172.18.2.")


def test_an_address_never_comes():
    cluster = Cluster(load_balancer_delay_ns=None)
    cluster.apply(service(type="LoadBalancer"))
    cluster.settle()
    assert ingress(cluster) is None


def test_no_two_services_share_a_public_address():
    cluster = Cluster()
    for number in range(40):
        cluster.apply(service(f"web-{number}", type="LoadBalancer"))
    cluster.settle()
    found = [one.status["loadBalancer"]["ingress"][0]["ip"] for one in cluster.list("Service")]
    assert len(set(found)) == 40


def test_the_address_that_was_asked_for():
    cluster = Cluster()
    cluster.apply(service(type="LoadBalancer", loadBalancerIP="172.18.1.200"))
    cluster.settle()
    assert ingress(cluster)[0]["ip"] == "172.18.1.200"


def test_the_address_goes_with_the_type_and_comes_back():
    cluster = Cluster()
    cluster.apply(service(type="LoadBalancer"))
    cluster.settle()
    before = ingress(cluster)
    cluster.apply(service())
    cluster.settle()
    assert ingress(cluster) is None
    cluster.apply(service(type="LoadBalancer"))
    cluster.settle()
    assert ingress(cluster) == before


def test_another_class_of_load_balancers_is_for_somebody_else():
    cluster = Cluster()
    cluster.apply(service(type="LoadBalancer", loadBalancerClass="example.com/lb"))
    cluster.settle()
    assert ingress(cluster) is None


# --------------------------------------------------------------------------- namespaces


SHOP = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}


def in_shop(tree):
    return {**tree, "metadata": {**tree["metadata"], "namespace": "shop"}}


def test_a_namespace_goes_with_all_it_holds():
    cluster = Cluster()
    cluster.apply(SHOP, in_shop(service()), in_shop(workload()), in_shop(config_map()), config_map())
    route = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "r", "namespace": "shop"},
        "spec": {"parentRefs": [{"name": "edge"}]},
    }
    cluster.apply(route)
    cluster.settle()
    cluster.delete("Namespace", "shop")
    cluster.settle()
    assert cluster.get("Namespace", "shop") is None
    assert [one.key for one in cluster.store.everything() if one.namespace == "shop"] == []
    assert cluster.get("ConfigMap", "settings") is not None
    cluster.apply(SHOP)
    assert cluster.get("Namespace", "shop").status["phase"] == "Active"


def test_a_namespace_waits_for_what_finalizers_hold():
    cluster = Cluster()
    cluster.apply(SHOP, config_map(namespace="shop", finalizers=["a/b"]))
    cluster.settle()
    cluster.delete("Namespace", "shop")
    cluster.settle()
    assert cluster.get("Namespace", "shop").status["phase"] == "Terminating"
    cluster.merge("ConfigMap", "settings", {"metadata": {"finalizers": None}}, namespace="shop")
    cluster.settle()
    assert cluster.get("Namespace", "shop") is None


# --------------------------------------------------------------------------- garbage collection


def owner(of, **changes):
    found = {"apiVersion": of.api_version, "kind": of.kind, "name": of.name, "uid": of.meta.uid}
    return {**found, **changes}


def test_a_deployments_descendants_go_with_it():
    cluster = Cluster()
    cluster.apply(workload())
    cluster.settle()
    cluster.delete("Deployment", "web")
    cluster.settle()
    assert (cluster.list("ReplicaSet"), cluster.list("Pod")) == ([], [])


def test_one_living_owner_is_enough():
    cluster = Cluster()
    first, second = (cluster.create(config_map(name)) for name in ("first", "second"))
    cluster.create(config_map("child", ownerReferences=[owner(first), owner(second)]))
    cluster.delete("ConfigMap", "first")
    cluster.settle()
    assert cluster.get("ConfigMap", "child") is not None
    cluster.delete("ConfigMap", "second")
    cluster.settle()
    assert cluster.get("ConfigMap", "child") is None


def test_an_owner_of_the_same_name_but_another_uid_is_another_owner():
    cluster = Cluster()
    parent = cluster.create(config_map("parent"))
    cluster.create(config_map("child", ownerReferences=[owner(parent)]))
    cluster.delete("ConfigMap", "parent")
    cluster.create(config_map("parent"))
    cluster.settle()
    assert cluster.get("ConfigMap", "child") is None


def test_what_is_born_an_orphan_goes():
    cluster = Cluster()
    absent = {"apiVersion": "v1", "kind": "ConfigMap", "name": "never", "uid": "x"}
    cluster.create(config_map("child", ownerReferences=[absent]))
    cluster.settle()
    assert cluster.get("ConfigMap", "child") is None


def test_a_cluster_scoped_owner_counts():
    cluster = Cluster()
    cluster.create(config_map("child", ownerReferences=[owner(cluster.get("Node", "zone-1-node-1"))]))
    cluster.settle()
    assert cluster.get("ConfigMap", "child") is not None


def test_without_owners_nothing_is_collected():
    cluster = Cluster()
    cluster.create(config_map())
    cluster.settle()
    assert cluster.get("ConfigMap", "settings") is not None


# --------------------------------------------------------------------------- the rest


def test_accounts():
    assert account("deployment") == "system:serviceaccount:kube-system:deployment-controller"
    assert account("generic-garbage-collector") == "system:serviceaccount:kube-system:generic-garbage-collector"


def test_names_of_controllers_are_unique():
    names = [one.name for one in controllers(0)]
    assert len(names) == len(set(names))


def test_what_a_cluster_begins_with():
    objects = initial_objects("zone-1", 3)
    assert [str(one.key) for one in objects] == [
        "Namespace/default",
        "Namespace/kube-system",
        "Namespace/kuma-system",
        "Node/zone-1-node-1",
    ]
    assert thaw(objects[2].meta.labels) == {
        "kubernetes.io/metadata.name": "kuma-system",
        "kuma.io/system-namespace": "true",
    }
    assert len({one.meta.uid for one in objects}) == 4
    assert [one.meta.resource_version for one in objects] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("selector", "labels", "taken"),
    [
        ({}, {}, True),
        ({"matchLabels": {"a": "1"}}, {"a": "1", "b": "2"}, True),
        ({"matchLabels": {"a": "1"}}, {"a": "2"}, False),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["1", "2"]}]}, {"a": "2"}, True),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["1"]}]}, {}, False),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}, {"a": "1"}, False),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}, {}, True),
        ({"matchExpressions": [{"key": "a", "operator": "Exists"}]}, {"a": ""}, True),
        ({"matchExpressions": [{"key": "a", "operator": "DoesNotExist"}]}, {"a": ""}, False),
    ],
)
def test_label_selectors(selector, labels, taken):
    assert selects(freeze(selector), labels) == taken
