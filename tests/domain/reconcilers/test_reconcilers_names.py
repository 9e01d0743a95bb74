"""Names and addresses: virtual addresses, hostnames, identities. Source: F-1 to F-8, C-39, C-45 to C-47."""

from __future__ import annotations

import json
from typing import Any

import pytest
from controllers_bench import Cluster, mesh, namespace

from kumasim.domain.admission.hostname_generator_valid import hostname_generator_valid
from kumasim.domain.admission.rule import Review
from kumasim.domain.resource import resource
from kumasim.domain.writes import Failure


def zone(*meshes: str) -> Cluster:
    return Cluster().apply(namespace("kuma-system"), *(mesh(name) for name in meshes or ("default",)))


def dataplane(name: str, *services: str, mesh: str = "default", state: str = "Ready", port: int = 80) -> dict[str, Any]:
    tags = {"k8s.kuma.io/namespace": "shop", "app": name}
    inbounds = [
        {"port": port + number, "state": state, "tags": {"kuma.io/service": one, **tags}}
        for number, one in enumerate(services)
    ]
    return {
        "kind": "Dataplane", "name": name, "namespace": "shop", "mesh": mesh,
        "spec": {"networking": {"address": "10.0.0.1", "inbound": inbounds}},
    }  # fmt: skip


def ingress(zone: str, *services: str, mesh: str = "default") -> dict[str, Any]:
    available = [{"tags": {"kuma.io/service": one}, "instances": 1, "mesh": mesh} for one in services]
    return {
        "kind": "ZoneIngress", "name": f"ingress-{zone or 0}", "namespace": "kuma-system",
        "spec": {"zone": zone, "availableServices": available, "networking": {"address": "10.0.0.9", "port": 10001}},
    }  # fmt: skip


def table(cluster: Cluster, mesh: str = "default") -> dict[str, str]:
    found = cluster.get("ConfigMap", "kuma-system", f"kuma-{mesh}-dns-vips")
    return {} if found is None else {key: one["address"] for key, one in json.loads(found["data"]["config"]).items()}


def test_inbounds_here_and_services_elsewhere_get_addresses_of_their_own_mesh() -> None:
    cluster = zone("default", "other").apply(
        dataplane("b", "echo"), ingress("zone-2", "remote", "echo"), dataplane("c", "thing", mesh="other")
    )

    assert table(cluster) == {"0:echo": "240.0.0.0", "0:remote": "240.0.0.1"}
    assert table(cluster, "other") == {"0:thing": "240.0.0.0"}


@pytest.mark.parametrize(
    "quiet",
    [dataplane("a", "x", state="Ignored"), dataplane("a", "x", port=49151), ingress("zone-1", "x"), ingress("", "x")],
    ids=["ignored", "serviceless", "own ingress", "ingress without a zone"],
)
def test_what_gets_no_address(quiet: dict[str, Any]) -> None:
    assert table(zone().apply(quiet)) == {}


def test_readiness_does_not_matter() -> None:
    assert table(zone().apply(dataplane("a", "x", state="NotReady"))) == {"0:x": "240.0.0.0"}


def test_a_name_goes_with_the_last_who_offers_it() -> None:
    cluster = zone().apply(dataplane("a", "x", "y"), dataplane("b", "x"))

    assert table(cluster.remove("Dataplane", "shop", "a")) == {"0:x": "240.0.0.0"}
    assert table(cluster.remove("Dataplane", "shop", "b")) == {}


def test_a_change_that_brings_no_name_wakes_nobody() -> None:
    cluster = zone().apply(dataplane("a", "x"))
    cluster.written.clear()

    cluster.apply(dataplane("b", "x"), dataplane("a", "x", state="NotReady"))

    assert [write.key.kind for write in cluster.written] == []


def test_external_services_have_their_tag_and_their_host() -> None:
    external = {
        "kind": "ExternalService", "name": "es", "mesh": "default",
        "spec": {"networking": {"address": "httpbin.org:443"}, "tags": {"kuma.io/service": "httpbin"}},
    }  # fmt: skip

    assert table(zone().apply(external)) == {"0:httpbin": "240.0.0.0", "1:httpbin.org": "240.0.0.1"}


def test_cross_mesh_listeners_have_a_name_in_every_mesh() -> None:
    gateway = {
        "kind": "MeshGateway", "name": "edge", "mesh": "other",
        "spec": {
            "selectors": [{"match": {"kuma.io/service": "edge"}}],
            "conf": {"listeners": [{"port": 80, "protocol": "HTTP", "crossMesh": True}]},
        },
    }  # fmt: skip
    cluster = zone("default", "other").apply(gateway)

    expected = {"2:internal.edge.other.mesh": "240.0.0.0"}
    assert table(cluster) == expected
    assert table(cluster, "other") == expected


def test_virtual_outbounds_invent_names_from_tags() -> None:
    invented = {
        "kind": "VirtualOutbound", "name": "by-app", "mesh": "default",
        "spec": {
            "selectors": [{"match": {"kuma.io/service": "*"}}],
            "conf": {
                "host": "{{.app}}.svc.local", "port": "{{.port}}",
                "parameters": [{"name": "app"}, {"name": "port", "tagKey": "k8s.kuma.io/service-port"}, {"name": "service", "tagKey": "kuma.io/service"}],
            },
        },
    }  # fmt: skip
    with_port = dataplane("a", "x")
    with_port["spec"]["networking"]["inbound"][0]["tags"]["k8s.kuma.io/service-port"] = "8080"

    assert table(zone().apply(invented, with_port, dataplane("b", "y"))) == {
        "0:x": "240.0.0.0",
        "0:y": "240.0.0.1",
        "2:a.svc.local": "240.0.0.2",
    }


def mesh_service(name: str, mesh: str = "default", **labels: str) -> dict[str, Any]:
    return {
        "kind": "MeshService", "name": name, "namespace": "shop",
        "labels": {"kuma.io/mesh": mesh, "kuma.io/zone": "zone-1", "k8s.kuma.io/namespace": "shop", **labels},
        "spec": {"selector": {"dataplaneTags": {"app": name}}, "ports": [{"port": 80}]},
    }  # fmt: skip


def generator(name: str, template: str, origin: str = "global", **match: str) -> dict[str, Any]:
    return {
        "kind": "HostnameGenerator", "name": name, "namespace": "kuma-system", "labels": {"kuma.io/origin": origin},
        "spec": {"selector": {"meshService": {"matchLabels": match}}, "template": template},
    }  # fmt: skip


def hostnames(cluster: Cluster, name: str) -> list[str]:
    return [one["hostname"] for one in cluster.status("MeshService", "shop", name).get("addresses", ())]


def reasons(cluster: Cluster, name: str) -> list[str]:
    attempts = cluster.status("MeshService", "shop", name).get("hostnameGenerators", ())
    return [one["conditions"][0]["reason"] for one in attempts]


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local", "a.shop.svc.zone-1.mesh.local"),
        ('{{.Name}}.{{ label "tier" }}.{{ .Mesh }}', "a.front.default"),
        ("{{- .Name -}}", "a"),
        ('{{ label "nothing" }}', ""),
        ("{{ .Nothing }}", ""),
        ("{{ .Name", ""),
    ],
)
def test_what_a_template_says(template: str, name: str) -> None:
    cluster = zone().apply(mesh_service("a", tier="front"), generator("g", template)).advance(5)

    assert hostnames(cluster, "a") == ([name] if name else [])
    assert reasons(cluster, "a") == ["Generated" if name else "TemplateError"]


def test_names_come_at_the_next_full_five_seconds() -> None:
    cluster = zone().advance(1).apply(mesh_service("a"), generator("g", "{{.Name}}"))

    assert hostnames(cluster.advance(3), "a") == []
    assert hostnames(cluster.advance(1), "a") == ["a"]


def test_the_first_to_claim_a_name_keeps_it_in_its_mesh() -> None:
    cluster = zone("default", "other").apply(
        mesh_service("a"), mesh_service("b"), mesh_service("c", "other"), generator("g", "one.local")
    )
    cluster.advance(5)

    assert [hostnames(cluster, name) for name in "abc"] == [["one.local"], [], ["one.local"]]
    assert reasons(cluster, "b") == ["Collision"]


def test_generators_of_the_zone_come_first_and_statuses_go_by_name() -> None:
    cluster = zone().apply(
        generator("z", "x.local", "zone", app="b"),
        generator("a", "x.local"),
        mesh_service("b", app="b"),
        mesh_service("a"),
    )
    cluster.advance(5)

    assert hostnames(cluster, "b") == ["x.local", "x.local"]
    assert reasons(cluster, "a") == ["Collision"]


def test_identities_are_the_tags_behind_at_the_next_full_ten_seconds() -> None:
    cluster = zone().apply(mesh_service("a"), dataplane("a", "x", "y"), dataplane("b", "z")).advance(10)

    def identities() -> list[str]:
        made = cluster.get("MeshService", "shop", "a")
        assert made is not None
        return [one["value"] for one in made["spec"].get("identities", ())]

    assert identities() == ["x", "y"]
    cluster.remove("Dataplane", "shop", "a").advance(10)
    assert identities() == []


@pytest.mark.parametrize(
    ("spec", "wrong"),
    [
        ({"selector": {"meshService": {}}, "template": "{{ .Name }}"}, ""),
        ({"selector": {"meshService": {}, "meshExternalService": {}}, "template": "x"}, "exactly one selector"),
        ({"selector": {}, "template": "x"}, "exactly one selector"),
        ({"selector": {"meshService": {}}, "template": "{{ .Name"}, "couldn't parse template"),
        ({"selector": {"meshService": {}}, "template": '{{ upper "x" }}'}, "couldn't parse template"),
    ],
)
def test_what_a_generator_must_be(spec: dict[str, Any], wrong: str) -> None:
    tree = {"apiVersion": "kuma.io/v1alpha1", "kind": "HostnameGenerator", "metadata": {"name": "g"}, "spec": spec}

    found = hostname_generator_valid(Cluster().view, Review("CREATE", "u", resource(tree)), resource(tree))

    assert wrong in (found.message if isinstance(found, Failure) else "")
    assert bool(found) == bool(wrong)
