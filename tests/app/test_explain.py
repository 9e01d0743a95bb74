"""Explanations name what is missing and where it is, and every repair that they offer works."""

from __future__ import annotations

from typing import Any

import gateway_api_objects as objects
import pytest

import kumasim as ks
from kumasim.app.explain import Told, explain

GW, NS, HTTP, to, route = objects.gateway, objects.NAMESPACE, objects.HTTP, objects.to, objects.route
service, namespace = objects.service, objects.namespace
ROUTE, GATEWAY = "zone-1/HTTPRoute/demo/route", "zone-1/Gateway/demo/edge"


def _world(*applied: Any, elsewhere: tuple[Any, ...] = ()) -> ks.World:
    world = ks.World(zones=["zone-1", "zone-2"] if elsewhere else ["zone-1"])
    world["zone-1"].apply(NS, *applied)
    if elsewhere:
        world["zone-2"].apply(NS, *elsewhere)
    world.settle()
    return world


def _told(world: ks.World, reference: str, type_: str, status: str) -> Told:
    told = explain(world.run.journal.records, reference, type_).told
    return next(one for one in told if one.dated.explained.status == status)


def test_a_backend_of_another_zone() -> None:
    world = _world(GW(), route(to("db")), elsewhere=(service("db"),))

    told = _told(world, ROUTE, "ResolvedRefs", "False")

    cause = told.dated.explained.cause
    assert cause.missing == ("there is no Service/demo/db in zone-1 (spec.rules.0.backendRefs.0)",)
    assert [line.what for line in cause.elsewhere] == ["zone-2/Service/demo/db"]
    assert "500" in cause.effect
    assert "GW-127" in cause.source
    assert [repair.title for repair in told.repairs] == [
        "apply the Service demo/db of zone-2 to zone-1 too, with workloads behind it"
    ]


def test_the_record_since_which_it_is_so() -> None:
    world = _world(GW(), route(to("db")))
    world["zone-1"].apply(service("db"))
    world.settle()

    since = _told(world, ROUTE, "ResolvedRefs", "True").dated.since

    record = world.run.journal.records[since.position]
    assert (record.kind, record.subject) == ("ResourceUpserted", "HTTPRoute/demo/route")
    assert since.led is not None
    assert since.led.what == "apply Service/demo/db"


BROKEN: dict[str, tuple[tuple[Any, ...], str, str, str, str]] = {
    "a name that is nearly right": (
        (service("backend"), GW(), route(to("bakend"))), ROUTE, "ResolvedRefs", "False",
        "name the Service backend, which exists",
    ),
    "a Service of another namespace": (
        (namespace("data"), service("db", "data"), GW(), route(to("db"))), ROUTE, "ResolvedRefs", "False",
        "refer to the Service in namespace data, and grant that",
    ),
    "no grant": (
        (namespace("data"), service("db", "data"), GW(), route(to("db", namespace="data"))), ROUTE, "ResolvedRefs",
        "False", "create a ReferenceGrant in namespace data",
    ),
    "two references": (
        (GW(), route(to("one", "two"))), ROUTE, "ResolvedRefs", "False",
        "create a Service demo/one in zone-1, with workloads behind it; "
        "create a Service demo/two in zone-1, with workloads behind it",
    ),
    "a kind that cannot be a backend": (
        (service("db"), GW(), route(to("db", group="kuma.io", kind="MeshService"))), ROUTE, "ResolvedRefs", "False",
        "refer to the Service demo/db",
    ),
    "a hostname of nobody's": (
        (GW({**HTTP, "hostname": "*.example.com"}), route(to("a"), hostnames=["other.com"])), ROUTE, "Accepted", "False",
        "let the route serve www.example.com",
    ),
    "a section that is not there": (
        (GW(), route(to("a"), parents=({"name": "edge", "sectionName": "htp"},))), ROUTE, "Accepted", "False",
        "name the listener http in sectionName",
    ),
    "a namespace that is not let in": (
        (GW({**HTTP, "allowedRoutes": {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"a": "b"}}}}}),
         route(to("a"))), ROUTE, "Accepted", "False", "let listener http take routes of namespace demo",
    ),
    "a Gateway that is not there": (
        (GW(), route(to("a"), parents=({"name": "egde"},))), ROUTE, "Accepted", "-", "name the Gateway edge, which exists",
    ),
    "a parent Service that is not there": (
        (route(to("a"), parents=({"name": "db", "kind": "Service", "group": ""},)),), ROUTE, "Accepted", "-",
        "create the Service demo/db, then touch the route",
    ),
    "a class that is not there": (
        (GW(class_name="istio"),), GATEWAY, "Programmed", "Unknown", "let the Gateway be of GatewayClass kuma",
    ),
    "a class that is not accepted": (
        (objects.gateway_class("small", "small"), GW(class_name="small")), GATEWAY, "Programmed", "Unknown",
        "create the MeshGatewayConfig small",
    ),
    "a protocol that is not supported": (
        (GW({**HTTP, "protocol": "TCP"}),), GATEWAY, "Programmed", "False", "let listener http speak HTTP",
    ),
    "listeners in conflict": (
        (GW({**HTTP, "hostname": "a.b"}, {**HTTP, "name": "two", "hostname": "a.b", "protocol": "HTTPS",
                                          "tls": {"certificateRefs": [{"name": "c"}]}}),), GATEWAY, "Conflicted", "True",
        "give listener http a port of its own, 8081",
    ),
    "a kind of route that is not known": (
        (GW({**HTTP, "allowedRoutes": {"kinds": [{"kind": "TCPRoute"}]}}),), GATEWAY, "ResolvedRefs", "False",
        "list HTTPRoute alone in allowedRoutes.kinds",
    ),
    "an instance of no gateway": (
        ({"apiVersion": "kuma.io/v1alpha1", "kind": "MeshGatewayInstance", "metadata": {"name": "edge", "namespace": "demo"},
          "spec": {}},), "zone-1/MeshGatewayInstance/demo/edge", "Ready", "False",
        "create a MeshGateway on global that selects kuma.io/service: edge_demo_svc",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_repair_is_found_and_works(case: str) -> None:
    applied, reference, type_, status, title = BROKEN[case]

    told = _told(_world(*applied), reference, type_, status)

    assert title in [repair.title for repair in told.repairs]


def test_a_repair_that_does_not_work_is_not_offered() -> None:
    # The other hostname is no longer the route's, but the wrong section stays.
    world = _world(GW({**HTTP, "hostname": "a.b"}), route(to("a"), hostnames=["c.d"], parents=({"name": "edge"},)))
    world.partition("zone-1", "zone-1/cluster")

    told = _told(world, ROUTE, "Accepted", "False")

    assert told.dated.explained.cause.repairs != ()
    assert told.repairs == ()


def test_a_controller_that_is_refused() -> None:
    world = _world(GW(), route({}))

    told = _told(world, ROUTE, "Reconciled", "False")

    assert "422" in told.dated.explained.message
    assert "GW-214" in told.dated.explained.cause.source


def test_workloads_and_their_services() -> None:
    pod = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "a", "image": "a"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "a"}}, "template": pod}
    workload = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a", "namespace": "demo"},
        "spec": spec,
    }
    world = _world(service("a"), workload)
    name = next(one["metadata"]["name"] for one in world["zone-1"].list("Dataplane", "demo"))

    told = explain(world.run.journal.records, f"zone-1/Dataplane/demo/{name}").told

    values = {(one.dated.explained.about, one.dated.explained.type): one.dated.explained.status for one in told}
    assert values == {
        ("proxy", "Configured"): "True",
        ("inbound 80 (a_demo_svc_80)", "Ready"): "True",
        ("", "Selected"): "True",
    }


def test_a_workload_that_a_service_nearly_selects() -> None:
    pod = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "a", "image": "a"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "a"}}, "template": pod}
    workload = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a", "namespace": "demo"},
        "spec": spec,
    }
    world = _world(service("b"), workload)
    name = next(one["metadata"]["name"] for one in world["zone-1"].list("Dataplane", "demo"))

    told = _told(world, f"zone-1/Dataplane/demo/{name}", "Selected", "False")

    assert told.dated.explained.cause.missing == ("no Service of namespace demo selects the pod",)
    assert [repair.title for repair in told.repairs] == ["let Service b select the pod's labels"]


def test_a_mesh_service_without_workloads() -> None:
    meta = {"name": "db", "namespace": "kuma-system", "labels": {"kuma.io/mesh": "default", "kuma.io/origin": "zone"}}
    spec = {"selector": {"dataplaneTags": {"kuma.io/service": "db"}}, "ports": [{"port": 80, "appProtocol": "http"}]}
    world = _world({"apiVersion": "kuma.io/v1alpha1", "kind": "MeshService", "metadata": meta, "spec": spec})

    cause = _told(world, "zone-1/MeshService/kuma-system/db", "Endpoints", "False").dated.explained.cause

    assert cause.missing == ("no Dataplane of zone-1 fits the selector",)
    assert "503" in cause.effect


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("zone-9/HTTPRoute/demo/route", "there is no store 'zone-9'"),
        ("zone-1/Service/demo/db", "there is no Service/demo/db in zone-1; there is zone-2/Service/demo/db"),
        ("zone-1/HTTPRoute/demo", "there is no HTTPRoute/demo"),
        ("route", "is no reference"),
    ],
)
def test_what_cannot_be_explained(reference: str, words: str) -> None:
    world = _world(GW(), elsewhere=(service("db"),))

    with pytest.raises(ks.UsageError, match=words):
        explain(world.run.journal.records, reference)


def test_a_condition_that_is_not_there_names_those_that_are() -> None:
    world = _world(GW())

    with pytest.raises(ks.UsageError, match="Accepted"):
        explain(world.run.journal.records, GATEWAY, "Nope")
