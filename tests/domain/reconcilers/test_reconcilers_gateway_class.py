"""GatewayClass: GW-11 to GW-19, scenarios 1 to 4 of the Gateway API rules."""

from __future__ import annotations

import pytest
from controllers_bench import Cluster, gateway, gateway_class, namespace, said, zone

CONFIG = {"group": "kuma.io", "kind": "MeshGatewayConfig", "name": "custom"}


def conditions(cluster: Cluster, name: str = "kuma") -> dict[str, tuple[str, str]]:
    return said(cluster.status("GatewayClass", "", name).get("conditions"))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, ("True", "Accepted")),
        ({"parametersRef": CONFIG}, ("True", "Accepted")),
        ({"parametersRef": {**CONFIG, "name": "missing"}}, ("False", "InvalidParameters")),
        ({"parametersRef": {**CONFIG, "kind": "ConfigMap"}}, ("False", "InvalidParameters")),
        ({"parametersRef": {**CONFIG, "group": "example.com"}}, ("False", "InvalidParameters")),
        ({"parametersRef": {**CONFIG, "namespace": "kuma-system"}}, ("False", "InvalidParameters")),
    ],
)
def test_accepted_follows_the_parameters(spec: dict, expected: tuple[str, str]) -> None:
    cluster = Cluster().apply({"kind": "MeshGatewayConfig", "name": "custom", "spec": {}})

    cluster.apply(gateway_class(**spec))

    assert conditions(cluster) == {"Accepted": expected}


def test_observed_generation_is_the_class_generation() -> None:
    cluster = Cluster().apply(gateway_class())

    cluster.apply(gateway_class(description="changed"))

    assert cluster.status("GatewayClass", "", "kuma")["conditions"][0]["observedGeneration"] == 2


def test_a_foreign_class_is_left_alone() -> None:
    cluster = Cluster().apply(namespace("kuma-demo"), gateway_class("other", "example.com/other"))
    before = cluster.get("GatewayClass", "", "other")

    cluster.apply(gateway(cls="other"))

    assert cluster.get("GatewayClass", "", "other") == before
    assert conditions(cluster, "other")["Accepted"][0] == "Unknown"


def test_a_missing_config_that_is_created_lets_class_and_gateway_converge() -> None:
    cluster = zone().apply(gateway_class(parametersRef=CONFIG)).apply(gateway())
    assert conditions(cluster) == {"Accepted": ("False", "InvalidParameters")}
    assert said(cluster.status("Gateway", "kuma-demo", "kuma")["conditions"])["Accepted"] == ("Unknown", "Pending")

    cluster.apply({"kind": "MeshGatewayConfig", "name": "custom", "spec": {"replicas": 3}})

    assert conditions(cluster) == {"Accepted": ("True", "Accepted")}
    assert said(cluster.status("Gateway", "kuma-demo", "kuma")["conditions"])["Accepted"] == ("True", "Accepted")
    assert cluster.get("MeshGatewayInstance", "kuma-demo", "kuma")["spec"]["replicas"] == 3


def test_a_used_class_cannot_go_until_its_last_gateway_does() -> None:
    cluster = zone().apply(gateway())
    finalizers = cluster.get("GatewayClass", "", "kuma")["metadata"]["finalizers"]
    assert finalizers == ["gateway-exists-finalizer.gateway.networking.k8s.io"]

    cluster.remove("GatewayClass", "", "kuma")
    assert cluster.get("GatewayClass", "", "kuma") is not None

    cluster.remove("Gateway", "kuma-demo", "kuma")
    assert cluster.get("GatewayClass", "", "kuma") is None
    assert cluster.failures == {}


def test_the_transition_time_moves_only_when_the_status_flips() -> None:
    cluster = Cluster().apply(gateway_class(parametersRef=CONFIG))
    cluster.advance(60)
    cluster.apply(gateway_class(parametersRef={**CONFIG, "name": "other"}))
    assert cluster.status("GatewayClass", "", "kuma")["conditions"][0]["lastTransitionTime"] == "2024-01-01T00:00:00Z"

    cluster.apply(gateway_class())

    assert cluster.status("GatewayClass", "", "kuma")["conditions"][0]["lastTransitionTime"] == "2024-01-01T00:01:00Z"
