"""Gateway: GW-21 to GW-83, the listener and Gateway rows of the condition table, scenarios 5 to 11, 17, 18 and 26."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from controllers_bench import (
    Cluster,
    by,
    gateway,
    gateway_class,
    grant,
    listener,
    mesh,
    namespace,
    route,
    said,
    zone,
)

CONFIG = {"group": "kuma.io", "kind": "MeshGatewayConfig", "name": "custom"}


def pem(kind: str) -> str:
    return f"-----BEGIN {kind}-----\nAAAA\n-----END {kind}-----\n"


def tls_secret(name: str = "cert", ns: str = "kuma-demo", key: str = "", crt: str = "", **fields: Any) -> dict:
    data = {"tls.key": key or pem("PRIVATE KEY"), "tls.crt": crt or pem("CERTIFICATE")}
    encoded = {field: base64.b64encode(text.encode()).decode() for field, text in data.items()}
    return {"kind": "Secret", "name": name, "namespace": ns, "type": "kubernetes.io/tls", "data": encoded, **fields}


def https(*refs: dict, name: str = "https", **fields: Any) -> dict:
    return listener(name, 8443, "HTTPS", tls={"certificateRefs": list(refs) or [{"name": "cert"}]}, **fields)


def listeners(cluster: Cluster, name: str = "kuma") -> dict[str, dict]:
    return by(cluster.status("Gateway", "kuma-demo", name).get("listeners"), "name")


def conditions(cluster: Cluster) -> dict[str, tuple[str, str]]:
    return said(cluster.status("Gateway", "kuma-demo", "kuma").get("conditions"))


def programmed(cluster: Cluster) -> list[str]:
    """The listeners of the MeshGateway, by the name in their tag."""
    made = cluster.get("MeshGateway", "", "kuma.kuma-demo")
    return [each["tags"]["gateways.kuma.io/listener-name"] for each in made["spec"]["conf"]["listeners"]]


def test_a_gateway_becomes_a_mesh_gateway_an_instance_a_service_and_a_deployment() -> None:
    cluster = zone().apply(gateway())

    made = cluster.get("MeshGateway", "", "kuma.kuma-demo")
    assert made["mesh"] == "default"
    assert made["metadata"]["labels"] == {"gateways.kuma.io/gateway.networking.k8s.io-owner": "kuma-demo_kuma-4089ceef"}
    assert made["spec"]["selectors"] == [{"match": {"kuma.io/service": "kuma_kuma-demo_svc"}}]
    assert made["spec"]["conf"]["listeners"] == [
        {
            "port": 8080,
            "protocol": "HTTP",
            "hostname": "*",
            "tags": {"gateways.kuma.io/listener-name": "proxy"},
        }
    ]
    instance = cluster.get("MeshGatewayInstance", "kuma-demo", "kuma")
    assert instance["metadata"]["labels"] == {"kuma.io/mesh": "default"}
    assert instance["metadata"]["ownerReferences"][0]["kind"] == "Gateway"
    assert instance["spec"] == {"replicas": 1, "serviceType": "LoadBalancer"}
    assert cluster.get("Service", "kuma-demo", "kuma") is not None
    assert cluster.get("Deployment", "kuma-demo", "kuma") is not None


def test_a_gateway_is_programmed_before_it_has_an_address() -> None:
    cluster = zone().apply(gateway())

    assert conditions(cluster) == {"Accepted": ("True", "Accepted"), "Programmed": ("True", "Programmed")}
    assert "addresses" not in cluster.status("Gateway", "kuma-demo", "kuma")


def test_addresses_are_those_of_the_load_balancer() -> None:
    cluster = zone().apply(gateway())

    ingress = [{"ip": "172.20.0.3"}, {"hostname": "lb.example.com"}]
    cluster.set_status("Service", "kuma-demo", "kuma", {"loadBalancer": {"ingress": ingress}})

    assert cluster.status("Gateway", "kuma-demo", "kuma")["addresses"] == [
        {"type": "IPAddress", "value": "172.20.0.3"},
        {"type": "Hostname", "value": "lb.example.com"},
    ]


def test_a_cluster_ip_gateway_has_no_address_and_is_programmed() -> None:
    cluster = zone().apply({"kind": "MeshGatewayConfig", "name": "custom", "spec": {"serviceType": "ClusterIP"}})

    cluster.apply(gateway_class(parametersRef=CONFIG)).apply(gateway())

    assert conditions(cluster)["Programmed"] == ("True", "Programmed")
    assert "addresses" not in cluster.status("Gateway", "kuma-demo", "kuma")
    assert cluster.get("Service", "kuma-demo", "kuma")["spec"]["type"] == "ClusterIP"


GOOD = {"Accepted": ("True", "Accepted"), "Conflicted": ("False", "NoConflicts")}
RESOLVED = {**GOOD, "ResolvedRefs": ("True", "ResolvedRefs"), "Programmed": ("True", "Programmed")}
DETACHED = {"Accepted": ("False", "UnsupportedProtocol"), "Programmed": ("False", "Invalid")}


def conflicted(reason: str) -> dict:
    return {"Conflicted": ("True", reason), "Programmed": ("False", "Invalid")}


def unresolved(reason: str) -> dict:
    return {**GOOD, "ResolvedRefs": ("False", reason), "Programmed": ("False", "Invalid")}


KINDS = {"allowedRoutes": {"kinds": [{"kind": "HTTPRoute"}, {"kind": "TLSRoute"}]}}


@pytest.mark.parametrize(
    ("written", "expected", "served"),
    [
        pytest.param([listener()], {"proxy": RESOLVED}, ["proxy"], id="good"),
        pytest.param(
            [listener(), listener("tcp", 9000, "TCP")], {"proxy": RESOLVED, "tcp": DETACHED}, ["proxy"], id="protocol"
        ),
        pytest.param(
            [listener("a", 8080), https(name="b") | {"port": 8080}, listener("c", 81)],
            {"a": conflicted("ProtocolConflict"), "b": conflicted("ProtocolConflict"), "c": RESOLVED},
            ["c"],
            id="protocol-conflict",
        ),
        pytest.param(
            [https(hostname="a.com"), listener("t", 8443, "example.com/own", hostname="a.com"), listener("c", 81)],
            {"https": conflicted("HostnameConflict"), "t": DETACHED, "c": RESOLVED},
            ["c"],
            id="hostname-conflict-with-an-unsupported-one",
        ),
        pytest.param(
            [https(hostname="a.com"), listener("b", 8443, "HTTP", hostname="a.com"), listener("c", 81)],
            {"https": conflicted("HostnameConflict"), "b": conflicted("HostnameConflict"), "c": RESOLVED},
            ["c"],
            id="hostname-before-protocol",
        ),
        pytest.param(
            [listener(**KINDS)], {"proxy": unresolved("InvalidRouteKinds")}, ["proxy"], id="kinds-are-still-served"
        ),
        pytest.param([https()], {"https": RESOLVED}, ["https"], id="certificate"),
        pytest.param(
            [https({"name": "none"}), listener()],
            {"https": unresolved("InvalidCertificateRef"), "proxy": RESOLVED},
            ["proxy"],
            id="certificate-missing",
        ),
        pytest.param(
            [https({"name": "opaque"}), listener()],
            {"https": unresolved("InvalidCertificateRef"), "proxy": RESOLVED},
            ["proxy"],
            id="certificate-type",
        ),
        pytest.param(
            [https({"name": "malformed"}), listener()],
            {"https": unresolved("InvalidCertificateRef"), "proxy": RESOLVED},
            ["proxy"],
            id="certificate-malformed",
        ),
        pytest.param(
            [https({"name": "cert", "kind": "ConfigMap"}), listener()],
            {"https": unresolved("InvalidCertificateRef"), "proxy": RESOLVED},
            ["proxy"],
            id="certificate-kind",
        ),
        pytest.param(
            [https({"name": "cert", "kind": "ConfigMap", "namespace": "client"}), listener()],
            {"https": unresolved("RefNotPermitted"), "proxy": RESOLVED},
            ["proxy"],
            id="permission-before-kind",
        ),
        pytest.param(
            [https({"name": "none"}, **KINDS), listener()],
            {"https": unresolved("InvalidRouteKinds"), "proxy": RESOLVED},
            ["proxy"],
            id="kinds-win-over-certificate-but-it-is-left-out",
        ),
    ],
)
def test_the_condition_table_of_listeners(written: list, expected: dict, served: list[str]) -> None:
    cluster = zone().apply(
        tls_secret(), tls_secret("opaque", type="Opaque"), tls_secret("malformed", key="Hello", crt="world")
    )

    cluster.apply(gateway(*written))

    assert {name: said(each["conditions"]) for name, each in listeners(cluster).items()} == expected
    assert programmed(cluster) == served
    working = all(each["Programmed"][0] == "True" for each in expected.values())
    assert conditions(cluster)["Accepted"] == ("True", "Accepted")
    assert conditions(cluster)["Programmed"] == (("True", "Programmed") if working else ("False", "Invalid"))


@pytest.mark.parametrize("protocol", ["HTTPS", "TCP"])
def test_a_cross_mesh_gateway_speaks_http_only(protocol: str) -> None:
    cluster = zone().apply({"kind": "MeshGatewayConfig", "name": "custom", "spec": {"crossMesh": True}})
    cluster.apply(gateway_class(parametersRef=CONFIG), tls_secret())

    cluster.apply(gateway(listener(), https() if protocol == "HTTPS" else listener("https", 9000, "TCP")))

    assert said(listeners(cluster)["https"]["conditions"]) == DETACHED
    made = cluster.get("MeshGateway", "", "kuma.kuma-demo")["spec"]["conf"]["listeners"]
    assert [each["crossMesh"] for each in made] == [True]
    assert cluster.get("MeshGatewayInstance", "kuma-demo", "kuma")["spec"]["serviceType"] == "ClusterIP"


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], ["HTTPRoute"]),
        ([{"kind": "HTTPRoute"}, {"kind": "TLSRoute"}], ["HTTPRoute"]),
        ([{"kind": "TLSRoute"}], []),
        ([{"kind": "HTTPRoute", "group": "example.com"}], []),
    ],
)
def test_supported_kinds(kinds: list, expected: list[str]) -> None:
    cluster = zone().apply(gateway(listener(allowedRoutes={"kinds": kinds})))

    assert [kind["kind"] for kind in listeners(cluster)["proxy"]["supportedKinds"]] == expected


def test_a_listener_edited_to_tcp_keeps_what_is_not_said_again_and_the_old_mesh_gateway() -> None:
    cluster = zone().apply(gateway())
    before = cluster.get("MeshGateway", "", "kuma.kuma-demo")

    cluster.apply(gateway(listener(protocol="TCP")))

    assert said(listeners(cluster)["proxy"]["conditions"]) == {
        "Accepted": ("False", "UnsupportedProtocol"),
        "Conflicted": ("False", "NoConflicts"),
        "ResolvedRefs": ("True", "ResolvedRefs"),
        "Programmed": ("False", "Invalid"),
    }
    generations = {each["type"]: each["observedGeneration"] for each in listeners(cluster)["proxy"]["conditions"]}
    assert generations == {"Accepted": 2, "Conflicted": 1, "ResolvedRefs": 1, "Programmed": 2}
    assert cluster.get("MeshGateway", "", "kuma.kuma-demo") == before


def test_addresses_are_cleared_while_no_listener_is_usable() -> None:
    cluster = zone().apply(gateway())
    cluster.set_status("Service", "kuma-demo", "kuma", {"loadBalancer": {"ingress": [{"ip": "172.20.0.3"}]}})

    cluster.apply(gateway(listener(protocol="TCP")))

    assert "addresses" not in cluster.status("Gateway", "kuma-demo", "kuma")


def test_removed_listeners_vanish_and_the_rest_is_sorted() -> None:
    cluster = zone().apply(gateway(listener("b", 81), listener("c", 82), listener("a", 80)))
    assert list(listeners(cluster)) == ["a", "b", "c"]

    cluster.apply(gateway(listener("c", 82), listener("a", 80)))

    assert list(listeners(cluster)) == ["a", "c"]


def test_a_grant_lets_a_certificate_of_another_namespace_in_and_out_again() -> None:
    cluster = zone().apply(tls_secret(ns="client")).apply(gateway(https({"name": "cert", "namespace": "client"})))
    assert said(listeners(cluster)["https"]["conditions"])["ResolvedRefs"] == ("False", "RefNotPermitted")

    cluster.apply(grant("client", "Gateway", "kuma-demo", "Secret"))
    assert said(listeners(cluster)["https"]["conditions"])["ResolvedRefs"] == ("True", "ResolvedRefs")

    cluster.remove("ReferenceGrant", "client", "gateway-from-kuma-demo")
    assert said(listeners(cluster)["https"]["conditions"])["ResolvedRefs"] == ("False", "RefNotPermitted")


@pytest.mark.parametrize(
    ("given", "permitted"),
    [
        (grant("client", "Gateway", "kuma-demo", "Secret"), True),
        (grant("client", "Gateway", "kuma-demo", "Secret", name="cert"), True),
        (grant("client", "Gateway", "kuma-demo", "Secret", name="other"), False),
        (grant("client", "Gateway", "kuma-demo", "Service"), False),
        (grant("client", "HTTPRoute", "kuma-demo", "Secret"), False),
        (grant("client", "Gateway", "client", "Secret"), False),
        (grant("kuma-demo", "Gateway", "kuma-demo", "Secret"), False),
    ],
)
def test_what_a_grant_permits(given: dict, permitted: bool) -> None:
    cluster = zone().apply(tls_secret(ns="client"), given)

    cluster.apply(gateway(https({"name": "cert", "namespace": "client"}), listener()))

    assert (said(listeners(cluster)["https"]["conditions"])["ResolvedRefs"][0] == "True") == permitted


def test_a_certificate_is_copied_as_a_kuma_secret() -> None:
    cluster = zone().apply(tls_secret(), gateway(https()))

    copy = cluster.get("Secret", "kuma-system", "gapi-kuma-demo-cert")
    assert copy["type"] == "system.kuma.io/secret"
    assert copy["metadata"]["labels"] == {"kuma.io/mesh": "default"}
    assert base64.b64decode(copy["data"]["value"]).decode() == pem("PRIVATE KEY") + pem("CERTIFICATE")
    tls = cluster.get("MeshGateway", "", "kuma.kuma-demo")["spec"]["conf"]["listeners"][0]["tls"]
    assert tls == {"mode": "TERMINATE", "certificates": [{"secret": "gapi-kuma-demo-cert"}]}


@pytest.mark.parametrize(("everywhere", "follows"), [(False, False), (True, True)])
def test_a_copy_follows_its_original_only_where_the_control_plane_looks(everywhere: bool, follows: bool) -> None:
    name = "KUMA_RUNTIME_KUBERNETES_SUPPORT_GATEWAY_SECRETS_IN_ALL_NAMESPACES"
    cluster = zone(config={name: "true"} if everywhere else {}).apply(tls_secret(), gateway(https()))
    before = cluster.get("Secret", "kuma-system", "gapi-kuma-demo-cert")["data"]

    cluster.apply(tls_secret(crt=pem("CERTIFICATE") * 2))
    after = cluster.get("Secret", "kuma-system", "gapi-kuma-demo-cert")["data"]
    assert (after != before) == follows

    cluster.remove("Secret", "kuma-demo", "cert")
    assert (cluster.get("Secret", "kuma-system", "gapi-kuma-demo-cert") is None) == follows


def test_two_meshes_cannot_share_a_certificate() -> None:
    cluster = zone().apply(mesh("other"), tls_secret(), gateway(https()))

    cluster.apply({**gateway(https(), name="two"), "annotations": {"kuma.io/mesh": "other"}})

    assert cluster.error("gateway") == "AlreadyExists"
    assert said(cluster.status("Gateway", "kuma-demo", "two")["conditions"])["Accepted"][0] == "Unknown"


@pytest.mark.parametrize(
    ("on_gateway", "on_namespace", "expected"),
    [
        ({}, {}, "default"),
        ({"annotations": {"kuma.io/mesh": "prod"}}, {}, "prod"),
        ({"labels": {"kuma.io/mesh": "prod"}}, {}, "default"),
        ({}, {"annotations": {"kuma.io/mesh": "prod"}}, "prod"),
        ({}, {"labels": {"kuma.io/mesh": "prod"}}, "default"),
    ],
)
def test_the_mesh_of_a_gateway_is_an_annotation(on_gateway: dict, on_namespace: dict, expected: str) -> None:
    cluster = zone().apply({**namespace("kuma-demo"), **on_namespace})

    cluster.apply({**gateway(), **on_gateway})

    assert cluster.get("MeshGateway", "", "kuma.kuma-demo")["mesh"] == expected
    assert cluster.get("MeshGatewayInstance", "kuma-demo", "kuma")["metadata"]["labels"]["kuma.io/mesh"] == expected


def test_a_gateway_that_changes_its_mesh_leaves_its_mesh_gateway_behind() -> None:
    cluster = zone().apply(gateway())

    cluster.apply({**gateway(), "annotations": {"kuma.io/mesh": "prod"}})

    assert cluster.get("MeshGateway", "", "kuma.kuma-demo")["mesh"] == "default"


def test_a_gateway_that_is_gone_takes_everything_with_it() -> None:
    cluster = zone().apply(gateway())

    cluster.remove("Gateway", "kuma-demo", "kuma")

    for kind, ns in (("MeshGateway", ""), ("MeshGatewayInstance", ""), ("Service", ""), ("Deployment", "")):
        assert [name for name in cluster.names(kind) if name.startswith("kuma")] == [], kind + ns


@pytest.mark.parametrize("change", ["class removed", "class foreign", "class not accepted"])
def test_a_gateway_without_a_usable_class_is_frozen(change: str) -> None:
    cluster = zone().apply(gateway())
    before = cluster.status("Gateway", "kuma-demo", "kuma")

    spec = {
        "class removed": {"cls": "gone"},
        "class foreign": {"cls": "foreign"},
        "class not accepted": {"cls": "bad"},
    }[change]
    cluster.apply(gateway_class("foreign", "example.com/x"), gateway_class("bad", parametersRef=CONFIG))
    cluster.apply(gateway(listener(), listener("two", 81), **spec))

    assert cluster.status("Gateway", "kuma-demo", "kuma") == before
    assert programmed(cluster) == ["proxy"]


def test_a_foreign_instance_of_that_name_is_in_the_way() -> None:
    cluster = zone().apply({"kind": "ConfigMap", "name": "x", "namespace": "kuma-demo"})
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "u", "controller": True}
    cluster.apply(
        {
            "kind": "MeshGatewayInstance",
            "name": "kuma",
            "namespace": "kuma-demo",
            "ownerReferences": [owner],
            "spec": {},
        }
    )

    cluster.apply(gateway())

    assert "already owned by another ConfigMap controller x" in cluster.error("gateway")
    assert conditions(cluster)["Accepted"] == ("Unknown", "Pending")
    assert programmed(cluster) == ["proxy"]


@pytest.mark.parametrize(("semantics", "restored"), [("documented", True), ("source", False)])
def test_an_edit_of_the_mesh_gateway_is_overwritten_at_once_as_documented(semantics: str, restored: bool) -> None:
    cluster = zone(semantics).apply(gateway())
    edited = cluster.get("MeshGateway", "", "kuma.kuma-demo")
    conf = {"listeners": [{**edited["spec"]["conf"]["listeners"][0], "port": 9999}]}

    cluster.apply(
        {
            "kind": "MeshGateway",
            "name": "kuma.kuma-demo",
            "mesh": "default",
            "labels": edited["metadata"]["labels"],
            "spec": {**edited["spec"], "conf": conf},
        }
    )

    port = cluster.get("MeshGateway", "", "kuma.kuma-demo")["spec"]["conf"]["listeners"][0]["port"]
    assert (port == 8080) == restored


def test_gateway_wide_routes_count_on_every_listener() -> None:
    two = (listener("a", 80, hostname="a.com"), listener("b", 81, hostname="b.com"))
    cluster = zone().apply(gateway(*two)).apply(route(hostnames=["a.com"]))
    assert {name: each["attachedRoutes"] for name, each in listeners(cluster).items()} == {"a": 1, "b": 1}

    cluster.apply(route({"name": "kuma", "sectionName": "b"}, name="second"))
    assert {name: each["attachedRoutes"] for name, each in listeners(cluster).items()} == {"a": 1, "b": 2}


@pytest.mark.parametrize(("semantics", "expected"), [("documented", 1), ("source", 3)])
def test_the_code_counts_the_other_parents_of_an_attached_route_too(semantics: str, expected: int) -> None:
    cluster = zone(semantics).apply(gateway(), gateway(name="other"))

    service_parent = {"name": "backend", "kind": "Service", "group": ""}
    cluster.apply(route({"name": "kuma"}, {"name": "other"}, service_parent))

    assert listeners(cluster)["proxy"]["attachedRoutes"] == expected


def test_on_a_global_the_gateway_is_not_reported_on_as_its_instance_is_refused() -> None:
    cluster = Cluster("source", mode="global", zone="", federated=False)
    cluster.forbidden = {"MeshGatewayInstance"}

    cluster.apply(namespace("kuma-system"), namespace("kuma-demo"), gateway_class()).apply(gateway())

    assert said(cluster.status("GatewayClass", "", "kuma")["conditions"])["Accepted"] == ("True", "Accepted")
    assert cluster.names("MeshGateway") == ["kuma.kuma-demo"]
    assert conditions(cluster) == {"Accepted": ("Unknown", "Pending"), "Programmed": ("Unknown", "Pending")}


def test_on_a_documented_global_the_gateway_api_controllers_do_not_run() -> None:
    names = [controller.name for controller in Cluster(mode="global", zone="", federated=False).controllers]

    assert not {"gateway", "gateway-class", "http-route", "gateway-secret"} & set(names)
