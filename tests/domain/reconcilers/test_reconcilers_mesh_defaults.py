"""The Mesh `default` and the policies of every Mesh: H-39, KDS-134; and who runs which controllers."""

from __future__ import annotations

import pytest
from controllers_bench import Cluster, namespace

POLICIES = [
    ("MeshCircuitBreaker", "mesh-circuit-breaker-all-default"),
    ("MeshRetry", "mesh-retry-all-default"),
    ("MeshTimeout", "mesh-gateways-timeout-all-default"),
    ("MeshTimeout", "mesh-timeout-all-default"),
]


def started(config: dict | None = None, mode: str = "zone", federated: bool = False) -> Cluster:
    cluster = Cluster(mode=mode, federated=federated, config=config or {})
    return cluster.apply(namespace("kuma-system"), namespace("default"))


def policies(cluster: Cluster) -> list[tuple[str, str]]:
    kinds = ("MeshCircuitBreaker", "MeshRetry", "MeshTimeout", "TrafficPermission", "TrafficRoute")
    return [(kind, name) for kind in kinds for name in cluster.names(kind)]


@pytest.mark.parametrize(
    ("mode", "federated", "made"), [("global", False, True), ("zone", False, True), ("zone", True, False)]
)
def test_who_creates_the_defaults(mode: str, federated: bool, made: bool) -> None:
    cluster = started(mode=mode, federated=federated)

    assert cluster.names("Mesh") == (["default"] if made else [])
    assert policies(cluster) == (POLICIES if made else [])


def test_default_policies_live_in_the_system_namespace_and_their_mesh() -> None:
    cluster = started()

    timeout = cluster.get("MeshTimeout", "kuma-system", "mesh-timeout-all-default")
    assert timeout["metadata"]["labels"]["kuma.io/mesh"] == "default"
    assert timeout["spec"]["targetRef"] == {"kind": "Mesh", "proxyTypes": ["Sidecar"]}
    assert timeout["spec"]["to"][0]["default"] == {
        "connectionTimeout": "5s",
        "idleTimeout": "1h0m0s",
        "http": {"requestTimeout": "15s", "streamIdleTimeout": "30m0s"},
    }
    gateways = cluster.get("MeshTimeout", "kuma-system", "mesh-gateways-timeout-all-default")
    assert gateways["spec"]["from"][0]["default"]["http"]["requestHeadersTimeout"] == "500ms"


def test_a_new_mesh_gets_its_own_and_deleted_ones_do_not_come_back() -> None:
    cluster = started()

    cluster.apply({"kind": "Mesh", "name": "prod", "spec": {"skipCreatingInitialPolicies": ["MeshTimeout"]}})
    assert [name for _, name in policies(cluster) if name.endswith("prod")] == [
        "mesh-circuit-breaker-all-prod",
        "mesh-retry-all-prod",
    ]

    cluster.remove("MeshRetry", "kuma-system", "mesh-retry-all-prod")
    mesh = cluster.get("Mesh", "", "prod")
    frame = {"annotations": mesh["metadata"]["annotations"]}
    cluster.apply({"kind": "Mesh", "name": "prod", **frame, "spec": {"routing": {"zoneEgress": True}}})
    assert "mesh-retry-all-prod" not in cluster.names("MeshRetry")


@pytest.mark.parametrize(
    ("config", "meshes"),
    [
        ({"KUMA_DEFAULTS_SKIP_MESH_CREATION": "true"}, []),
        ({"KUMA_DEFAULTS_SKIP_TENANT_RESOURCES": "true"}, []),
        ({"KUMA_DEFAULTS_SKIP_MESH_CREATION": "false"}, ["default"]),
    ],
)
def test_the_default_mesh_can_be_left_out(config: dict, meshes: list[str]) -> None:
    assert started(config).names("Mesh") == meshes


def test_a_mesh_may_skip_all_policies() -> None:
    cluster = started({"KUMA_DEFAULTS_SKIP_MESH_CREATION": "true"})

    cluster.apply({"kind": "Mesh", "name": "default", "spec": {"skipCreatingInitialPolicies": ["*"]}})

    assert policies(cluster) == []


def test_routing_resources_are_made_on_demand() -> None:
    cluster = started({"KUMA_DEFAULTS_CREATE_MESH_ROUTING_RESOURCES": "true"})

    assert policies(cluster)[-2:] == [("TrafficPermission", "allow-all-default"), ("TrafficRoute", "route-all-default")]


def test_a_deleted_default_mesh_stays_away() -> None:
    cluster = started()

    cluster.remove("Mesh", "", "default")

    assert cluster.names("Mesh") == []


NAMES = "dns-vips mesh-service-identities hostname-generator"
"""What gives names and addresses in a zone."""


@pytest.mark.parametrize(
    ("semantics", "mode", "federated", "expected"),
    [
        (
            "documented",
            "zone",
            True,
            "gateway-class gateway gateway-secret http-route + available-services zone-object",
        ),
        ("documented", "zone", False, "gateway-class gateway gateway-secret http-route + available-services defaults"),
        ("documented", "global", False, "+ defaults"),
        ("source", "global", False, "gateway-class gateway gateway-secret http-route + defaults"),
    ],
)
def test_who_runs_what(semantics: str, mode: str, federated: bool, expected: str) -> None:
    written = expected.replace("+", "mesh-gateway-instance dataplane-from-pod service-annotations own-system-objects")
    written = written.replace("available-services", f"available-services {NAMES}")
    written = written.replace("http-route", "http-route gateway-api-ignored")
    wanted = written.replace("defaults", "default-mesh mesh-defaults shared-system-objects").split()

    controllers = Cluster(semantics, mode=mode, federated=federated).controllers

    assert [controller.name for controller in controllers] == wanted
