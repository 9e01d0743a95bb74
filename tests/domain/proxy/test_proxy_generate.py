"""Configurations: gateways, sidecars, endpoints, failures, and which proxies a change touches."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from traffic_world import (
    HTTP,
    allow_all,
    app,
    gateway,
    http_route,
    mesh,
    policy,
    read,
    rule,
    service,
    subset,
    unresolved,
    zone_ingress,
)

from kumasim.domain.policy.identity import KUMA
from kumasim.domain.profile import profile
from kumasim.domain.proxy.config import GenerationFailure, ProxyConfig
from kumasim.domain.proxy.endpoints import endpoints_of
from kumasim.domain.proxy.gateway import generate as gateway_generate
from kumasim.domain.proxy.gateway_route import NO_ROUTES
from kumasim.domain.proxy.generation import generate, generator
from kumasim.domain.proxy.mesh import settings
from kumasim.domain.proxy.outbounds import mesh_outbounds
from kumasim.domain.proxy.wakes import INDEXES, WATCHED, affected
from kumasim.domain.reconcilers.base import Surroundings, View
from kumasim.domain.resource import Key
from kumasim.domain.store import Indexes, Store

BACKEND = "backend_demo_svc_80"
EDGE = Key(KUMA, "Dataplane", "demo", "edge-rs-1")
TREES = list[dict[str, Any]]


def view(*trees: dict[str, Any], semantics: str = "documented") -> View:
    store = Store(Indexes.of(INDEXES))
    for tree in trees:
        store = store.put(read(tree))
    return View(store, Surroundings(profile(semantics=semantics), "zone-1"))


def edge(*trees: dict[str, Any], listeners: TREES | None = None) -> ProxyConfig | GenerationFailure:
    made = view(mesh(), *gateway(*(listeners or [HTTP])), *app("backend", "10.1.0"), *trees)
    found = made.store.get(EDGE)
    assert found is not None
    return gateway_generate(made, found)


def hostnames(config: ProxyConfig | GenerationFailure) -> dict[int, list[str]]:
    assert isinstance(config, ProxyConfig)
    return {one.port: [host.hostname for chain in one.chains for host in chain.hosts] for one in config.listeners}


def listener(port: int, hostname: str = "*", protocol: str = "HTTP", **more: Any) -> dict[str, Any]:
    return {"port": port, "protocol": protocol, "hostname": hostname, **more}


HOSTS = [
    (["*"], [()], {8080: ["*"]}),
    (["*"], [("a.com",)], {8080: ["a.com"]}),
    (["a.com"], [()], {8080: ["a.com"]}),
    (["*.a.com"], [("x.a.com", "b.com")], {8080: ["x.a.com"]}),
    (["x.a.com"], [("*.a.com",)], {8080: ["x.a.com"]}),
    (["a.com", "*.b.com"], [("a.com", "x.b.com")], {8080: ["x.b.com", "a.com"]}),
]


@pytest.mark.parametrize(("listeners", "routes", "expected"), HOSTS)
def test_virtual_hosts_are_the_narrower_names(listeners: Any, routes: Any, expected: Any) -> None:
    trees = [http_route(rule(subset(BACKEND)), name=f"r{i}", hostnames=names) for i, names in enumerate(routes)]
    assert hostnames(edge(*trees, listeners=[listener(8080, name) for name in listeners])) == expected


def test_a_virtual_host_has_the_rules_of_broader_names_too() -> None:
    named = http_route(rule(subset(BACKEND), path="/a"), name="a", hostnames=("x.com",))
    broad = http_route(rule(subset(BACKEND), path="/b"), name="b")
    config = edge(named, broad)
    assert isinstance(config, ProxyConfig)
    hosts = {host.hostname: host for host in config.listeners[0].chains[0].hosts}
    told = {name: [route.match.path.value for route in hosts[name].routes] for name in hosts}
    assert told == {"x.com": ["/a", "/b", "/a/", "/b/"], "*": ["/b", "/b/"]}


FAILURES: list[tuple[str, TREES, TREES]] = [
    ("D-41 [U]", [listener(80), listener(80, "a.com")], [http_route(rule(subset(BACKEND)), hostnames=("a.com",))]),
    ("GW-164 [U]", [HTTP], [http_route(rule(subset(BACKEND, 0), unresolved(0)))]),
    ("H-10 [U], D-42b", [HTTP], [http_route(rule({"kind": "MeshExternalService", "name": "x"}))]),
    ("H-10 [U], D-42b", [HTTP], [http_route(rule({"kind": "MeshService", "name": "x", "port": 80}))]),
    ("E-10", [listener(80, crossMesh=True)], []),
    ("D-9", [listener(443, protocol="TLS")], []),
]


@pytest.mark.parametrize(("rule_", "listeners", "routes"), FAILURES)
def test_what_cannot_be_generated(rule_: str, listeners: TREES, routes: TREES) -> None:
    found = edge(*routes, listeners=listeners)
    assert isinstance(found, GenerationFailure)
    assert found.rule == rule_


def test_a_failure_is_told_in_words() -> None:
    made = view(mesh(), *gateway(listener(443, protocol="TLS")))
    found = made.store.get(EDGE)
    assert found is not None
    assert generate(made, found) == "unsupported TLS mode (D-9) [MeshGateway/edge]"


def test_a_port_that_no_route_is_about_fails_all() -> None:
    some = http_route(rule(subset(BACKEND)))
    some["spec"]["targetRef"]["tags"] = {"port": "a"}
    listeners = [listener(8080, tags={"port": "a"}), listener(8081, tags={"port": "b"})]
    found = edge(some, listeners=listeners)
    assert isinstance(found, GenerationFailure)
    assert found.rule == "D-42"


def old_route(name: str, path: str, hosts: tuple[str, ...] = ()) -> dict[str, Any]:
    backend = {"weight": 1, "destination": {"kuma.io/service": BACKEND}}
    rules = [{"matches": [{"path": {"match": "PREFIX", "value": path}}], "backends": [backend]}]
    return {
        "apiVersion": "kuma.io/v1alpha1", "kind": "MeshGatewayRoute", "mesh": "default", "metadata": {"name": name},
        "spec": {
            "selectors": [{"match": {"kuma.io/service": "edge_demo_svc"}}],
            "conf": {"http": {"hostnames": list(hosts), "rules": rules}},
        },
    }  # fmt: skip


def test_old_routes_with_hostnames_move_to_hosts_of_their_own() -> None:
    config = edge(old_route("a", "/x", ("a.com",)))
    assert isinstance(config, ProxyConfig)
    assert hostnames(config) == {8080: ["a.com", "*"]}
    named, rest = config.listeners[0].chains[0].hosts
    assert [route.match.path.value for route in named.routes] == ["/x", "/x/"]
    assert [route.direct and route.direct.body for route in rest.routes] == [NO_ROUTES, NO_ROUTES]


def test_a_mesh_http_route_silences_the_old_kind() -> None:
    config = edge(old_route("a", "/x"), http_route(rule(subset(BACKEND), path="/new")))
    assert isinstance(config, ProxyConfig)
    assert [route.match.path.value for route in config.listeners[0].chains[0].hosts[0].routes] == ["/new", "/new/"]


def test_no_gateway_no_listeners() -> None:
    trees = [tree for tree in gateway(HTTP) if tree["kind"] != "MeshGateway"]
    made = view(mesh(), *trees)
    found = made.store.get(EDGE)
    assert found is not None
    config = generate(made, found)
    assert isinstance(config, ProxyConfig)
    assert config.listeners == ()


def test_equal_inputs_give_equal_configurations() -> None:
    trees = [
        mesh("STRICT"),
        *gateway(HTTP),
        *app("backend", "10.1.0", 2),
        http_route(rule(subset(BACKEND))),
        allow_all(),
    ]
    for key in (EDGE, EDGE._replace(name="backend-rs-1")):
        made = []
        for order in (trees, trees[::-1]):
            seen = view(*order)
            found = seen.store.get(key)
            assert found is not None
            made.append(generate(seen, found))
        assert made[0] == made[1]
        assert isinstance(made[0], ProxyConfig)


def weights(*trees: dict[str, Any]) -> list[tuple[str, int, int]]:
    seen = view(*trees)
    return [(one.zone, one.weight, one.priority) for one in endpoints_of(seen, settings(seen, "default"), BACKEND)]


ZONE_2, ZONE_3 = zone_ingress("zone-2", "1.1.1.2", {BACKEND: 3}), zone_ingress("zone-3", "1.1.1.3", {BACKEND: 1})
HERE = app("backend", "10.1.0", 2)


def without_address() -> dict[str, Any]:
    ingress = zone_ingress("zone-2", "", {BACKEND: 3})
    return {**ingress, "metadata": {"name": "new", "namespace": "kuma-system"}}


def egress() -> dict[str, Any]:
    networking = {"address": "10.8.0.1", "port": 10002}
    meta = {"name": "egress", "namespace": "kuma-system"}
    return {
        "apiVersion": "kuma.io/v1alpha1",
        "kind": "ZoneEgress",
        "metadata": meta,
        "spec": {"zone": "zone-1", "networking": networking},
    }


ENDPOINTS: list[tuple[str, TREES, list[tuple[str, int, int]]]] = [
    ("local only", [mesh(), *HERE], [("zone-1", 1, 0)] * 2),
    ("H-16", [mesh(), *HERE, ZONE_2], [("zone-1", 1, 0)] * 2),
    ("H-20", [mesh("STRICT"), *HERE, ZONE_2], [("zone-1", 1, 0)] * 2 + [("zone-2", 3, 0)]),
    (
        "H-20 two zones",
        [mesh("STRICT"), *HERE, ZONE_2, ZONE_3],
        [("zone-1", 2, 0)] * 2 + [("zone-2", 3, 0), ("zone-3", 1, 0)],
    ),
    ("H-15", [mesh("STRICT"), *HERE, without_address()], [("zone-1", 1, 0)] * 2),
    ("own zone", [mesh("STRICT"), *HERE, zone_ingress("zone-1", "1.1.1.1", {BACKEND: 2})], [("zone-1", 1, 0)] * 2),
    ("H-21", [mesh("STRICT", zoneEgress=True), ZONE_2, egress()], [("zone-2", 1, 0)]),
    (
        "H-22",
        [mesh("STRICT", localityAwareLoadBalancing=True), *HERE, ZONE_2],
        [("zone-1", 1, 0)] * 2 + [("zone-2", 3, 1)],
    ),
]


@pytest.mark.parametrize(("name", "trees", "expected"), ENDPOINTS, ids=[each[0] for each in ENDPOINTS])
def test_endpoints(name: str, trees: TREES, expected: Any) -> None:
    for order in (trees, trees[::-1]):
        assert weights(*order) == expected


def test_a_meshservice_with_healthy_endpoints_hides_other_zones() -> None:
    def mesh_service(labels: dict[str, str], target: Any = 8000) -> dict[str, Any]:
        tags = {"k8s.kuma.io/namespace": "demo", **labels}
        return {
            "apiVersion": "kuma.io/v1alpha1", "kind": "MeshService", "metadata": {"name": "backend", "namespace": "demo"},
            "spec": {"selector": {"dataplaneTags": tags}, "ports": [{"port": 80, "targetPort": target}]},
        }  # fmt: skip

    base = [mesh("STRICT"), *HERE, ZONE_2]
    assert weights(*base, mesh_service({})) == [("zone-1", 1, 0)] * 2
    assert weights(*base, mesh_service({"no": "body"})) == weights(*base)
    assert weights(*base, mesh_service({}, "http")) == weights(*base)


def test_sidecars_share_one_value() -> None:
    seen = view(mesh(), *HERE)
    shared = mesh_outbounds(seen, settings(seen, "default"))
    for name in ("backend-rs-1", "backend-rs-2"):
        found = seen.store.get(EDGE._replace(name=name))
        assert found is not None
        config = generate(seen, found, shared)
        assert isinstance(config, ProxyConfig)
        assert config.shared is shared
        assert (config.outbounds, config.clusters) == ((), ())
    names = [(one.address, one.port, one.hostnames) for one in shared.outbounds]
    assert names == [("", 80, (f"{BACKEND}.mesh", "backend.demo.svc.80.mesh")), ("10.1.0.100", 80, ())]


def test_a_generator_makes_what_is_shared_once() -> None:
    seen = view(*world())
    one = generator(seen)
    them = seen.list("Dataplane", group=KUMA)
    made = [one(dataplane) for dataplane in them]
    assert made == [generate(seen, dataplane) for dataplane in them]
    shared = [config.shared for config in made if isinstance(config, ProxyConfig) and config.shared is not None]
    assert len(shared) == 3
    assert all(each is shared[0] for each in shared)
    again = [generator(seen, {"default": shared[0]})(dataplane) for dataplane in them]
    assert [config.shared for config in again if isinstance(config, ProxyConfig) and config.shared] == shared
    assert all(config.shared in (None, shared[0]) for config in again if isinstance(config, ProxyConfig))


def world() -> TREES:
    cross = listener(9090, "x.com", crossMesh=True)
    vips = {
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kuma-default-dns-vips", "namespace": "kuma-system"},
        "data": {"config": '{"0:backend_demo_svc_80": {"address": "240.0.0.1"}}'},
    }  # fmt: skip
    to = {"targetRef": {"kind": "MeshService", "name": BACKEND}, "rules": [rule(path="/g")]}
    return [
        mesh("STRICT"), *gateway(HTTP, cross), *app("backend", "10.1.0", 2), *app("idle", "10.2.0"), allow_all(), ZONE_2,
        http_route(rule(subset(BACKEND))), vips, service("plain", "10.4.0.100", 80),
        policy("MeshHTTPRoute", "g", {"targetRef": {"kind": "MeshSubset", "tags": {"k8s.kuma.io/namespace": "demo"}}, "to": [to]}),
    ]  # fmt: skip


def configs(seen: View) -> dict[Key, Any]:
    return {one.key: generate(seen, one) for one in seen.list("Dataplane", group=KUMA)}


@pytest.mark.parametrize("position", range(len(world())))
def test_taking_an_object_away_touches_nobody_but_the_affected(position: int) -> None:
    trees = world()
    before = view(*trees)
    gone = read(trees[position])
    after = View(before.store.drop(gone.key), before.around)
    old, new = configs(before), configs(after)
    touched = {key for key in {*old, *new} if old.get(key) != new.get(key)}
    woken = set(affected(before, gone)) | set(affected(after, gone))
    assert touched <= woken | {gone.key}


def test_most_objects_touch_somebody() -> None:
    trees = world()
    seen = view(*trees)
    kinds = {one["kind"] for one in trees if affected(seen, read(one))}
    assert kinds == {
        "ConfigMap", "Dataplane", "Mesh", "MeshGateway", "MeshHTTPRoute", "MeshTrafficPermission", "Service", "ZoneIngress",
    }  # fmt: skip


def test_a_dataplane_that_no_route_names_leaves_gateways_alone() -> None:
    seen = view(*world())

    def woken(name: str) -> set[str]:
        found = seen.store.get(EDGE._replace(name=name))
        assert found is not None
        return {key.name for key in affected(seen, found)}

    assert "edge-rs-1" in woken("backend-rs-1")
    assert "edge-rs-1" not in woken("idle-rs-1")


def test_everything_watched_is_answered_in_order() -> None:
    seen = view(*world())
    for one in seen.store.everything():
        keys = affected(seen, one)
        assert list(keys) == sorted(set(keys))
        assert not keys or (one.key.group, one.kind) in WATCHED
    assert len(set(WATCHED)) == len(WATCHED)
    assert all(a.name != b.name for a, b in itertools.combinations(INDEXES, 2))


NAMED_PORTS = [("documented", "http", 1), ("documented", "other", 0), ("source", "http", 0)]


@pytest.mark.parametrize(("semantics", "target", "count"), NAMED_PORTS)
def test_named_target_ports(semantics: str, target: str, count: int) -> None:
    tags = {"k8s.kuma.io/namespace": "demo", "k8s.kuma.io/service-name": "backend"}
    by_hand = {
        "apiVersion": "kuma.io/v1alpha1", "kind": "MeshService", "metadata": {"name": "mine", "namespace": "demo"},
        "spec": {"selector": {"dataplaneTags": tags}, "ports": [{"port": 81, "targetPort": target}]},
    }  # fmt: skip
    trees = app("backend", "10.1.0")
    for one in trees:
        if one["kind"] == "Pod":
            one["spec"] = {"containers": [{"name": "c", "ports": [{"name": "http", "containerPort": 8000}]}]}
    seen = view(mesh(), *trees, by_hand, semantics=semantics)
    assert len(endpoints_of(seen, settings(seen, "default"), "mine_demo_svc_81")) == count


@pytest.mark.parametrize(("semantics", "zones"), [("documented", {"zone-1"}), ("source", {"zone-1", "zone-2"})])
def test_a_delegated_gateway_by_cluster_address(semantics: str, zones: set[str]) -> None:
    tags = {"kuma.io/service": "kong_demo_svc_80"}
    kong = {
        "apiVersion": "kuma.io/v1alpha1", "kind": "Dataplane", "mesh": "default", "metadata": {"name": "kong", "namespace": "demo"},
        "spec": {"networking": {"address": "10.5.0.1", "gateway": {"type": "DELEGATED", "tags": tags}}},
    }  # fmt: skip
    seen = view(mesh("STRICT"), *HERE, ZONE_2, kong, semantics=semantics)
    config = generate(seen, read(kong))
    assert isinstance(config, ProxyConfig)

    def reached(by_name: bool) -> set[str]:
        (one,) = (each for each in config.all_outbounds() if bool(each.hostnames) is by_name)
        to = config.cluster(one.routes[0].forward[0].cluster)
        return set() if to is None else {endpoint.zone for endpoint in to.endpoints}

    assert reached(by_name=False) == zones
    assert reached(by_name=True) == {"zone-1", "zone-2"}
