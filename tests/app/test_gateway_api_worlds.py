"""The Gateway API in a whole world: loops that never end, classes in use, other meshes, and what a run tells."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import gateway_api_objects as objects
import pytest

import kumasim as ks
from kumasim.projections.diagnostics import diagnostics

HTTP, NS = objects.HTTP, objects.NAMESPACE
MIRROR = {
    "filters": [
        {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "b", "namespace": "other", "port": 80}}},
    ],
    **objects.to("a"),
}
TWICE = {
    "filters": [
        {
            "type": "RequestHeaderModifier",
            "requestHeaderModifier": {"set": [{"name": "X-A", "value": "1"}], "add": [{"name": "x-a", "value": "2"}]},
        }
    ],
    **objects.to("a"),
}


def _world(*applied: Any, semantics: str = "documented") -> ks.World:
    world = ks.World(zones=["zone-1"], semantics=semantics)
    world["zone-1"].apply(NS, *applied)
    world.settle()
    return world


def _codes(world: ks.World) -> list[tuple[str, str]]:
    return [(one.code, one.subject) for one in diagnostics(world.run.journal.records) if one.code != "KS0201"]


def _refused(world: ks.World) -> int:
    return sum(record.kind == "WriteRefused" for record in world.run.journal.records)


@pytest.mark.parametrize(
    "rule", [{}, MIRROR, TWICE], ids=["GW-156: no backends", "GW-155: unpermitted mirror", "GW-158: a header twice"]
)
def test_a_route_that_validation_refuses_gets_no_status_and_is_tried_for_ever(rule: Any) -> None:
    world = _world(objects.service("a"), objects.gateway(), objects.route(rule))
    early = _refused(world)

    world.advance("1h")

    route = world["zone-1"].get("HTTPRoute", "demo", "route")
    assert route is not None
    assert "status" not in route
    assert world["zone-1"].list("MeshHTTPRoute") == []
    assert _refused(world) > early


def test_a_gateway_whose_mesh_is_missing_waits_for_it() -> None:
    """GW-182: the retry that comes due after the Mesh does finds it."""
    world = _world(objects.gateway(annotations={"kuma.io/mesh": "other"}))
    before = world["zone-1"].get("Gateway", "demo", "edge")

    world["global"].apply(objects.kuma("Mesh", "other"))
    world.advance("1h")

    after = world["zone-1"].get("Gateway", "demo", "edge")
    assert before is not None
    assert {one["status"] for one in before["status"]["conditions"]} == {"Unknown"}
    assert after is not None
    assert {one["status"] for one in after["status"]["conditions"]} == {"True"}
    assert [one["mesh"] for one in world["zone-1"].list("MeshGateway")] == ["other"]


def test_a_class_in_use_cannot_go() -> None:
    """GW-19."""
    world = _world(objects.gateway())
    zone = world["zone-1"]

    zone.delete("GatewayClass", None, "kuma")
    world.settle()
    kept = zone.get("GatewayClass", None, "kuma")
    zone.delete("Gateway", "demo", "edge")
    world.settle()

    assert kept is not None
    assert kept["metadata"]["deletionTimestamp"]
    assert zone.get("GatewayClass", None, "kuma") is None
    for kind, namespace, name in (
        ("MeshGateway", None, "edge.demo"),
        ("Service", "demo", "edge"),
        ("Deployment", "demo", "edge"),
    ):
        assert zone.get(kind, namespace, name) is None


def test_a_cross_mesh_class_speaks_http_inside_the_cluster() -> None:
    """GW-183, GW-184."""
    https = {"name": "https", "port": 8443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "c"}]}}
    world = _world(
        objects.kuma("MeshGatewayConfig", "cross", crossMesh=True), objects.gateway_class("cross", "cross"),
        objects.gateway(HTTP, https, class_name="cross"),
    )  # fmt: skip

    zone = world["zone-1"]

    listeners = zone.list("MeshGateway")[0]["spec"]["conf"]["listeners"]
    assert [(one["port"], one["crossMesh"]) for one in listeners] == [(8080, True)]
    service, gateway = zone.get("Service", "demo", "edge"), zone.get("Gateway", "demo", "edge")
    assert service is not None
    assert service["spec"]["type"] == "ClusterIP"
    assert gateway is not None
    assert "addresses" not in gateway["status"]
    reasons = {one["name"]: {each["reason"] for each in one["conditions"]} for one in gateway["status"]["listeners"]}
    assert "UnsupportedProtocol" in reasons["https"]
    assert "Programmed" in reasons["http"]


def test_copies_of_secrets_are_lost_when_a_federated_zone_connects_again() -> None:
    """GW-202."""
    pem = "-----BEGIN {0}-----\nAAAA\n-----END {0}-----\n"
    data = {name: base64.b64encode(pem.format(what).encode()).decode() for name, what in
            (("tls.key", "PRIVATE KEY"), ("tls.crt", "CERTIFICATE"))}  # fmt: skip
    secret = {
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "c", "namespace": "demo"}, "type": "kubernetes.io/tls",
        "data": data,
    }  # fmt: skip
    https = {"name": "https", "port": 8443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "c"}]}}
    world = _world(secret, objects.gateway(https))
    copied = world["zone-1"].get("Secret", "kuma-system", "gapi-demo-c")

    world.crash("zone-1")
    world.settle()
    world.restart("zone-1")
    world.settle()

    assert copied is not None
    assert world["zone-1"].get("Secret", "kuma-system", "gapi-demo-c") is None


@pytest.mark.parametrize(("semantics", "left"), [("documented", 8080), ("source", 9999)])
def test_an_edit_of_what_was_generated_is_told_once(semantics: str, left: int) -> None:
    """GW-215: as documented it is overwritten, by the code only when something else wakes the owner."""
    world = _world(objects.gateway(), semantics=semantics)
    listeners = [{"port": 9999, "protocol": "HTTP", "hostname": "*"}]

    for _ in range(2):
        world["zone-1"].patch("MeshGateway", None, "edge.demo", {"spec": {"conf": {"listeners": listeners}}})
        world.settle()

    found = world["zone-1"].get("MeshGateway", None, "edge.demo")
    assert _codes(world) == [("KS0612", "MeshGateway/edge.demo")]
    assert found is not None
    assert [one["port"] for one in found["spec"]["conf"]["listeners"]] == [left]


@pytest.mark.parametrize(("semantics", "kept"), [("documented", False), ("source", True)])
def test_a_mesh_gateway_that_goes_is_told_of_in_both_readings(semantics: str, kept: bool) -> None:
    """A-30 to A-33."""
    instance = {
        "apiVersion": "kuma.io/v1alpha1", "kind": "MeshGatewayInstance", "metadata": {"name": "edge", "namespace": "demo"},
        "spec": {},
    }  # fmt: skip
    selectors = [{"match": {"kuma.io/service": "edge_demo_svc"}}]
    made = objects.kuma(
        "MeshGateway", "edge", selectors=selectors, conf={"listeners": [{"port": 80, "protocol": "HTTP"}]}
    )
    world = ks.World(zones=["zone-1"], semantics=semantics)
    world["global"].apply({**made, "mesh": "default"})
    world["zone-1"].apply(NS, instance)
    world.settle()

    world["global"].delete("MeshGateway", None, "edge")
    world.settle()

    assert (world["zone-1"].get("Service", "demo", "edge") is not None) == kept
    assert _codes(world) == [("KS0601", "MeshGatewayInstance/demo/edge")]


def test_a_gateway_on_the_global_is_told_of_though_it_is_refused() -> None:
    world = ks.World(zones=["zone-1"])
    world["global"].apply(NS)

    with pytest.raises(ks.Refused, match="non-global zones"):
        world["global"].apply(objects.gateway())

    assert _codes(world) == [("KS0611", "Gateway/demo/edge")]


def test_generated_objects_know_the_lines_they_come_from() -> None:
    scenario = "scenarios/gateway-api/12-route-generates.kumasim.yaml"

    run = ks.load(Path(__file__).parents[2] / scenario).run()

    store = run.at(run.end).store("zone-1")
    places = {
        one.kind: one.origin.file.rpartition("/")[2]
        for one in store.everything()
        if one.origin is not None and one.name.startswith(("kuma", "echo-kuma-demo"))
    }
    assert {kind: places[kind] for kind in ("MeshGateway", "MeshGatewayInstance", "MeshHTTPRoute", "Deployment")} == {
        "MeshGateway": "gateway.yaml", "MeshGatewayInstance": "gateway.yaml", "MeshHTTPRoute": "route.yaml",
        "Deployment": "gateway.yaml",
    }  # fmt: skip
