"""Requests that start at a workload: plain, through a sidecar, by mesh names, to Services and pods."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from traffic_world import (
    HandMade,
    allow_all,
    app,
    mesh,
    pod,
    policy,
    rule,
    service,
    slices,
    subset,
    unresolved,
    zone_ingress,
)

from kumasim.domain.traffic.evaluation import NoSuchCaller

BACKEND = "backend_demo_svc_80"


def zone(
    *objects: dict[str, Any], meshed: bool = True, mtls: str = "", protocol: str = "http", replicas: int = 1
) -> HandMade:
    return HandMade(
        {
            "zone-1": [
                mesh(mtls),
                *app("client", "10.3.0", meshed=meshed),
                *app("backend", "10.1.0", replicas, protocol=protocol),
                *objects,
            ]
        }
    )


CLIENT = "zone-1/demo/Deployment/client"


@pytest.mark.parametrize(
    "name",
    [
        "backend",
        "backend.demo",
        "backend.demo.svc",
        "backend.demo.svc.cluster.local",
        "backend.demo.svc.cluster.local.",
    ],
)
@pytest.mark.parametrize("meshed", [True, False])
def test_cluster_dns_with_search_domains(name: str, meshed: bool) -> None:
    (one,) = zone(meshed=meshed).ask(from_=CLIENT, url=f"http://{name}/items")
    assert (one.status, one.service, one.workload) == (200, "backend", "backend")
    assert one.seen is not None
    assert (one.seen["host"], one.seen["path"]) == (name, "/items")
    assert [hop["hop"] for hop in one.via] == (["sidecar", "sidecar"] if meshed else ["sidecar"])


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"url": "http://nobody/"}, "no-dns"),
        ({"url": "http://backend.other/"}, "no-dns"),
        ({"to": "10.250.0.1"}, "timeout"),
        ({"url": "http://backend:81/"}, "refused"),
        ({"to": "10.1.0.1", "port": 8000}, 200),
        ({"to": "zone-1/demo/Service/backend", "port": 80}, 200),
        ({"to": "zone-1/demo/Service/none", "port": 80}, "no-dns"),
        ({"url": "http://backend_demo_svc_80.mesh/"}, 200),
        ({"url": "http://backend.demo.svc.80.mesh:80/"}, 200),
        ({"url": "http://backend.demo.svc.80.mesh:8080/"}, "timeout"),
    ],
)
def test_where_names_and_addresses_lead(asked: dict[str, Any], status: Any) -> None:
    (one,) = zone().ask(from_=CLIENT, **asked)
    assert one.status == status


def test_mesh_names_are_unknown_without_a_sidecar() -> None:
    (one,) = zone(meshed=False).ask(from_=CLIENT, url="http://backend_demo_svc_80.mesh/")
    assert one.status == "no-dns"


def test_an_external_name_may_be_a_mesh_name() -> None:
    alias = service("alias", "", 80)
    alias["spec"] = {"type": "ExternalName", "externalName": "backend.demo.svc.80.mesh"}
    (one,) = zone(alias).ask(from_=CLIENT, url="http://alias/")
    assert (one.status, one.workload) == (200, "backend")


def test_a_pod_that_is_not_ready_gets_nothing() -> None:
    lonely = pod("lonely-rs-1", "10.5.0.1", {}, ready=False)
    world = zone(lonely, service("lonely", "10.5.0.100", 80), slices("lonely", 8000, [lonely]))
    (one,) = world.ask(from_=CLIENT, url="http://lonely/")
    assert one.status == "refused"


def test_ready_pods_share_evenly() -> None:
    outcomes = zone(replicas=3).ask(from_="outside", to="zone-1/demo/Service/backend", port=80)
    assert [(one.share, one.pod) for one in outcomes] == [(Fraction(1, 3), f"backend-rs-{i}") for i in (1, 2, 3)]


@pytest.mark.parametrize(
    "bad", ["zone-9/demo/Pod/x", "zone-1/demo/Pod/none", "zone-1/demo/Job/x", "zone-1/Dataplane/none"]
)
def test_callers_that_do_not_exist(bad: str) -> None:
    with pytest.raises(NoSuchCaller):
        zone().ask(from_=bad, url="http://backend/")


PERMISSIONS: list[tuple[str, str, Any, Any]] = [
    ("STRICT", "http", None, 403),
    ("STRICT", "tcp", None, "reset"),
    ("STRICT", "http", {"kind": "Mesh"}, 200),
    ("STRICT", "tcp", {"kind": "Mesh"}, 200),
    ("STRICT", "http", {"kind": "MeshService", "name": "client_demo_svc_80"}, 200),
    ("STRICT", "http", {"kind": "MeshService", "name": "other"}, 403),
    ("STRICT", "http", {"kind": "MeshSubset", "tags": {"k8s.kuma.io/namespace": "demo"}}, 200),
    (
        "STRICT",
        "http",
        {"kind": "MeshServiceSubset", "name": "client_demo_svc_80", "tags": {"kuma.io/zone": "no"}},
        403,
    ),
    ("PERMISSIVE", "http", None, 403),
    ("", "http", None, 200),
]


@pytest.mark.parametrize(("mtls", "protocol", "client", "status"), PERMISSIONS)
def test_permissions_towards_a_sidecar(mtls: str, protocol: str, client: Any, status: Any) -> None:
    allow = {"targetRef": client, "default": {"action": "Allow"}}
    spec = {"targetRef": {"kind": "Mesh"}, "from": [allow]}
    extra = [] if client is None else [policy("MeshTrafficPermission", "p", spec)]
    (one,) = zone(*extra, mtls=mtls, protocol=protocol).ask(from_=CLIENT, url="http://backend/")
    assert one.status == status


@pytest.mark.parametrize(("mtls", "status"), [("STRICT", "reset"), ("PERMISSIVE", 200), ("", 200)])
def test_plaintext_from_outside_the_mesh(mtls: str, status: Any) -> None:
    (one,) = zone(meshed=False, mtls=mtls).ask(from_=CLIENT, url="http://backend/")
    assert one.status == status


def test_the_older_permission_acts_on_connections() -> None:
    old = {
        "apiVersion": "kuma.io/v1alpha1", "kind": "TrafficPermission", "mesh": "default", "metadata": {"name": "p"},
        "spec": {
            "sources": [{"match": {"kuma.io/service": "other"}}],
            "destinations": [{"match": {"kuma.io/service": "*"}}],
        },
    }  # fmt: skip
    (one,) = zone(old, mtls="STRICT").ask(from_=CLIENT, url="http://backend/")
    assert one.status == 503


def gamma(*rules: dict[str, Any], target: dict[str, Any] | None = None, name: str = "g") -> dict[str, Any]:
    to = {"targetRef": {"kind": "MeshService", "name": BACKEND}, "rules": list(rules)}
    return policy("MeshHTTPRoute", name, {"targetRef": target or {"kind": "Mesh"}, "to": [to]})


SET = {"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": [{"name": "x", "value": "set"}]}}
OTHER = "other_demo_svc_80"


def answered(world: HandMade, path: str = "/") -> list[tuple[Any, Any, Any]]:
    outcomes = world.ask(from_=CLIENT, url=f"http://backend{path}")
    return [(one.status, one.workload, one.headers.get("x")) for one in outcomes]


def test_gamma_routes_by_rule_and_falls_back_to_the_parent() -> None:
    world = zone(gamma(rule(subset(OTHER), path="/o")), *app("other", "10.4.0"))
    assert answered(world, "/o/x") == [(200, "other", None)]
    assert answered(world, "/p") == [(200, "backend", None)]


def test_gamma_without_backends_leads_to_the_parent() -> None:
    assert answered(zone(gamma(rule(filters=(SET,))))) == [(200, "backend", "set")]


def test_gamma_drops_a_rule_with_one_bad_backend_whole() -> None:
    world = zone(gamma(rule(subset(OTHER), unresolved(), path="/o")), *app("other", "10.4.0"))
    assert answered(world, "/o") == [(200, "backend", None)]


def test_gamma_skips_backends_of_weight_0_before_it_looks_at_them() -> None:
    world = zone(gamma(rule(subset(OTHER), unresolved(0), path="/o")), *app("other", "10.4.0"))
    assert answered(world, "/o") == [(200, "other", None)]


def test_gamma_backend_must_speak_http() -> None:
    world = zone(gamma(rule(subset(OTHER), path="/o")), *app("other", "10.4.0", protocol="tcp"))
    assert answered(world, "/o") == [(200, "backend", None)]


def test_gamma_dropped_catch_all_leaves_by_the_service_address() -> None:
    (one,) = zone(gamma(rule(unresolved()))).ask(from_=CLIENT, url="http://backend/")
    assert (one.status, one.workload, [hop["hop"] for hop in one.via]) == (200, "backend", ["sidecar"])


def test_gamma_needs_the_parent_to_speak_http() -> None:
    world = zone(gamma(rule(filters=(SET,))), protocol="tcp")
    assert answered(world) == [(200, "backend", None)]


@pytest.mark.parametrize(("namespace", "header"), [("demo", "consumer"), ("elsewhere", "set")])
def test_consumer_beats_producer_in_its_namespace(namespace: str, header: str) -> None:
    mine = {"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": [{"name": "x", "value": "consumer"}]}}
    target = {"kind": "MeshSubset", "tags": {"k8s.kuma.io/namespace": namespace}}
    world = zone(gamma(rule(filters=(SET,)), name="a"), gamma(rule(filters=(mine,)), target=target, name="z"))
    assert answered(world) == [(200, "backend", header)]


def test_a_service_of_another_zone_answers_by_its_mesh_name() -> None:
    ingress = zone_ingress("zone-2", "172.18.0.9", {"far_demo_svc_80": 1})
    world = HandMade(
        {
            "zone-1": [mesh("STRICT"), *app("client", "10.3.0"), ingress, allow_all()],
            "zone-2": [mesh("STRICT"), *app("far", "10.1.0", zone="zone-2"), ingress, allow_all()],
        }
    )
    (one,) = world.ask(from_=CLIENT, url="http://far.demo.svc.80.mesh/")
    assert (one.status, one.zone, one.workload) == (200, "zone-2", "far")
    assert [(hop["hop"], hop["zone"]) for hop in one.via] == [
        ("sidecar", "zone-1"),
        ("zone-ingress", "zone-2"),
        ("sidecar", "zone-2"),
    ]


def test_to_a_universal_dataplane_through_its_own_outbound() -> None:
    def universal(name: str, ip: str, **networking: Any) -> dict[str, Any]:
        tags = {"kuma.io/service": name, "kuma.io/protocol": "http"}
        inbound = {"port": 8000, "tags": tags}
        return {
            "apiVersion": "kuma.io/v1alpha1", "kind": "Dataplane", "mesh": "default", "metadata": {"name": f"{name}-1"},
            "spec": {"networking": {"address": ip, "inbound": [inbound], **networking}},
        }  # fmt: skip

    outbound = {"port": 9001, "tags": {"kuma.io/service": "backend"}}
    world = HandMade(
        {"zone-1": [mesh(), universal("web", "192.168.0.1", outbound=[outbound]), universal("backend", "192.168.0.2")]}
    )
    (one,) = world.ask(from_="zone-1/Dataplane/web-1", to="127.0.0.1", port=9001)
    assert (one.status, one.service, one.workload, one.pod) == (200, "backend", "backend-1", None)
    (other,) = world.ask(from_="zone-1/Dataplane/web-1", to="192.168.0.2", port=8000)
    assert (other.status, other.workload) == (200, "backend-1")


def test_a_meshservice_made_by_hand_is_the_service_of_the_answer() -> None:
    tags = {"k8s.kuma.io/namespace": "demo", "k8s.kuma.io/service-name": "backend"}
    by_hand = {
        "apiVersion": "kuma.io/v1alpha1", "kind": "MeshService", "metadata": {"name": "mine", "namespace": "demo"},
        "spec": {"selector": {"dataplaneTags": tags}, "ports": [{"port": 81, "targetPort": 8000}]},
        "status": {"vips": [{"ip": "241.0.0.0"}], "addresses": [{"hostname": "mine.mesh.local"}]},
    }  # fmt: skip
    for asked in ({"url": "http://mine.mesh.local:81/"}, {"to": "241.0.0.0", "port": 81}):
        (one,) = zone(by_hand).ask(from_=CLIENT, **asked)
        assert (one.status, one.service, one.workload) == (200, "mine", "backend")
