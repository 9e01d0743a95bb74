"""Service annotations for ingress controllers: B-44 to B-46, scenario 15 of the gateway rules."""

from __future__ import annotations

import pytest
from controllers_bench import Cluster, namespace, service

UPSTREAM = {
    "ingress.kubernetes.io/service-upstream": "true",
    "nginx.ingress.kubernetes.io/service-upstream": "true",
}


def annotated(service_: dict, label: str | None = "enabled", **on_namespace: str) -> dict:
    labels = {} if label is None else {"kuma.io/sidecar-injection": label}
    cluster = Cluster().apply(namespace("shop", labels, **on_namespace)).apply(service_)
    return cluster.get("Service", "shop", service_["name"])["metadata"].get("annotations", {})


@pytest.mark.parametrize("label", ["enabled", "true", "yes"])
def test_services_of_an_injected_namespace_are_annotated(label: str) -> None:
    assert annotated(service("a", "shop", 80), label) == UPSTREAM


def test_what_is_annotated_already_is_kept() -> None:
    assert annotated({**service("a", "shop", 80), "annotations": {"own": "1"}}) == {"own": "1", **UPSTREAM}


@pytest.mark.parametrize("label", ["disabled", "false", "no", None])
def test_services_elsewhere_are_not(label: str | None) -> None:
    assert annotated(service("a", "shop", 80), label) == {}


def test_an_annotation_on_the_namespace_does_not_count() -> None:
    assert annotated(service("a", "shop", 80), None, **{"kuma.io/sidecar-injection": "enabled"}) == {}


@pytest.mark.parametrize(
    "service_",
    [
        {
            "kind": "Service",
            "name": "a",
            "namespace": "shop",
            "spec": {"type": "ExternalName", "externalName": "x.com"},
        },
        {**service("a", "shop", 80), "annotations": {"kuma.io/ignore": "true"}},
        {**service("a", "shop", 80), "annotations": {"kuma.io/gateway": "builtin"}},
    ],
)
def test_services_that_are_left_out(service_: dict) -> None:
    assert set(annotated(service_)) == set(service_.get("annotations", {}))


def test_the_annotations_are_written_again_but_never_removed() -> None:
    cluster = Cluster().apply(namespace("shop", {"kuma.io/sidecar-injection": "enabled"}), service("a", "shop", 80))

    cluster.apply(service("a", "shop", 81))
    assert cluster.get("Service", "shop", "a")["metadata"]["annotations"] == UPSTREAM

    cluster.apply(namespace("shop"))
    assert cluster.get("Service", "shop", "a")["metadata"]["annotations"] == UPSTREAM


def test_a_label_that_is_no_switch_is_an_error() -> None:
    cluster = Cluster().apply(namespace("shop", {"kuma.io/sidecar-injection": "maybe"})).apply(service("a", "shop", 80))

    assert 'wrong value "maybe"' in cluster.error("service-annotations")
