"""HTTPRoute: GW-84 to GW-159, its rows of the condition table, scenarios 12 to 22, 27, 29 and 30."""

from __future__ import annotations

from typing import Any

import pytest
from controllers_bench import (
    Cluster,
    gateway,
    gateway_class,
    grant,
    listener,
    mesh,
    namespace,
    route,
    said,
    service,
    zone,
)

TO_KUMA = {"name": "kuma", "namespace": "kuma-demo"}
TO_BACKEND = {"name": "backend", "namespace": "kuma-demo", "kind": "Service", "group": ""}
GENERATED = "echo-kuma-demo-95de594d"


def parents(cluster: Cluster, name: str = "echo", ns: str = "kuma-demo") -> list[dict]:
    return cluster.status("HTTPRoute", ns, name).get("parents", [])


def conditions(cluster: Cluster, **route_: Any) -> dict[str, tuple[str, str]]:
    (only,) = parents(cluster, **route_)
    return said(only["conditions"])


def generated(cluster: Cluster) -> list[str]:
    return cluster.names("MeshHTTPRoute", "kuma-system")


def spec(cluster: Cluster, name: str = GENERATED) -> dict:
    made = cluster.get("MeshHTTPRoute", "kuma-system", name)
    assert made is not None, generated(cluster)
    return made["spec"]


def rule(cluster: Cluster, name: str = GENERATED) -> dict:
    return spec(cluster, name)["to"][0]["rules"][0]


def backends(*refs: dict, **fields: Any) -> list[dict]:
    return [{"backendRefs": list(refs), **fields}]


def test_a_route_to_a_gateway() -> None:
    cluster = zone().apply(gateway()).apply(route(TO_KUMA, hostnames=["a.com"]))

    made = cluster.get("MeshHTTPRoute", "kuma-system", GENERATED)
    assert made["metadata"]["labels"]["kuma.io/mesh"] == "default"
    assert made["metadata"]["labels"]["gateways.kuma.io/gateway.networking.k8s.io-owner"].startswith("kuma-demo_echo-")
    assert made["spec"]["targetRef"] == {"kind": "MeshGateway", "name": "kuma.kuma-demo"}
    (to,) = made["spec"]["to"]
    assert (to["targetRef"], to["hostnames"]) == ({"kind": "Mesh"}, ["a.com"])
    assert to["rules"] == [
        {
            "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
            "default": {
                "backendRefs": [
                    {
                        "kind": "MeshServiceSubset",
                        "name": "backend_kuma-demo_svc_80",
                        "tags": {"kuma.io/zone": "zone-1"},
                        "weight": 1,
                    }
                ]
            },
        }
    ]
    assert conditions(cluster) == {"Accepted": ("True", "Accepted"), "ResolvedRefs": ("True", "ResolvedRefs")}
    assert parents(cluster)[0]["controllerName"] == "gateways.kuma.io/controller"
    assert cluster.status("Gateway", "kuma-demo", "kuma")["listeners"][0]["attachedRoutes"] == 1


def test_a_section_is_part_of_the_name_and_of_the_target() -> None:
    cluster = zone().apply(gateway()).apply(route({**TO_KUMA, "sectionName": "proxy"}))

    assert generated(cluster) == ["echo-kuma-demo-b6549b7b"]
    assert spec(cluster, "echo-kuma-demo-b6549b7b")["targetRef"]["tags"] == {"gateways.kuma.io/listener-name": "proxy"}


def test_a_long_name_is_cut() -> None:
    cluster = zone().apply(gateway()).apply(route(TO_KUMA, name="r" * 243))

    assert generated(cluster) == ["r" * 243 + "-95de594d"]


def in_infra(**allowed: Any) -> dict:
    return gateway(listener(allowedRoutes={"namespaces": allowed}))


LABELLED = {"from": "Selector", "selector": {"matchLabels": {"team": "a"}}}
EXPRESSED = {"from": "Selector", "selector": {"matchExpressions": [{"key": "team", "operator": "Exists"}]}}


@pytest.mark.parametrize(
    ("gateway_", "route_", "accepted"),
    [
        pytest.param(gateway(), route(), "Accepted", id="accepted"),
        pytest.param(gateway(), route({"name": "kuma", "sectionName": "nope"}), "NoMatchingParent", id="section"),
        pytest.param(
            gateway(),
            route({"name": "kuma", "sectionName": "nope"}, hostnames=["a.com"]),
            "NoMatchingListenerHostname",
            id="section-and-hostname",
        ),
        pytest.param(gateway(), route({"name": "kuma", "port": 9}), "Accepted", id="port-is-ignored"),
        pytest.param(in_infra(**{"from": "Same"}), route(TO_KUMA, ns="client"), "NotAllowedByListeners", id="same"),
        pytest.param(in_infra(**{"from": "All"}), route(TO_KUMA, ns="client"), "Accepted", id="all"),
        pytest.param(in_infra(**LABELLED), route(TO_KUMA, ns="client"), "NotAllowedByListeners", id="selector"),
        pytest.param(in_infra(**LABELLED), route(TO_KUMA, ns="labelled"), "Accepted", id="selector-labels"),
        pytest.param(in_infra(**EXPRESSED), route(TO_KUMA, ns="labelled"), "Accepted", id="selector-expressions"),
        pytest.param(
            gateway(
                listener("a", 80, hostname="a.com"),
                listener("b", 81, hostname="b.com", allowedRoutes={"namespaces": {"from": "All"}}),
            ),
            route(TO_KUMA, ns="client", hostnames=["a.com"]),
            "Accepted",
            id="hostname-of-one-permission-of-another",
        ),
        pytest.param(
            gateway(listener(protocol="TCP"), listener("b", 81)),
            route({"name": "kuma", "sectionName": "proxy"}),
            "Accepted",
            id="validity-of-the-listener-does-not-matter",
        ),
    ],
)
def test_accepted(gateway_: dict, route_: dict, accepted: str) -> None:
    cluster = zone().apply(namespace("labelled", {"team": "a"}), gateway_)

    cluster.apply(route_)

    found = conditions(cluster, ns=route_["namespace"])
    assert found["Accepted"] == ("True" if accepted == "Accepted" else "False", accepted)
    assert bool(generated(cluster)) == (accepted == "Accepted")


@pytest.mark.parametrize(
    ("of_listener", "of_route", "intersect"),
    [
        (None, ["a.com"], True),
        ("a.com", [], True),
        ("a.com", ["a.com"], True),
        ("a.com", ["b.com", "a.com"], True),
        ("a.com", ["b.com"], False),
        ("*.example.com", ["foo.other.com"], False),
        ("*.example.com", ["a.b.example.com"], True),
        ("*.example.com", ["example.com"], False),
        ("*.example.com", ["*.example.com"], True),
        ("a.example.com", ["*.example.com"], True),
        ("*.example.com", ["notexample.com"], True),  # a bug of Kuma until 2.14: GW-95
    ],
)
def test_hostnames_intersect(of_listener: str | None, of_route: list[str], intersect: bool) -> None:
    fields = {} if of_listener is None else {"hostname": of_listener}
    cluster = zone().apply(gateway(listener(**fields)))

    cluster.apply(route(hostnames=of_route))

    assert (conditions(cluster)["Accepted"][0] == "True") == intersect


@pytest.mark.parametrize(
    "parent",
    [
        {"name": "gone"},
        {"name": "foreign"},
        {"name": "classless"},
        {"name": "backend", "kind": "MeshService", "group": "kuma.io"},
        {"name": "gone", "kind": "Service", "group": ""},
        {"name": "kuma", "group": "example.com"},
    ],
)
def test_parents_that_do_not_count_get_no_entry(parent: dict) -> None:
    cluster = zone().apply(gateway_class("other", "example.com/other"))
    cluster.apply(gateway(name="foreign", cls="other"), gateway(name="classless", cls="none"), gateway())

    cluster.apply(route(parent))

    assert cluster.status("HTTPRoute", "kuma-demo", "echo") == {"parents": []}
    assert generated(cluster) == []


def test_a_class_that_is_not_accepted_does_not_stop_routes() -> None:
    cluster = zone().apply(gateway_class(parametersRef={"group": "kuma.io", "kind": "ConfigMap", "name": "x"}))

    cluster.apply(gateway()).apply(route())

    assert conditions(cluster)["Accepted"] == ("True", "Accepted")


def test_the_entry_appears_when_the_gateway_does() -> None:
    cluster = zone().apply(route())
    assert parents(cluster) == []

    cluster.apply(gateway())

    assert conditions(cluster)["Accepted"] == ("True", "Accepted")


def test_a_namespace_that_is_relabelled_wakes_nobody() -> None:
    cluster = zone().apply(in_infra(**LABELLED)).apply(route(TO_KUMA, ns="client"))

    cluster.apply(namespace("client", {"team": "a"}))
    assert conditions(cluster, ns="client")["Accepted"] == ("False", "NotAllowedByListeners")

    cluster.apply({**route(TO_KUMA, ns="client"), "labels": {"touched": "yes"}})
    assert conditions(cluster, ns="client")["Accepted"] == ("True", "Accepted")


MISSING = {"name": "db", "port": 80}
ELSEWHERE = {"name": "backend", "namespace": "client", "port": 80}
UNRESOLVED = {"kind": "MeshService", "name": "kuma.io/unresolved-backend", "weight": 1}
EXTERNAL = {"kind": "ExternalService", "group": "kuma.io", "name": "es"}


@pytest.mark.parametrize(
    ("ref", "reason", "target"),
    [
        ({"name": "backend", "port": 80}, "ResolvedRefs", "backend_kuma-demo_svc_80"),
        ({"name": "backend", "port": 9999}, "ResolvedRefs", "backend_kuma-demo_svc_9999"),
        (MISSING, "BackendNotFound", "kuma.io/unresolved-backend"),
        (ELSEWHERE, "RefNotPermitted", "kuma.io/unresolved-backend"),
        ({**ELSEWHERE, "name": "db"}, "RefNotPermitted", "kuma.io/unresolved-backend"),
        ({"kind": "MeshService", "group": "kuma.io", "name": "x"}, "InvalidKind", "kuma.io/unresolved-backend"),
        (EXTERNAL, "ResolvedRefs", "external"),
        ({**EXTERNAL, "name": "of-another-mesh"}, "BackendNotFound", "kuma.io/unresolved-backend"),
        ({**EXTERNAL, "name": "none"}, "BackendNotFound", "kuma.io/unresolved-backend"),
    ],
)
def test_resolved_refs_of_a_gateway_parent(ref: dict, reason: str, target: str) -> None:
    external = {"networking": {"address": "a.com:80"}, "tags": {"kuma.io/service": "external"}}
    cluster = zone().apply(
        gateway(),
        service("backend", "client", 80),
        {"kind": "ExternalService", "name": "es", "mesh": "default", "spec": external},
        {"kind": "ExternalService", "name": "of-another-mesh", "mesh": "other", "spec": external},
    )

    cluster.apply(route(rules=backends(ref)))

    resolved = "True" if reason == "ResolvedRefs" else "False"
    assert conditions(cluster) == {"Accepted": ("True", "Accepted"), "ResolvedRefs": (resolved, reason)}
    (backend,) = rule(cluster)["default"]["backendRefs"]
    assert backend["name"] == target


def test_references_are_checked_although_the_route_is_not_accepted() -> None:
    cluster = zone().apply(gateway()).apply(route({"name": "kuma", "sectionName": "x"}, rules=backends(MISSING)))

    assert conditions(cluster)["ResolvedRefs"] == ("False", "BackendNotFound")


def test_the_first_failing_reference_decides_filters_before_backends() -> None:
    mirror = {"type": "RequestMirror", "requestMirror": {"backendRef": MISSING}}
    kind = {"kind": "MeshService", "group": "kuma.io", "name": "x"}
    cluster = zone().apply(gateway())

    cluster.apply(route(rules=backends(kind, filters=[mirror])))

    (only,) = parents(cluster)
    assert said(only["conditions"])["ResolvedRefs"] == ("False", "BackendNotFound")
    assert only["conditions"][1]["message"] == ('backend reference references a non-existent Service "kuma-demo/db"')


@pytest.mark.parametrize("as_mirror", [False, True])
def test_a_missing_service_that_comes_and_goes_flips_the_condition(as_mirror: bool) -> None:
    mirror = [{"type": "RequestMirror", "requestMirror": {"backendRef": MISSING}}]
    rules = backends({"name": "backend", "port": 80}, filters=mirror) if as_mirror else backends(MISSING)
    cluster = zone().apply(gateway()).apply(route(rules=rules))
    assert conditions(cluster)["ResolvedRefs"] == ("False", "BackendNotFound")

    cluster.apply(service("db", "kuma-demo", 80))
    assert conditions(cluster)["ResolvedRefs"] == ("True", "ResolvedRefs")

    cluster.remove("Service", "kuma-demo", "db")
    assert conditions(cluster)["ResolvedRefs"] == ("False", "BackendNotFound")


def test_a_grant_that_comes_and_goes_flips_the_condition() -> None:
    cluster = zone().apply(gateway(), service("backend", "client", 80)).apply(route(rules=backends(ELSEWHERE)))
    assert conditions(cluster)["ResolvedRefs"] == ("False", "RefNotPermitted")

    cluster.apply(grant("client", "HTTPRoute", "kuma-demo", "Service"))
    assert conditions(cluster)["ResolvedRefs"] == ("True", "ResolvedRefs")

    cluster.remove("ReferenceGrant", "client", "httproute-from-kuma-demo")
    assert conditions(cluster)["ResolvedRefs"] == ("False", "RefNotPermitted")


def test_grants_are_asked_for_under_a_gateway_only() -> None:
    cluster = zone().apply(gateway(), service("backend", "client", 80))

    cluster.apply(route({"name": "kuma"}, TO_BACKEND, rules=backends(ELSEWHERE)))

    found = {entry["parentRef"]["kind"]: said(entry["conditions"])["ResolvedRefs"] for entry in parents(cluster)}
    assert found == {"Gateway": ("False", "RefNotPermitted"), "Service": ("True", "ResolvedRefs")}


def test_weights_are_copied_zero_included() -> None:
    cluster = zone().apply(gateway())

    cluster.apply(route(rules=backends({"name": "backend", "port": 80, "weight": 0}, MISSING)))

    assert [backend["weight"] for backend in rule(cluster)["default"]["backendRefs"]] == [0, 1]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            {"path": {"type": "PathPrefix", "value": "/a/"}},
            {"path": {"type": "PathPrefix", "value": "/a"}},
        ),
        ({"path": {"type": "Exact", "value": "/a/"}}, {"path": {"type": "Exact", "value": "/a/"}}),
        ({"path": {"type": "PathPrefix", "value": "/"}}, {"path": {"type": "PathPrefix", "value": "/"}}),
        (
            {"path": {"type": "RegularExpression", "value": "/a.*"}, "method": "GET"},
            {"path": {"type": "RegularExpression", "value": "/a.*"}, "method": "GET"},
        ),
        (
            {
                "headers": [{"name": "X-Env", "value": "canary"}],
                "queryParams": [{"name": "Q", "value": "1.*", "type": "RegularExpression"}],
            },
            {
                "path": {"type": "PathPrefix", "value": "/"},
                "headers": [{"name": "x-env", "value": "canary", "type": "Exact"}],
                "queryParams": [{"name": "Q", "value": "1.*", "type": "RegularExpression"}],
            },
        ),
    ],
)
def test_matches(written: dict, expected: dict) -> None:
    cluster = zone().apply(gateway())

    cluster.apply(route(rules=backends({"name": "backend", "port": 80}, matches=[written])))

    assert rule(cluster)["matches"] == [expected]


HEADERS = {"set": [{"name": "X-A", "value": "1"}], "add": [{"name": "X-B", "value": "2"}], "remove": ["X-C"]}
LOWERED = {"set": [{"name": "x-a", "value": "1"}], "add": [{"name": "x-b", "value": "2"}], "remove": ["X-C"]}


@pytest.mark.parametrize(
    ("kind", "field", "written", "expected"),
    [
        ("RequestHeaderModifier", "requestHeaderModifier", HEADERS, LOWERED),
        ("ResponseHeaderModifier", "responseHeaderModifier", HEADERS, LOWERED),
        ("RequestRedirect", "requestRedirect", {"hostname": "b.com"}, {"hostname": "b.com", "statusCode": 302}),
        (
            "RequestRedirect",
            "requestRedirect",
            {"scheme": "https"},
            {"scheme": "https", "port": 443, "statusCode": 302},
        ),
        ("RequestRedirect", "requestRedirect", {"scheme": "http"}, {"scheme": "http", "port": 80, "statusCode": 302}),
        (
            "RequestRedirect",
            "requestRedirect",
            {"scheme": "https", "port": 8443, "statusCode": 301},
            {"scheme": "https", "port": 8443, "statusCode": 301},
        ),
        (
            "URLRewrite",
            "urlRewrite",
            {"hostname": "b.com", "path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/b"}},
            {"hostname": "b.com", "path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/b"}},
        ),
        (
            "URLRewrite",
            "urlRewrite",
            {"path": {"type": "ReplaceFullPath", "replaceFullPath": "/b"}},
            {"path": {"type": "ReplaceFullPath", "replaceFullPath": "/b"}},
        ),
    ],
)
def test_filters(kind: str, field: str, written: dict, expected: dict) -> None:
    redirect = kind == "RequestRedirect"
    refs = () if redirect else ({"name": "backend", "port": 80},)
    cluster = zone().apply(gateway())

    cluster.apply(route(rules=backends(*refs, filters=[{"type": kind, field: written}])))

    assert rule(cluster)["default"]["filters"] == [{"type": kind, field: expected}]


def test_a_filter_kuma_does_not_know_is_dropped_without_a_word() -> None:
    reference = {"group": "example.com", "kind": "Own", "name": "x"}
    cluster = zone().apply(gateway())

    cluster.apply(
        route(
            rules=backends(
                {"name": "backend", "port": 80}, filters=[{"type": "ExtensionRef", "extensionRef": reference}]
            )
        )
    )

    assert "filters" not in rule(cluster)["default"]
    assert conditions(cluster)["Accepted"] == ("True", "Accepted")


@pytest.mark.parametrize(
    ("ref", "kept", "resolved"),
    [
        ({"name": "backend", "port": 80}, "backend_kuma-demo_svc_80", ("True", "ResolvedRefs")),
        (MISSING, None, ("False", "BackendNotFound")),
        (ELSEWHERE, "kuma.io/unresolved-backend", ("True", "ResolvedRefs")),
    ],
)
def test_mirrors(ref: dict, kept: str | None, resolved: tuple[str, str]) -> None:
    mirror = {"type": "RequestMirror", "requestMirror": {"backendRef": ref}}
    cluster = zone().apply(gateway())

    cluster.apply(route(rules=backends({"name": "backend", "port": 80}, filters=[mirror])))

    filters = rule(cluster)["default"].get("filters", [])
    assert [each["requestMirror"]["backendRef"]["name"] for each in filters] == ([kept] if kept else [])
    assert conditions(cluster)["ResolvedRefs"] == resolved


def test_a_route_to_a_service_is_for_all_callers() -> None:
    cluster = zone().apply(service("demo-app", "kuma-demo", 5000), service("demo-app-v1", "kuma-demo", 5000))
    parent = {"name": "demo-app", "port": 5000, "kind": "Service"}

    cluster.apply(route(parent, name="canary-demo-app", rules=backends({"name": "demo-app-v1", "port": 5000})))

    name = "canary-demo-app-kuma-demo-demo-app.kuma-demo"
    assert generated(cluster) == [name]
    assert spec(cluster, name)["targetRef"] == {"kind": "Mesh"}
    (to,) = spec(cluster, name)["to"]
    assert to["targetRef"] == {"kind": "MeshService", "name": "demo-app_kuma-demo_svc_5000"}
    assert to["rules"][0]["default"]["backendRefs"][0]["tags"] == {"kuma.io/zone": "zone-1"}


def test_a_route_in_another_namespace_is_for_the_callers_there_and_for_every_port() -> None:
    cluster = zone().apply(service("app", "kuma-demo", 80, 81))
    parent = {"name": "app", "namespace": "kuma-demo", "kind": "Service", "group": ""}

    cluster.apply(route(parent, ns="client", hostnames=["ignored.com"], rules=[{}]))

    made = spec(cluster, "echo-client-app.kuma-demo")
    assert made["targetRef"] == {"kind": "MeshSubset", "tags": {"k8s.kuma.io/namespace": "client"}}
    assert [to["targetRef"]["name"] for to in made["to"]] == ["app_kuma-demo_svc_80", "app_kuma-demo_svc_81"]
    assert all("hostnames" not in to for to in made["to"])


def test_two_parent_refs_to_one_service_leave_the_ports_of_the_last() -> None:
    cluster = zone().apply(service("app", "kuma-demo", 80, 81))
    parent = {"name": "app", "kind": "Service", "group": ""}

    cluster.apply(route({**parent, "port": 80}, {**parent, "port": 81}))

    made = spec(cluster, "echo-kuma-demo-app.kuma-demo")
    assert [to["targetRef"]["name"] for to in made["to"]] == ["app_kuma-demo_svc_81"]
    assert [said(entry["conditions"])["Accepted"][0] for entry in parents(cluster)] == ["True", "True"]


def test_a_parent_service_that_comes_later_wakes_nobody() -> None:
    cluster = zone().apply(route({"name": "late", "kind": "Service", "group": ""}))

    cluster.apply(service("late", "kuma-demo", 80))
    assert parents(cluster) == []

    cluster.apply({**route({"name": "late", "kind": "Service", "group": ""}), "labels": {"touched": "yes"}})
    assert conditions(cluster)["Accepted"] == ("True", "Accepted")


@pytest.mark.parametrize(
    ("semantics", "used", "works"),
    [
        ("documented", 249, True),
        ("documented", 250, False),
        ("source", 250, True),
        ("source", 251, False),
    ],
)
def test_names_have_a_budget(semantics: str, used: int, works: bool) -> None:
    fixed = len("kuma-demo") * 2 + len("backend")
    cluster = zone(semantics)

    cluster.apply(route(TO_BACKEND, name="r" * (used - fixed)))

    assert bool(generated(cluster)) == works
    assert (cluster.error("http-route") == "") == works
    assert ("KS0602" in [each.code for each in cluster.diagnostics]) == (used > 249)


def test_ambiguous_names_leave_the_second_route_without_status() -> None:
    cluster = zone().apply(namespace("b"), namespace("a-b"), service("s", "b", 80))
    parent = {"name": "s", "namespace": "b", "kind": "Service", "group": ""}

    cluster.apply(route(parent, name="r", ns="a-b")).apply(route(parent, name="r-a", ns="b"))

    assert generated(cluster) == ["r-a-b-s.b"]
    assert cluster.error("http-route") == "AlreadyExists"
    assert cluster.status("HTTPRoute", "b", "r-a") == {}


@pytest.mark.parametrize(
    ("on_route", "on_namespace", "expected"),
    [
        ({}, {}, "default"),
        ({"labels": {"kuma.io/mesh": "prod"}, "annotations": {"kuma.io/mesh": "no"}}, {}, "prod"),
        ({"annotations": {"kuma.io/mesh": "prod"}}, {"labels": {"kuma.io/mesh": "no"}}, "prod"),
        ({}, {"labels": {"kuma.io/mesh": "prod"}, "annotations": {"kuma.io/mesh": "no"}}, "prod"),
        ({}, {"annotations": {"kuma.io/mesh": "prod"}}, "prod"),
    ],
)
def test_the_mesh_of_a_route(on_route: dict, on_namespace: dict, expected: str) -> None:
    cluster = zone().apply(mesh("prod"), {**namespace("kuma-demo"), **on_namespace}, gateway())

    cluster.apply({**route(TO_KUMA), **on_route})

    made = cluster.get("MeshHTTPRoute", "kuma-system", GENERATED)
    assert made["metadata"]["labels"]["kuma.io/mesh"] == expected


@pytest.mark.parametrize(("zone_name", "expected"), [("zone-1", "zone-1"), ("", "default")])
def test_backends_are_pinned_to_the_zone(zone_name: str, expected: str) -> None:
    cluster = zone(zone=zone_name).apply(gateway()).apply(route(TO_KUMA))

    assert rule(cluster)["default"]["backendRefs"][0]["tags"] == {"kuma.io/zone": expected}


def test_entries_of_other_controllers_are_kept_and_kumas_are_sorted_behind_them() -> None:
    cluster = zone().apply(gateway(), gateway(name="alpha"))
    foreign = {"parentRef": {"name": "x"}, "controllerName": "example.com/other", "conditions": []}
    cluster.apply(route(TO_BACKEND, {"name": "kuma"}, {"name": "alpha"}))
    cluster.set_status("HTTPRoute", "kuma-demo", "echo", {"parents": [*parents(cluster), foreign]})

    cluster.apply(route(TO_BACKEND, {"name": "kuma"}, {"name": "alpha"}, hostnames=["a.com"]))

    names = [entry["parentRef"]["name"] for entry in parents(cluster)]
    assert names == ["x", "backend", "alpha", "kuma"]

    cluster.apply(route({"name": "kuma"}))
    assert [entry["parentRef"]["name"] for entry in parents(cluster)] == ["x", "kuma"]


def test_times_and_generations_of_conditions() -> None:
    cluster = zone().apply(gateway()).apply(route())
    cluster.advance(60)

    cluster.apply(route(rules=backends(MISSING)))

    times = {each["type"]: each["lastTransitionTime"] for each in parents(cluster)[0]["conditions"]}
    assert times == {"Accepted": "2024-01-01T00:00:00Z", "ResolvedRefs": "2024-01-01T00:01:00Z"}
    assert {each["observedGeneration"] for each in parents(cluster)[0]["conditions"]} == {2}

    cluster.apply(route({"name": "kuma", "port": 8080}, rules=backends(MISSING)))
    times = {each["type"]: each["lastTransitionTime"] for each in parents(cluster)[0]["conditions"]}
    assert times == {"Accepted": "2024-01-01T00:01:00Z", "ResolvedRefs": "2024-01-01T00:01:00Z"}


def test_a_parent_that_is_no_longer_accepted_loses_its_object_and_a_route_that_is_gone_all_of_them() -> None:
    cluster = zone().apply(gateway()).apply(route({"name": "kuma"}, TO_BACKEND))
    assert len(generated(cluster)) == 2

    cluster.apply(gateway(listener("renamed"))).apply(route({"name": "kuma", "sectionName": "proxy"}, TO_BACKEND))
    assert generated(cluster) == ["echo-kuma-demo-backend.kuma-demo"]

    cluster.remove("HTTPRoute", "kuma-demo", "echo")
    assert generated(cluster) == []


@pytest.mark.parametrize(("semantics", "restored"), [("documented", True), ("source", False)])
def test_a_generated_route_that_is_deleted_comes_back_at_once_as_documented(semantics: str, restored: bool) -> None:
    cluster = zone(semantics).apply(gateway()).apply(route(TO_KUMA))

    cluster.remove("MeshHTTPRoute", "kuma-system", GENERATED)
    assert bool(generated(cluster)) == restored

    cluster.apply(service("backend", "kuma-demo", 80, 81))
    assert generated(cluster) == [GENERATED]


def test_mesh_gateway_routes_of_older_versions_are_removed() -> None:
    cluster = zone().apply(gateway()).apply(route(TO_KUMA))
    labels = cluster.get("MeshHTTPRoute", "kuma-system", GENERATED)["metadata"]["labels"]
    selectors = [{"match": {"kuma.io/service": "kuma_kuma-demo_gateway"}}]
    http = {"rules": [{"matches": [{"path": {"value": "/"}}], "backends": []}]}
    cluster.apply(
        {"kind": "MeshGatewayRoute", "name": "echo.kuma-demo", "mesh": "default", "labels": labels,
         "spec": {"selectors": selectors, "conf": {"http": http}}}
    )  # fmt: skip

    cluster.apply(route(TO_KUMA, hostnames=["a.com"]))

    assert cluster.names("MeshGatewayRoute") == []


def test_a_refused_object_leaves_the_status_as_it_was() -> None:
    cluster = zone().apply(gateway())
    cluster.forbidden = {"MeshHTTPRoute"}

    cluster.apply(route())

    assert cluster.error("http-route") == "Forbidden"
    assert cluster.status("HTTPRoute", "kuma-demo", "echo") == {}
