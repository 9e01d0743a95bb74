"""Available services of a zone: KDS-182 to KDS-184, E-15."""

from __future__ import annotations

from typing import Any

import pytest
from controllers_bench import Cluster, mesh, namespace


def ingress(name: str = "ingress", **spec: Any) -> dict:
    networking = {"address": "10.0.0.1", "port": 10001}
    return {"kind": "ZoneIngress", "name": name, "namespace": "kuma-system", "spec": {"networking": networking, **spec}}


def dataplane(name: str, *inbounds: dict, mesh_: str = "default", gateway: dict | None = None) -> dict:
    networking = {"address": "10.0.0.5", "inbound": list(inbounds)} if gateway is None else {
        "address": "10.0.0.5", "gateway": gateway,
    }  # fmt: skip
    return {
        "kind": "Dataplane",
        "name": name,
        "namespace": "default",
        "mesh": mesh_,
        "spec": {"networking": networking},
    }


def inbound(service: str, state: str = "Ready", **tags: str) -> dict:
    tags = {"kuma.io/service": service, **{key.replace("_", "-"): value for key, value in tags.items()}}
    return {"port": 8080, "state": state, "tags": tags}


def cluster_of(*trees: dict, **around: Any) -> Cluster:
    cluster = Cluster(**around).apply(namespace("kuma-system"), namespace("default"), mesh())
    for tree in trees:
        cluster.apply(tree)
    return cluster


def offered(cluster: Cluster, name: str = "ingress") -> list[tuple[str, int]]:
    services = cluster.get("ZoneIngress", "kuma-system", name)["spec"].get("availableServices", [])
    return [(entry["tags"]["kuma.io/service"], entry["instances"]) for entry in services]


def test_healthy_inbounds_are_counted_by_their_tags() -> None:
    cluster = cluster_of(
        dataplane("b-1", inbound("b", version="v1"), inbound("a")),
        dataplane("b-2", inbound("b", version="v2")),
        dataplane("b-3", inbound("b", version="v2"), inbound("a", state="NotReady")),
        dataplane("b-4", inbound("b", state="Ignored", version="v2")),
        ingress(),
    )

    assert cluster.get("ZoneIngress", "kuma-system", "ingress")["spec"]["availableServices"] == [
        {"mesh": "default", "instances": 1, "tags": {"kuma.io/service": "a"}},
        {"mesh": "default", "instances": 1, "tags": {"kuma.io/service": "b", "version": "v1"}},
        {"mesh": "default", "instances": 2, "tags": {"kuma.io/service": "b", "version": "v2"}},
    ]


def test_a_change_is_counted_at_the_next_full_second() -> None:
    cluster = cluster_of(ingress())
    cluster.advance(0.4)

    cluster.apply(dataplane("a", inbound("a")))
    assert offered(cluster) == []

    cluster.advance(0.5)
    assert offered(cluster) == []

    cluster.advance(0.2)
    assert offered(cluster) == [("a", 1)]


def test_every_local_ingress_and_no_other_is_brought_up_to_date() -> None:
    cluster = cluster_of(
        ingress("unnamed"),
        ingress("named", zone="zone-1"),
        ingress("remote", zone="zone-2"),
        dataplane("a", inbound("a")),
    )

    assert [offered(cluster, name) for name in ("unnamed", "named", "remote")] == [[("a", 1)], [("a", 1)], []]


def test_the_last_instance_that_goes_takes_the_service_away() -> None:
    cluster = cluster_of(ingress(), dataplane("a", inbound("a")))

    cluster.remove("Dataplane", "default", "a")

    assert offered(cluster) == []


def test_meshes_are_counted_apart() -> None:
    cluster = cluster_of(ingress(), dataplane("a", inbound("a")), dataplane("b", inbound("a"), mesh_="other"))

    services = cluster.get("ZoneIngress", "kuma-system", "ingress")["spec"]["availableServices"]
    assert [(each["mesh"], each["instances"]) for each in services] == [("default", 1), ("other", 1)]


def test_tag_filters_cut_tags() -> None:
    config = {"KUMA_EXPERIMENTAL_INGRESS_TAG_FILTERS": "kuma.io/service"}
    cluster = cluster_of(
        ingress(), dataplane("a", inbound("a", version="v1")), dataplane("b", inbound("a", version="v2")), config=config
    )

    assert offered(cluster) == [("a", 2)]


@pytest.mark.parametrize(("egress", "expected"), [(True, [("es", 1)]), (False, [])])
def test_external_services_of_this_zone_need_egress_routing(egress: bool, expected: list) -> None:
    def external(name: str, zone: str) -> dict:
        tags = {"kuma.io/service": name, "kuma.io/zone": zone}
        spec = {"networking": {"address": "a.com:80"}, "tags": tags}
        return {"kind": "ExternalService", "name": name, "mesh": "default", "spec": spec}

    cluster = cluster_of(ingress(), external("es", "zone-1"), external("far", "zone-2"))

    cluster.apply({"kind": "Mesh", "name": "default", "spec": {"routing": {"zoneEgress": egress}}})

    assert offered(cluster) == expected
    services = cluster.get("ZoneIngress", "kuma-system", "ingress")["spec"].get("availableServices", [])
    assert all(each["externalService"] for each in services)


def test_cross_mesh_listeners_are_offered_with_their_mesh() -> None:
    listeners = [
        {"port": 80, "protocol": "HTTP", "crossMesh": True, "tags": {"listener": "a"}},
        {"port": 81, "protocol": "HTTP", "tags": {"listener": "b"}},
    ]
    spec = {"selectors": [{"match": {"kuma.io/service": "gw"}}], "conf": {"listeners": listeners}}
    gateway = {"type": "BUILTIN", "tags": {"kuma.io/service": "gw", "kuma.io/zone": "zone-1"}}

    cluster = cluster_of(
        ingress(),
        {"kind": "MeshGateway", "name": "gw", "mesh": "default", "spec": spec},
        dataplane("gw-1", gateway=gateway),
    )

    assert cluster.get("ZoneIngress", "kuma-system", "ingress")["spec"]["availableServices"] == [
        {
            "mesh": "default",
            "instances": 1,
            "tags": {"kuma.io/mesh": "default", "kuma.io/service": "gw", "kuma.io/zone": "zone-1", "listener": "a"},
        }
    ]
