"""Who gets which address."""

from kumasim.domain.kubernetes.addresses import (
    NODE_PORTS,
    Allocations,
    Range,
    addresses_of,
    load_balancer_range,
    node_address,
    pod_range,
    service_range,
)
from kumasim.domain.resource import resource

TINY = Range(3, lambda number: f"address-{number}")


def holder(name, *ips, kind="Service"):
    spec = {"clusterIPs": list(ips)} if kind == "Service" else {}
    status = {"podIP": ips[0]} if kind == "Pod" else {}
    return resource({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, "spec": spec, "status": status})


def test_ranges_of_clusters_do_not_overlap():
    for ordinals in (range(120), range(0, 300, 7)):
        seen = {}
        for ordinal in ordinals:
            for what in (pod_range, service_range, load_balancer_range):
                found = what(ordinal)
                block = (found.at(0).rsplit(".", 2)[0], found.at(0).split(".")[2] if found.size < 300 else "*")
                assert seen.setdefault(block, (what, ordinal)) == (what, ordinal)


def test_ranges_look_like_a_cluster():
    assert pod_range(2).at(0) == "10.2.0.10"
    assert service_range(2).at(0) == "10.102.0.10"
    assert load_balancer_range(2).at(0) == "172.18.2.10"
    assert node_address(2, 1) == "172.18.2.2"
    assert pod_range(2).at(pod_range(2).size - 1) == "10.2.255.245"
    assert load_balancer_range(2).at(load_balancer_range(2).size - 1) == "172.18.2.254"
    assert (NODE_PORTS.at(0), NODE_PORTS.at(NODE_PORTS.size - 1)) == ("node-port/30000", "node-port/32767")


def test_the_same_asker_gets_the_same_address_whoever_else_is_there():
    alone = Allocations().pick(pod_range(1), "zone-1", "pod", "default", "web")
    crowded = Allocations()
    for number in range(50):
        ip = crowded.pick(pod_range(1), "zone-1", "pod", "default", f"other-{number}")
        crowded = crowded.after(None, holder(f"other-{number}", ip, kind="Pod"))
    assert crowded.pick(pod_range(1), "zone-1", "pod", "default", "web") == alone


def test_two_who_want_the_same_get_neighbours_until_all_are_taken():
    held = Allocations()
    given = []
    for name in ("a", "b", "c"):
        ip = held.pick(TINY, "same")
        given.append(ip)
        held = held.after(None, holder(name, ip))
    assert sorted(given) == ["address-0", "address-1", "address-2"]
    assert held.pick(TINY, "same") is None


def test_what_the_same_request_took_already_is_taken():
    first = Allocations().pick(TINY, "x")
    assert Allocations().pick(TINY, "x", also_taken=[first]) not in (None, first)


def test_allocations_follow_an_object_through_its_life():
    born, moved = holder("web", "10.0.0.1"), holder("web", "10.0.0.2")
    one = Allocations().after(None, born)
    two = one.after(born, moved)
    three = two.after(moved, None)
    assert [one.holder("10.0.0.1"), two.holder("10.0.0.1"), two.holder("10.0.0.2"), three.holder("10.0.0.2")] == [
        born.key,
        None,
        born.key,
        None,
    ]
    assert two.after(moved, moved.with_meta(labels={"a": "b"})) is two


def test_the_first_holder_of_a_shared_address_keeps_it():
    first, second = holder("a", "10.0.0.1"), holder("b", "10.0.0.1")
    both = Allocations().after(None, first).after(None, second)
    assert both.holder("10.0.0.1") == first.key
    assert both.after(second, None).holder("10.0.0.1") == first.key


def test_what_each_kind_holds():
    service = resource(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web"},
            "spec": {"clusterIPs": ["10.101.0.5"], "ports": [{"port": 80, "nodePort": 30080}, {"port": 81}]},
            "status": {"loadBalancer": {"ingress": [{"ip": "172.18.1.9"}, {"hostname": "lb.example.com"}]}},
        }
    )
    node = resource(
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": "n"},
            "status": {"addresses": [{"type": "InternalIP", "address": "172.18.1.2"}, {"type": "Hostname"}]},
        }
    )
    assert addresses_of(service) == ["10.101.0.5", "node-port/30080", "172.18.1.9"]
    assert addresses_of(holder("headless", "None")) == []
    assert addresses_of(holder("web-1", "10.1.0.7", kind="Pod")) == ["10.1.0.7"]
    assert addresses_of(node) == ["172.18.1.2"]
    assert addresses_of(resource({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}})) == []
