"""What the API server does to objects of each kind: defaults, allocations, what may not change."""

import pytest
from kubernetes_cluster import SECOND, Cluster, config_map, service, workload

from kumasim.domain.kubernetes.addresses import load_balancer_range
from kumasim.domain.kubernetes.api.context import Deleted
from kumasim.domain.resource import resource
from kumasim.domain.tree import thaw
from kumasim.domain.writes import Failure


def told(answer):
    assert isinstance(answer, Failure), answer
    return answer.code, answer.reason, answer.message


# --------------------------------------------------------------------------- Service


def test_a_service_gets_a_cluster_ip_of_its_cluster():
    made = Cluster(ordinal=3).create(service())
    assert made.spec["clusterIP"].startswith("10.103.")
    assert made.spec["clusterIPs"] == (made.spec["clusterIP"],)
    assert thaw(made.spec["ports"]) == [{"protocol": "TCP", "port": 80, "targetPort": "http"}]
    assert thaw(made.status) == {"loadBalancer": {}}


def test_an_address_does_not_depend_on_other_services():
    alone, crowded = Cluster(), Cluster()
    for number in range(20):
        crowded.create(service(f"other-{number}"))
    assert alone.create(service()).spec["clusterIP"] == crowded.create(service()).spec["clusterIP"]


def test_ten_thousand_names_would_not_share_an_address():
    cluster = Cluster()
    given = [cluster.create(service(f"s{number}", type="NodePort")) for number in range(60)]
    assert len({one.spec["clusterIP"] for one in given}) == 60
    assert len({one.spec["ports"][0]["nodePort"] for one in given}) == 60


def test_target_port_is_the_port_by_default():
    made = Cluster().create(service(ports=[{"port": 80}]))
    assert made.spec["ports"][0]["targetPort"] == 80


@pytest.mark.parametrize(
    ("spec", "has_ip", "has_node_port"),
    [
        ({}, True, False),
        ({"type": "ClusterIP"}, True, False),
        ({"type": "NodePort"}, True, True),
        ({"type": "LoadBalancer"}, True, True),
        ({"type": "LoadBalancer", "allocateLoadBalancerNodePorts": False}, True, False),
        ({"type": "ExternalName", "externalName": "example.com"}, False, False),
        ({"clusterIP": "None"}, False, False),
    ],
)
def test_what_each_type_of_service_gets(spec, has_ip, has_node_port):
    made = Cluster().create(service(**spec))
    assert (made.spec.get("clusterIP") not in (None, "None")) == has_ip
    assert ("nodePort" in made.spec["ports"][0]) == has_node_port


def test_a_headless_service_says_so():
    assert Cluster().create(service(clusterIP="None")).spec["clusterIPs"] == ("None",)


def test_node_ports_are_in_range_and_differ_within_a_service():
    made = Cluster().create(service(type="NodePort", ports=[{"name": f"p{n}", "port": n} for n in range(1, 30)]))
    ports = [port["nodePort"] for port in made.spec["ports"]]
    assert len(set(ports)) == 29
    assert all(30000 <= port <= 32767 for port in ports)


def test_updates_keep_what_was_allocated():
    cluster = Cluster()
    made = cluster.apply(service(type="NodePort"))
    now = cluster.apply(service(type="NodePort", ports=[{"port": 80, "targetPort": 9090}]))
    assert now.spec["clusterIP"] == made.spec["clusterIP"]
    assert now.spec["ports"][0]["nodePort"] == made.spec["ports"][0]["nodePort"]


def test_an_update_that_forgets_the_addresses_keeps_them():
    cluster = Cluster()
    made = cluster.create(service(type="NodePort"))
    plain = {"spec": {"clusterIP": None, "clusterIPs": None, "ports": [{"port": 80, "targetPort": "http"}]}}
    assert cluster.merge("Service", "web", plain) is made


TYPES = {
    "to NodePort": ({}, {"type": "NodePort"}, (True, True)),
    "back to ClusterIP": ({"type": "NodePort"}, {"type": "ClusterIP"}, (True, False)),
    "to ExternalName": ({}, {"type": "ExternalName", "externalName": "x.org"}, (False, False)),
    "from ExternalName": ({"type": "ExternalName", "externalName": "x.org"}, {"type": "ClusterIP"}, (True, False)),
}


@pytest.mark.parametrize("name", TYPES)
def test_changing_the_type(name):
    before, patch, (has_ip, has_node_port) = TYPES[name]
    cluster = Cluster()
    cluster.create(service(**before))
    now = cluster.merge("Service", "web", {"spec": patch})
    assert (bool(now.spec.get("clusterIP")), "nodePort" in now.spec["ports"][0]) == (has_ip, has_node_port)


INVALID_SERVICES = {
    "no ports": (service(ports=[]), "spec.ports: Required value"),
    "unnamed ports": (service(ports=[{"port": 1}, {"port": 2, "name": "b"}]), "spec.ports[0].name: Required value"),
    "two of one name": (
        service(ports=[{"port": 1, "name": "a"}, {"port": 2, "name": "a"}]),
        'spec.ports[1].name: Duplicate value: "a"',
    ),
    "two of one number": (
        service(ports=[{"port": 1, "name": "a"}, {"port": 1, "name": "b"}]),
        'spec.ports[1]: Duplicate value: {"protocol":"TCP","port":1}',
    ),
    "no external name": (service(type="ExternalName"), "spec.externalName: Required value"),
    "node port out of range": (
        service(type="NodePort", ports=[{"port": 8080, "nodePort": 8080}]),
        "spec.ports[0].nodePort: Invalid value: 8080: provided port is not in the valid range. "
        "The range of valid ports is 30000-32767",
    ),
    "headless node port": (
        service(type="NodePort", clusterIP="None"),
        "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services",
    ),
}


@pytest.mark.parametrize("name", INVALID_SERVICES)
def test_invalid_services(name):
    tree, message = INVALID_SERVICES[name]
    code, reason, said = told(Cluster().create(tree))
    assert (code, reason) == (422, "Invalid")
    assert said == f'Service "web" is invalid: {message}'


def test_a_cluster_ip_may_not_change():
    cluster = Cluster()
    cluster.create(service())
    answer = cluster.merge("Service", "web", {"spec": {"clusterIP": "10.101.9.9"}})
    assert told(answer) == (
        422,
        "Invalid",
        'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: []string{"10.101.9.9"}: may not change once set',
    )


def test_addresses_that_others_hold_are_refused():
    cluster = Cluster()
    ip = cluster.create(service(type="NodePort", ports=[{"port": 80, "nodePort": 30080}])).spec["clusterIP"]
    taken_ip = told(cluster.create(service("other", clusterIP=ip)))[2]
    assert taken_ip == (
        f'Service "other" is invalid: spec.clusterIPs: Invalid value: ["{ip}"]: '
        f"failed to allocate IP {ip}: provided IP is already allocated"
    )
    taken_port = told(cluster.create(service("other", type="NodePort", ports=[{"port": 80, "nodePort": 30080}])))[2]
    assert taken_port.endswith("spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated")


def test_a_full_range_is_an_internal_error():
    cluster = Cluster(load_balancer_delay_ns=None)
    cluster.create(service(type="LoadBalancer"))
    for number in range(load_balancer_range(1).size):
        ip = {"status": {"loadBalancer": {"ingress": [{"ip": load_balancer_range(1).at(number)}]}}}
        holder = resource({**service(f"other-{number}"), **ip})
        cluster.allocations = cluster.allocations.after(None, holder)
    patch = {"status": {"loadBalancer": {"ingress": [{"ipMode": "VIP"}]}}}
    assert told(cluster.merge("Service", "web", patch, subresource="status")) == (
        500,
        "InternalError",
        "Internal error occurred: failed to allocate a load balancer address: range is full",
    )


def test_an_address_is_free_again_after_deletion():
    cluster = Cluster()
    ip = cluster.create(service()).spec["clusterIP"]
    cluster.delete("Service", "web")
    assert cluster.create(service("other", clusterIP=ip)).spec["clusterIP"] == ip


# --------------------------------------------------------------------------- workloads


def test_a_deployment_is_completed():
    made = Cluster().create(workload(replicas=None))
    assert made.spec["replicas"] == 1
    assert thaw(made.spec["strategy"]) == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"},
    }
    assert made.spec["template"]["spec"]["containers"][0]["ports"][0]["protocol"] == "TCP"


def test_half_a_strategy_is_completed():
    made = Cluster().create(workload(strategy={"rollingUpdate": {"maxSurge": 3}}))
    assert thaw(made.spec["strategy"]["rollingUpdate"]) == {"maxSurge": 3, "maxUnavailable": "25%"}


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "DaemonSet"])
def test_a_selector_never_changes(kind):
    cluster = Cluster()
    replicas = None if kind == "DaemonSet" else 1
    cluster.create(workload(kind, replicas=replicas))
    answer = cluster.merge(kind, "web", {"spec": {"selector": {"matchLabels": {"app": None, "a": "b", "B": "c"}}}})
    assert told(answer)[2].endswith(
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"B":"c", "a":"b"}, '
        "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable]"
    )


def test_a_selector_that_never_changes_alone():
    cluster = Cluster()
    tree = workload()
    tree["spec"]["template"]["metadata"]["labels"] = {"app": "web", "tier": "front"}
    cluster.create(tree)
    expression = [{"key": "tier", "operator": "In", "values": ["front"]}]
    answer = cluster.merge("Deployment", "web", {"spec": {"selector": {"matchExpressions": expression}}})
    assert told(answer) == (
        422,
        "Invalid",
        'Deployment.apps "web" is invalid: spec.selector: Invalid value: v1.LabelSelector{MatchLabels:'
        'map[string]string{"app":"web"}, MatchExpressions:[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{'
        'Key:"tier", Operator:"In", Values:[]string{"front"}}}}: field is immutable',
    )


@pytest.mark.parametrize(
    ("rolling", "message"),
    [
        ({"maxSurge": "many"}, 'maxSurge: Invalid value: "many": a valid percent string must be'),
        ({"maxUnavailable": -1}, "maxUnavailable: Invalid value: -1: must be greater than or equal to 0"),
        ({"maxSurge": 0, "maxUnavailable": 0}, "maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"),
        ({"maxSurge": "0%", "maxUnavailable": 0}, "may not be 0 when `maxSurge` is 0"),
    ],
)
def test_limits_that_make_no_sense(rolling, message):
    assert message in told(Cluster().create(workload(strategy={"rollingUpdate": rolling})))[2]


def test_a_selector_has_to_fit_the_template():
    answer = Cluster().create(workload(selector={"matchLabels": {"app": "other"}}))
    assert told(answer)[2] == (
        'Deployment.apps "web" is invalid: spec.template.metadata.labels: Invalid value: '
        'map[string]string{"app":"web"}: `selector` does not match template `labels`'
    )


def test_a_selector_has_to_be_there():
    assert told(Cluster().create(workload(selector=None)))[2] == (
        'Deployment.apps "web" is invalid: spec.selector: Required value'
    )


def test_a_stateful_sets_spec_is_mostly_fixed():
    cluster = Cluster()
    cluster.create(workload("StatefulSet", serviceName="web"))
    assert cluster.merge("StatefulSet", "web", {"spec": {"replicas": 4}}).spec["replicas"] == 4
    answer = cluster.merge("StatefulSet", "web", {"spec": {"serviceName": "other"}})
    assert "updates to statefulset spec for fields other than 'replicas'" in told(answer)[2]


# --------------------------------------------------------------------------- Pod


POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "one", "namespace": "default"},
    "spec": {"containers": [{"name": "app", "image": "app:1"}]},
}


def test_a_pod_begins_pending():
    assert thaw(Cluster().create(POD).status) == {"phase": "Pending"}


def test_a_pods_image_may_change_and_little_else():
    cluster = Cluster()
    cluster.create(POD)
    image = {"spec": {"containers": [{"name": "app", "image": "app:2"}]}}
    assert cluster.merge("Pod", "one", image).spec["containers"][0]["image"] == "app:2"
    answer = cluster.merge("Pod", "one", {"spec": {"containers": [{"name": "other", "image": "app:2"}]}})
    code, reason, said = told(answer)
    assert (code, reason) == (422, "Invalid")
    assert said.startswith('Pod "one" is invalid: spec: Forbidden: pod updates may not change fields other than')


def test_a_pod_is_bound_once():
    cluster = Cluster()
    cluster.create(POD)
    bound = cluster.merge("Pod", "one", {"spec": {"nodeName": "n1"}}, subresource="binding")
    assert bound.spec["nodeName"] == "n1"
    assert (bound.status["conditions"][0]["type"], bound.status["conditions"][0]["status"]) == ("PodScheduled", "True")
    again = cluster.merge("Pod", "one", {"spec": {"nodeName": "n2"}}, subresource="binding")
    assert told(again)[1:] == (
        "Conflict",
        'Operation cannot be fulfilled on pods "one": pod one is already assigned to node "n1"',
    )
    assert told(cluster.merge("Pod", "one", {"spec": {"nodeName": "n2"}}))[0] == 422


def test_a_pod_gets_its_address_when_it_runs():
    cluster = Cluster(ordinal=4)
    cluster.create(POD)
    running = cluster.merge("Pod", "one", {"status": {"phase": "Running"}}, subresource="status")
    assert running.status["podIP"].startswith("10.4.")
    assert running.status["podIPs"] == ({"ip": running.status["podIP"]},)


# --------------------------------------------------------------------------- others


def test_a_namespace_is_labelled_with_its_name_whatever_its_user_says():
    cluster = Cluster()
    made = cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    assert thaw(made.meta.labels) == {"kubernetes.io/metadata.name": "shop"}
    assert thaw(made.status) == {"phase": "Active"}
    assert cluster.merge("Namespace", "shop", {"metadata": {"labels": None}}) is made


def test_a_namespace_goes_only_when_it_is_let_go():
    cluster = Cluster()
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    cluster.now_ns = 3 * SECOND
    going = cluster.delete("Namespace", "shop")
    assert (going.meta.deleted_ns, thaw(going.status)) == (3 * SECOND, {"phase": "Terminating"})
    gone = cluster.merge("Namespace", "shop", {"spec": {"finalizers": []}}, subresource="finalize")
    assert isinstance(gone, Deleted)


def test_a_secrets_text_is_encoded_and_its_type_stays():
    cluster = Cluster()
    tree = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "b"}}
    made = cluster.apply(tree)
    assert thaw(made.body) == {"type": "Opaque", "data": {"a": "Yg=="}}
    assert cluster.apply(tree) is made
    answer = cluster.merge("Secret", "s", {"type": "kubernetes.io/tls"})
    assert told(answer)[2] == ('Secret "s" is invalid: type: Invalid value: "kubernetes.io/tls": field is immutable')


def test_a_gateway_classs_controller_never_changes():
    cluster = Cluster()
    tree = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "GatewayClass",
        "metadata": {"name": "kuma"},
        "spec": {"controllerName": "gateways.kuma.io/controller"},
    }
    cluster.create(tree)
    answer = cluster.merge("GatewayClass", "kuma", {"spec": {"controllerName": "example.com/other"}}, namespace="")
    assert told(answer)[2] == (
        'GatewayClass.gateway.networking.k8s.io "kuma" is invalid: spec.controllerName: Invalid value: "string": '
        "Value is immutable"
    )


def test_a_node_brings_its_status():
    node = Cluster().get("Node", "zone-1-node-1")
    assert node.status["addresses"][0] == {"type": "InternalIP", "address": "172.18.1.2"}


def test_a_plain_kind_is_stored_as_it_is():
    assert thaw(Cluster().create(config_map()).body) == {"data": {"color": "red"}}
