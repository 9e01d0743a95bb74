"""A request from outside through a built-in gateway."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from traffic_world import (
    HTTP,
    HandMade,
    allow_all,
    app,
    gateway,
    http_route,
    mesh,
    rule,
    subset,
    unresolved,
    zone_ingress,
)

BACKEND = "backend_demo_svc_80"


def edge(
    *objects: dict[str, Any], apps: tuple[list[dict[str, Any]], ...] = (), listener: dict[str, Any] = HTTP
) -> HandMade:
    flat = [one for each in (apps or (app("backend", "10.1.0"),)) for one in each]
    return HandMade({"zone-1": [mesh(), *gateway(listener), *flat, *objects]})


def told(outcomes: Any) -> list[tuple[Fraction, Any, Any]]:
    return sorted((one.share, str(one.status), one.workload or "") for one in outcomes)


def test_a_route_leads_to_the_workload_behind_the_service() -> None:
    world = edge(http_route(rule(subset(BACKEND))))
    (one,) = world.ask(to="172.18.0.2", port=8080, host="foo.example.com", path="/db", query={"a": "1"})
    assert (one.share, one.status, one.zone, one.namespace) == (1, 200, "zone-1", "demo")
    assert (one.service, one.workload, one.pod) == ("backend", "backend", "backend-rs-1")
    assert one.seen is not None
    assert (one.seen["host"], one.seen["path"], one.seen["method"]) == ("foo.example.com", "/db?a=1", "GET")
    assert [hop["hop"] for hop in one.via] == ["gateway", "sidecar"]
    assert "MeshHTTPRoute/kuma-system/r" in one.rule
    assert one.headers["server"] == "Kuma Gateway"


def test_to_may_name_the_service() -> None:
    world = edge(http_route(rule(subset(BACKEND))))
    (one,) = world.ask(to="zone-1/demo/Service/edge", port=8080)
    assert (one.status, one.seen and one.seen["host"]) == (200, "edge:8080")


@pytest.mark.parametrize(
    ("backends", "expected"),
    [
        ([unresolved()], [(1, "500", "")]),
        ([subset(BACKEND), unresolved()], [(Fraction(1, 2), "200", "backend"), (Fraction(1, 2), "500", "")]),
        (
            [subset(BACKEND, 3), unresolved(1), unresolved(2)],
            [(Fraction(2, 5), "500", ""), (Fraction(3, 5), "200", "backend")],
        ),
        (
            [subset(BACKEND, 9), subset(BACKEND, 1), unresolved(1)],
            [(Fraction(1, 2), "200", "backend"), (Fraction(1, 2), "500", "")],
        ),
        ([subset(BACKEND, 0)], [(1, "200", "backend")]),
        ([subset(BACKEND, 0), unresolved(1)], [(1, "500", "")]),
        ([subset(BACKEND, zone="zone-2")], [(1, "503", "")]),
        ([subset("backend_demo_svc_81")], [(1, "503", "")]),
    ],
    ids=["GW-160", "GW-161", "GW-161 last weight", "GW-162", "GW-163", "weight 0", "GW-165", "GW-166"],
)
def test_shares_of_backends(backends: list[Any], expected: list[Any]) -> None:
    world = edge(http_route(rule(*backends)))
    outcomes = world.ask(to="172.18.0.2", port=8080)
    assert told(outcomes) == expected
    assert sum(one.share for one in outcomes) == 1


def test_several_backends_of_weight_0_make_no_configuration() -> None:
    world = edge(http_route(rule(subset(BACKEND, 0), unresolved(0))))
    assert told(world.ask(to="172.18.0.2", port=8080)) == [(1, "refused", "")]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"port": 8081}, "refused"),
        ({"port": 8080, "scheme": "https"}, "reset"),
        ({"port": 8080, "host": "other.com"}, 404),
        ({"port": 8080, "path": "/nothing"}, 404),
        ({"port": 8080, "path": "/apix"}, 404),
        ({"port": 8080, "path": "/api"}, 200),
        ({"port": 8080, "path": "//api/./x/.."}, 200),
        ({"port": 8080, "path": "/api%2Fx"}, 307),
        ({"port": 8080, "path": "/api", "headers": {"x_y": "1"}}, 400),
        ({"port": 8080, "host": "A.com:99", "path": "/api"}, 200),
    ],
)
def test_what_the_gateway_itself_decides(request_: dict[str, Any], status: Any) -> None:
    world = edge(http_route(rule(subset(BACKEND), path="/api"), hostnames=("a.com",)))
    (one,) = world.ask(to="172.18.0.2", **{"host": "a.com", **request_})
    assert one.status == status


def test_a_gateway_without_routes_answers_kumas_404() -> None:
    (one,) = edge().ask(to="172.18.0.2", port=8080)
    assert one.status == 404
    assert "No routes match this MeshGateway" in one.rule


def test_a_pod_that_never_got_a_configuration_refuses() -> None:
    world = edge(http_route(rule(subset(BACKEND))))
    world.received[("zone-1", "edge-rs-1")] = None
    assert told(world.ask(to="172.18.0.2", port=8080)) == [(1, "refused", "")]


def test_a_stale_endpoint_cannot_be_reached() -> None:
    world = edge(http_route(rule(subset(BACKEND))))
    key = next(one.key for one in world.store("zone-1").list("kuma.io", "Dataplane") if one.name == "edge-rs-1")
    world.received[("zone-1", "edge-rs-1")] = world.config("zone-1", key)
    world._stores["zone-1"] = world.store("zone-1").drop(key._replace(group="", kind="Pod", name="backend-rs-1"))
    assert told(world.ask(to="172.18.0.2", port=8080)) == [(1, "503", "")]


FILTERS = [
    (
        {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "X-A", "value": "2"}]}},
        {"x-a": "2"},
    ),
    (
        {"type": "RequestHeaderModifier", "requestHeaderModifier": {"add": [{"name": "X-A", "value": "2"}]}},
        {"x-a": "1,2"},
    ),
    (
        {"type": "RequestHeaderModifier", "requestHeaderModifier": {"add": [{"name": "X-B", "value": "2"}]}},
        {"x-a": "1", "x-b": "2"},
    ),
    ({"type": "RequestHeaderModifier", "requestHeaderModifier": {"remove": ["X-A"]}}, {}),
]


@pytest.mark.parametrize(("filter_", "seen"), FILTERS)
def test_request_headers(filter_: dict[str, Any], seen: dict[str, str]) -> None:
    world = edge(http_route(rule(subset(BACKEND), filters=(filter_,))))
    (one,) = world.ask(to="172.18.0.2", port=8080, headers={"X-A": "1"})
    assert one.seen is not None
    assert one.seen["headers"] == seen


@pytest.mark.parametrize(
    ("change", "headers"),
    [
        ({"set": [{"name": "X-R", "value": "2"}]}, "2"),
        ({"add": [{"name": "X-R", "value": "2"}]}, "1,2"),
        ({"remove": ["X-R"]}, None),
    ],
)
def test_response_headers(change: dict[str, Any], headers: str | None) -> None:
    filter_ = {"type": "ResponseHeaderModifier", "responseHeaderModifier": change}
    world = edge(http_route(rule(subset(BACKEND), filters=(filter_,))))
    (one,) = world.ask(to="172.18.0.2", port=8080, backend_headers={"X-R": "1"})
    assert one.headers.get("x-r") == headers


@pytest.mark.parametrize(
    ("written", "path", "replacement", "seen"),
    [
        ("/prefix/one", "/prefix/one/two", "/one", "/one/two"),
        ("/strip", "/strip/three", "/", "/three"),
        ("/strip", "/strip", "/", "/"),
        ("/strip", "/strip", "", "/"),
        ("/a/", "/a/b", "/c/", "/c/b"),
        ("/", "/x", "/y", "/y/x"),
        ("/", "/", "/y", "/y"),
    ],
)
def test_prefix_rewrites(written: str, path: str, replacement: str, seen: str) -> None:
    rewrite = {
        "type": "URLRewrite",
        "urlRewrite": {"hostname": "h", "path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": replacement}},
    }
    world = edge(http_route(rule(subset(BACKEND), path=written, filters=(rewrite,))))
    (one,) = world.ask(to="172.18.0.2", port=8080, path=path)
    assert one.seen is not None
    assert (one.seen["path"], one.seen["host"]) == (seen, "h")


def test_full_rewrite_keeps_the_query() -> None:
    rewrite = {"type": "URLRewrite", "urlRewrite": {"path": {"type": "ReplaceFullPath", "replaceFullPath": "/one"}}}
    world = edge(http_route(rule(subset(BACKEND), filters=(rewrite,))))
    (one,) = world.ask(to="172.18.0.2", port=8080, path="/x/y?q=1")
    assert one.seen is not None
    assert one.seen["path"] == "/one?q=1"


@pytest.mark.parametrize(
    ("redirect", "status", "location"),
    [
        ({"hostname": "b.org"}, 302, "http://b.org:8080/p/q"),
        ({"statusCode": 301, "port": 9000}, 301, "http://a.com:9000/p/q"),
        ({"scheme": "https", "port": 443}, 302, "https://a.com/p/q"),
        ({"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/n"}}, 302, "http://a.com:8080/n/q"),
        ({"path": {"type": "ReplaceFullPath", "replaceFullPath": "/n"}}, 302, "http://a.com:8080/n"),
    ],
)
def test_redirects_lose_the_query_and_name_the_listeners_port(redirect: Any, status: int, location: str) -> None:
    filter_ = {"type": "RequestRedirect", "requestRedirect": redirect}
    world = edge(http_route(rule(path="/p", filters=(filter_,))))
    (one,) = world.ask(to="172.18.0.2", port=8080, host="a.com:1", path="/p/q", query={"x": "1"})
    assert (one.status, one.location, one.pod) == (status, location, None)


def test_mirrors_name_everyone_who_may_get_a_copy() -> None:
    mirror = {"type": "RequestMirror", "requestMirror": {"percentage": 50, "backendRef": subset("copy_demo_svc_80")}}
    world = edge(
        http_route(rule(subset(BACKEND), filters=(mirror,))), apps=(app("backend", "10.1.0"), app("copy", "10.2.0", 2))
    )
    (one,) = world.ask(to="172.18.0.2", port=8080)
    assert [(each["service"], each["pod"], each["percent"]) for each in one.mirrors] == [
        ("copy", "copy-rs-1", 25),
        ("copy", "copy-rs-2", 25),
    ]


def two_zones(mtls: str = "STRICT", local: int = 2, remote: int = 3, *more: Any, **routing: Any) -> HandMade:
    route = http_route(rule({"kind": "MeshService", "name": BACKEND}))
    ingress = zone_ingress("zone-2", "172.18.0.9", {BACKEND: remote})
    here = app("backend", "10.1.0", local) if local else []
    there = app("backend", "10.1.0", remote, zone="zone-2")
    return HandMade(
        {
            "zone-1": [mesh(mtls, **routing), *gateway(HTTP), *here, route, ingress, *more],
            "zone-2": [mesh(mtls), *there, ingress, *more],
        }
    )


@pytest.mark.parametrize(
    ("local", "remote", "zones"),
    [(2, 3, {"zone-1": Fraction(2, 5), "zone-2": Fraction(3, 5)}), (0, 3, {"zone-2": Fraction(1)})],
    ids=["H-20", "only remote"],
)
def test_weights_across_zones(local: int, remote: int, zones: dict[str, Fraction]) -> None:
    outcomes = two_zones("STRICT", local, remote, allow_all()).ask(to="172.18.0.2", port=8080)
    found: dict[str, Fraction] = {}
    for one in outcomes:
        assert one.status == 200
        found[str(one.zone)] = found.get(str(one.zone), Fraction(0)) + one.share
    assert found == zones


def test_locality_awareness_keeps_traffic_at_home() -> None:
    outcomes = two_zones("STRICT", 2, 3, allow_all(), localityAwareLoadBalancing=True).ask(to="172.18.0.2", port=8080)
    assert {one.zone for one in outcomes} == {"zone-1"}


def test_no_mtls_no_other_zone() -> None:
    assert told(two_zones("", 0, 3).ask(to="172.18.0.2", port=8080)) == [(1, "503", "")]


def test_nobody_is_let_in_without_a_permission() -> None:
    outcomes = two_zones("STRICT", 1, 1).ask(to="172.18.0.2", port=8080)
    assert {(one.share, one.status) for one in outcomes} == {(Fraction(1, 2), 403)}
    assert len(outcomes) == 2


def test_zones_apart_answer_503_for_their_share() -> None:
    world = two_zones("STRICT", 2, 3, allow_all())
    world.apart.add(frozenset(("zone-1", "zone-2")))
    outcomes = world.ask(to="172.18.0.2", port=8080)
    assert sum(one.share for one in outcomes if one.status == 503) == Fraction(3, 5)
    assert sum(one.share for one in outcomes) == 1


def test_via_names_every_proxy() -> None:
    (one,) = two_zones("STRICT", 0, 1, allow_all()).ask(to="172.18.0.2", port=8080)
    assert [(hop["hop"], hop["zone"]) for hop in one.via] == [
        ("gateway", "zone-1"),
        ("zone-ingress", "zone-2"),
        ("sidecar", "zone-2"),
    ]


def test_tcp_inbounds_deny_with_503() -> None:
    apps = (app("backend", "10.1.0", protocol="tcp"),)
    world = HandMade({"zone-1": [mesh("STRICT"), *gateway(HTTP), *apps[0], http_route(rule(subset(BACKEND)))]})
    assert told(world.ask(to="172.18.0.2", port=8080)) == [(1, "503", "")]


def test_order_of_objects_does_not_matter() -> None:
    objects = two_zones("STRICT", 2, 3, allow_all()).objects
    backwards = {zone: list(reversed(objects[zone])) for zone in reversed(objects)}
    asked = {"to": "172.18.0.2", "port": 8080}
    assert HandMade(objects).ask(**asked) == HandMade(backwards).ask(**asked)


def test_https_by_sni() -> None:
    tls = {"mode": "TERMINATE", "certificates": [{"secret": "cert"}]}
    listener = {"port": 443, "protocol": "HTTPS", "hostname": "*.a.com", "tls": tls}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "cert", "namespace": "kuma-system"}}
    world = edge(secret, http_route(rule(subset(BACKEND))), listener=listener)

    def status(**asked: Any) -> Any:
        (one,) = world.ask(to="172.18.0.2", port=443, **asked)
        return one.status

    assert status(scheme="https", host="x.a.com") == 200
    assert status(scheme="https", host="x.b.com") == "reset"
    assert status(scheme="https", host="x.b.com", sni="y.a.com") == 404
    assert status(scheme="http", host="x.a.com") == "reset"


def test_a_missing_certificate_makes_no_configuration() -> None:
    tls = {"mode": "TERMINATE", "certificates": [{"secret": "cert"}]}
    world = edge(listener={"port": 443, "protocol": "HTTPS", "hostname": "*", "tls": tls})
    (one,) = world.ask(to="172.18.0.2", port=443, scheme="https", host="x.a.com")
    assert one.status == "refused"


BACKENDS = [subset(BACKEND), subset("copy_demo_svc_80"), unresolved(), subset("gone_demo_svc_80")]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_shares_always_add_up_to_one(count: int) -> None:
    apps = (app("backend", "10.1.0", 3), app("copy", "10.2.0", 2))
    for some in itertools.combinations_with_replacement(BACKENDS, count):
        for weights in ((1, 2, 3), (0, 1, 7)):
            backends = [{**one, "weight": weight} for one, weight in zip(some, weights, strict=False)]
            outcomes = edge(http_route(rule(*backends)), apps=apps).ask(to="172.18.0.2", port=8080)
            assert sum(one.share for one in outcomes) == 1
            assert all(one.share > 0 for one in outcomes)
