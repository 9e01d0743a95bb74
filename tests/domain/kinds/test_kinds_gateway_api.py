"""Gateway API kinds: defaults, first conditions, and the rules of their custom resources."""

from __future__ import annotations

import pytest

from kumasim.domain import kinds
from kumasim.domain.kinds.gateway import Gateway
from kumasim.domain.kinds.gateway_class import GatewayClass
from kumasim.domain.kinds.http_route import HTTPRoute
from kumasim.domain.kinds.reference_grant import ReferenceGrant
from kumasim.domain.kinds.violation import path_text
from kumasim.domain.resource import resource
from kumasim.domain.tree import thaw

GAPI = "gateway.networking.k8s.io/v1"


def made(kind, spec, api_version=GAPI):
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a", "namespace": "web"}, "spec": spec}


def found(kind, spec, api_version=GAPI):
    return [f"{path_text(item.path)}: {item.message}" for item in kinds.violations(made(kind, spec, api_version))]


def route(**spec):
    return found("HTTPRoute", spec)


def rule(**fields):
    return route(rules=[fields])


def gateway(*listeners, **spec):
    return found("Gateway", {"gatewayClassName": "kuma", "listeners": list(listeners), **spec})


def listener(name="a", port=80, protocol="HTTP", **fields):
    return {"name": name, "port": port, "protocol": protocol, **fields}


def test_an_empty_route_gets_a_rule_for_everything():
    completed = kinds.defaulted(resource(made("HTTPRoute", {"parentRefs": [{"name": "gw"}]})))
    assert thaw(completed.spec) == {
        "parentRefs": [{"name": "gw", "group": "gateway.networking.k8s.io", "kind": "Gateway"}],
        "rules": [{"matches": [{"path": {"type": "PathPrefix", "value": "/"}}]}],
    }
    assert completed.status is None


def test_route_defaults_reach_into_rules():
    spec = {
        "rules": [
            {
                "matches": [{"path": {"value": "/a"}, "headers": [{"name": "x", "value": "1"}]}, {"method": "GET"}],
                "filters": [{"type": "RequestRedirect", "requestRedirect": {}}],
            },
            {"backendRefs": [{"name": "b", "port": 1}, {"name": "c", "port": 2, "weight": 0}]},
        ]
    }
    first, second = kinds.defaulted(resource(made("HTTPRoute", spec))).spec["rules"]
    assert first["matches"][0]["path"] == {"value": "/a", "type": "PathPrefix"}
    assert first["matches"][0]["headers"][0]["type"] == "Exact"
    assert first["matches"][1]["path"] == {"type": "PathPrefix", "value": "/"}
    assert first["filters"][0]["requestRedirect"] == {"statusCode": 302}
    assert second["matches"] == ({"path": {"type": "PathPrefix", "value": "/"}},)
    assert second["backendRefs"][0] == {"name": "b", "port": 1, "group": "", "kind": "Service", "weight": 1}
    assert second["backendRefs"][1]["weight"] == 0


def test_a_gateway_waits_and_its_listeners_admit_their_own_namespace():
    tls = {"certificateRefs": [{"name": "cert"}]}
    spec = {"gatewayClassName": "kuma", "listeners": [listener(), listener("b", 443, "HTTPS", tls=tls)]}
    completed = kinds.defaulted(resource(made("Gateway", spec)))
    plain, secure = completed.spec["listeners"]
    assert plain["allowedRoutes"] == {"namespaces": {"from": "Same"}}
    assert secure["tls"] == {"certificateRefs": ({"name": "cert", "group": "", "kind": "Secret"},), "mode": "Terminate"}
    assert [(item["type"], item["status"], item["reason"]) for item in completed.status["conditions"]] == [
        ("Accepted", "Unknown", "Pending"),
        ("Programmed", "Unknown", "Pending"),
    ]
    assert kinds.defaulted(completed) is completed


def test_a_gateway_class_waits():
    completed = kinds.defaulted(resource(made("GatewayClass", {"controllerName": "gateways.kuma.io/controller"})))
    (condition,) = completed.status["conditions"]
    assert (condition["type"], condition["status"], condition["reason"]) == ("Accepted", "Unknown", "Waiting")
    assert not completed.view(GatewayClass).accepted


def test_a_status_that_somebody_wrote_stays():
    tree = made("GatewayClass", {"controllerName": "gateways.kuma.io/controller"})
    written = {**tree, "status": {"conditions": [{"type": "Accepted", "status": "True"}]}}
    completed = kinds.defaulted(resource(written))
    assert completed.view(GatewayClass).accepted


TLS = {"mode": "Terminate", "certificateRefs": [{"name": "c"}]}

GATEWAYS = [
    ([listener()], {}, ""),
    ([listener(), listener("b", hostname="a.b")], {}, ""),
    ([listener(), listener("b", hostname="*.b")], {}, ""),
    ([listener(), listener("b", 443, "HTTPS", tls=TLS)], {}, ""),
    ([listener(protocol="TLS", tls={"mode": "Passthrough"})], {}, ""),
    ([], {}, "should have at least 1 items"),
    ([listener(), listener(port=81)], {}, 'Duplicate value: {"name":"a"}'),
    ([listener(), listener("b")], {}, "Combination of port, protocol and hostname must be unique"),
    ([listener(hostname="a.b"), listener("b", hostname="a.b")], {}, "Combination of port, protocol and hostname"),
    ([listener(protocol="HTTPS")], {}, "tls must be specified for protocols ['HTTPS', 'TLS']"),
    ([listener(tls=TLS)], {}, "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']"),
    ([listener(protocol="TCP", hostname="a.b")], {}, "hostname must not be specified for protocols ['TCP', 'UDP']"),
    ([listener(protocol="HTTPS", tls={})], {}, "certificateRefs must be specified when TLSModeType is Terminate"),
    (
        [listener(protocol="HTTPS", tls={"certificateRefs": []})],
        {},
        "certificateRefs must be specified when TLSModeType",
    ),
    ([listener(port=0)], {}, "should be greater than or equal to 1"),
    ([listener(hostname="UP.b")], {}, "should match"),
    ([listener(allowedRoutes={"namespaces": {"from": "Any"}})], {}, "Unsupported value"),
    ([listener()], {"addresses": [{"value": "1.2.3.4"}]}, ""),
    ([listener()], {"addresses": [{"value": "host"}]}, "value must be an IP address when type is IPAddress"),
    ([listener()], {"addresses": [{"value": "1.2.3.4"}, {"value": "1.2.3.4"}]}, "IPAddress values must be unique"),
    ([listener()], {"addresses": [{"type": "Hostname", "value": "a_b"}]}, "Hostname value must only contain valid"),
]


@pytest.mark.parametrize(("listeners", "spec", "message"), GATEWAYS)
def test_gateways(listeners, spec, message):
    told = gateway(*listeners, **spec)
    assert bool(told) is bool(message)
    assert not message or message in told[0]


SERVICE = {"name": "b", "port": 80}
REDIRECT = {"type": "RequestRedirect", "requestRedirect": {"hostname": "a.b"}}
PREFIX_REDIRECT = {
    "type": "RequestRedirect",
    "requestRedirect": {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/x"}},
}
PREFIX_REWRITE = {
    "type": "URLRewrite",
    "urlRewrite": {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/x"}},
}
EXACT = {"path": {"type": "Exact", "value": "/a"}}
PREFIX = {"path": {"type": "PathPrefix", "value": "/a"}}
_BOTH = [REDIRECT, {"type": "URLRewrite", "urlRewrite": {"hostname": "a.b"}}]
_HEADERS = {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "a", "value": "b"}]}}

RULES = [
    ({"backendRefs": [SERVICE]}, ""),
    ({"backendRefs": [{"name": "b"}]}, "Must have port for Service reference"),
    ({"backendRefs": [{"name": "b", "group": "kuma.io", "kind": "MeshService"}]}, ""),
    (
        {"backendRefs": [SERVICE], "filters": [REDIRECT]},
        "RequestRedirect filter must not be used together with backendRefs",
    ),
    ({"filters": [REDIRECT]}, ""),
    ({"filters": _BOTH}, "but not both"),
    ({"filters": [REDIRECT, REDIRECT]}, "RequestRedirect filter cannot be repeated"),
    ({"filters": [_HEADERS, _HEADERS]}, "RequestHeaderModifier filter cannot be repeated"),
    (
        {"filters": [{"type": "RequestRedirect"}]},
        "filter.requestRedirect must be specified for RequestRedirect filter.type",
    ),
    (
        {"filters": [{**REDIRECT, "type": "ExtensionRef"}]},
        "filter.requestRedirect must be nil if the filter.type is not RequestRedirect",
    ),
    ({"filters": [{"type": "CORS"}]}, "Unsupported value"),
    ({"filters": [PREFIX_REDIRECT], "matches": [PREFIX]}, ""),
    ({"filters": [PREFIX_REDIRECT]}, ""),
    ({"filters": [PREFIX_REDIRECT], "matches": [EXACT]}, "exactly one PathPrefix match must be specified"),
    ({"filters": [PREFIX_REWRITE], "matches": [PREFIX, PREFIX]}, "exactly one PathPrefix match must be specified"),
    (
        {"backendRefs": [{**SERVICE, "filters": [PREFIX_REWRITE]}], "matches": [EXACT]},
        "Within backendRefs, When using URLRewrite",
    ),
    (
        {"filters": [{"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "b"}}}]},
        "Must have port for Service reference",
    ),
    (
        {"filters": [{"type": "URLRewrite", "urlRewrite": {"path": {"type": "ReplaceFullPath"}}}]},
        "replaceFullPath must be specified when type is set to 'ReplaceFullPath'",
    ),
    (
        {
            "filters": [
                {
                    "type": "URLRewrite",
                    "urlRewrite": {
                        "path": {"type": "ReplaceFullPath", "replaceFullPath": "/", "replacePrefixMatch": "/"}
                    },
                }
            ]
        },
        "type must be 'ReplacePrefixMatch' when replacePrefixMatch is set",
    ),
    ({"filters": [{"type": "RequestRedirect", "requestRedirect": {"statusCode": 303}}]}, "Unsupported value: 303"),
    ({"backendRefs": [{**SERVICE, "weight": -1}]}, "greater than or equal to 0"),
    ({"timeouts": {"request": "1s", "backendRequest": "500ms"}}, ""),
    ({"timeouts": {"request": "0s", "backendRequest": "5s"}}, ""),
    (
        {"timeouts": {"request": "1s", "backendRequest": "1m"}},
        "backendRequest timeout cannot be longer than request timeout",
    ),
    ({"timeouts": {"request": "1.5s"}}, "should match"),
    ({"matches": [{"path": {"type": "RegularExpression", "value": "[a-z]+//"}}]}, ""),
    ({"matches": [{"path": {"value": "a"}}]}, "begin"),
    ({"matches": [{"headers": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]}]}, "Duplicate value"),
    ({"matches": [{"method": "get"}]}, "Unsupported value"),
    ({"match": []}, "unknown field"),
]


@pytest.mark.parametrize(("fields", "message"), RULES)
def test_rules_of_a_route(fields, message):
    told = rule(**fields)
    assert bool(told) is bool(message)
    if message and message != "begin":
        assert any(message in item for item in told), told


@pytest.mark.parametrize("part", ["//", "/./", "/../", "%2f", "%2F", "#", "/..", "/.", " "])
@pytest.mark.parametrize("kind", ["Exact", "PathPrefix"])
def test_literal_paths_are_plain(kind, part):
    assert rule(matches=[{"path": {"type": kind, "value": f"/a{part}"}}])
    assert not rule(matches=[{"path": {"type": kind, "value": "/a-b/c.d/%20"}}])


PARENTS = [
    ([{"name": "a"}, {"name": "b"}], ""),
    ([{"name": "a", "sectionName": "x"}, {"name": "a", "sectionName": "y"}], ""),
    ([{"name": "a", "port": 1}, {"name": "a", "port": 2}], ""),
    ([{"name": "a", "namespace": "x"}, {"name": "a", "namespace": "y"}], ""),
    ([{"name": "a", "kind": "Service", "group": ""}, {"name": "a"}], ""),
    ([{"name": "a"}, {"name": "a"}], "must be unique"),
    ([{"name": "a", "sectionName": "x"}, {"name": "a", "sectionName": "x"}], "must be unique"),
    ([{"name": "a"}, {"name": "a", "sectionName": "x"}], "must be specified"),
    ([{"name": "a", "port": 1}, {"name": "a", "sectionName": "x"}], "must be specified"),
    ([{"sectionName": "x"}], "Required value"),
]


@pytest.mark.parametrize(("parents", "message"), PARENTS)
def test_parents_of_a_route(parents, message):
    told = route(parentRefs=parents)
    assert bool(told) is bool(message)
    assert not message or message in told[0]


def test_views_resolve_namespaces_and_defaults():
    spec = {
        "parentRefs": [
            {"name": "gw", "namespace": "infra", "sectionName": "http"},
            {"name": "b", "kind": "Service", "group": "", "port": 80},
        ],
        "hostnames": ["a.b"],
        "rules": [
            {
                "matches": [{"queryParams": [{"name": "q", "value": "1", "type": "RegularExpression"}]}],
                "filters": [{"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "m", "port": 1}}}],
                "backendRefs": [{"name": "b", "port": 2, "namespace": "other", "weight": 3}],
            },
            {},
        ],
    }
    view = resource(made("HTTPRoute", spec)).view(HTTPRoute)
    first, second = view.parents
    assert (first.group, first.kind, first.namespace, first.section, first.port) == (
        "gateway.networking.k8s.io",
        "Gateway",
        "infra",
        "http",
        None,
    )
    assert (second.group, second.kind, second.namespace, second.port) == ("", "Service", "web", 80)
    one, other = view.rules
    assert (one.matches[0].path_type, one.matches[0].path, one.matches[0].query[0].type) == (
        "PathPrefix",
        "/",
        "RegularExpression",
    )
    assert (one.backends[0].kind, one.backends[0].namespace, one.backends[0].weight) == ("Service", "other", 3)
    assert (one.filters[0].mirror.name, one.filters[0].mirror.namespace) == ("m", "web")
    assert (other.matches[0].path, other.filters, other.backends) == ("/", (), ())


def test_views_of_gateway_class_and_grant():
    tls = {"certificateRefs": [{"name": "c", "namespace": "certs"}]}
    spec = {
        "gatewayClassName": "kuma",
        "listeners": [listener("s", 443, "HTTPS", tls=tls, allowedRoutes={"kinds": [{"kind": "HTTPRoute"}]})],
    }
    (one,) = resource(made("Gateway", spec)).view(Gateway).listeners
    assert (one.tls_mode, one.certificates[0].namespace, one.certificates[0].kind) == ("Terminate", "certs", "Secret")
    assert (one.routes_from, one.kinds[0].group) == ("Same", "gateway.networking.k8s.io")
    grant = {"from": [{"group": "g", "kind": "K", "namespace": "n"}], "to": [{"group": "", "kind": "Service"}]}
    view = resource(made("ReferenceGrant", grant)).view(ReferenceGrant)
    assert (view.from_[0].namespace, view.to[0].kind, view.to[0].name) == ("n", "Service", "")


def test_both_served_versions_mean_the_same():
    for version in ("v1", "v1beta1"):
        assert found("HTTPRoute", {"rules": [{}]}, f"gateway.networking.k8s.io/{version}") == []
