"""Properties of all controllers together: they come to rest, and neither order nor history decides what they leave."""

from __future__ import annotations

import random
from typing import Any

import pytest
from controllers_bench import Cluster, gateway, gateway_class, grant, listener, mesh, namespace, route, service

MIRROR = {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "b", "port": 80}}}
REDIRECT = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}}
SERVICE_PARENT = {"name": "a", "namespace": "demo", "kind": "Service", "group": ""}


def pod(name: str, app: str, **annotations: str) -> dict[str, Any]:
    return {
        "kind": "Pod",
        "name": name,
        "namespace": "demo",
        "labels": {"app": app},
        "annotations": {"kuma.io/sidecar-injected": "true", **annotations},
        "spec": {"containers": [{"name": "app", "image": "x"}, {"name": "kuma-sidecar", "image": "y"}]},
        "status": {"podIP": "10.0.0.9", "phase": "Running"},
    }


WORLD: tuple[dict[str, Any], ...] = (
    namespace("demo", {"kuma.io/sidecar-injection": "enabled"}),
    namespace("client"),
    mesh(),
    gateway_class(parametersRef={"group": "kuma.io", "kind": "MeshGatewayConfig", "name": "custom"}),
    {"kind": "MeshGatewayConfig", "name": "custom", "spec": {"replicas": 2}},
    gateway(listener("a", 80, hostname="*.a.com"), listener("b", 81, "TCP"), ns="demo"),
    route(
        {"name": "kuma", "namespace": "demo"}, SERVICE_PARENT, name="one", ns="demo", rules=[{"filters": [REDIRECT]}]
    ),
    route(
        {"name": "kuma", "namespace": "demo", "sectionName": "a"},
        name="two",
        ns="client",
        hostnames=["x.a.com"],
        rules=[{"backendRefs": [{"name": "a", "namespace": "demo", "port": 80}], "filters": [MIRROR]}],
    ),
    grant("demo", "HTTPRoute", "client", "Service"),
    service("a", "demo", 80, 81, selector={"app": "a"}),
    service("b", "client", 80),
    pod("a-1", "a"),
    pod("a-2", "a"),
    pod("kong-1", "kong", **{"kuma.io/gateway": "enabled"}),
    {
        "kind": "ZoneIngress",
        "name": "ingress",
        "namespace": "kuma-system",
        "spec": {"networking": {"address": "10.0.0.1", "port": 10001}},
    },
)


def grown(order: tuple[dict[str, Any], ...], semantics: str) -> Cluster:
    cluster = Cluster(semantics, federated=False, config={"KUMA_DEFAULTS_SKIP_MESH_CREATION": "true"})
    cluster.apply(namespace("kuma-system"))
    for tree in order:
        cluster.apply(tree)
    for tree in order:  # what woke nobody when it came is noticed at the next touch (GW-208)
        cluster.apply({**tree, "annotations": {**tree.get("annotations", {}), "touched": "yes"}})
    return cluster


def left(cluster: Cluster) -> dict[str, Any]:
    """Everything that there is, without what tells of its history."""
    histories = ("uid", "resourceVersion", "generation", "creationTimestamp")

    def timeless(tree: Any) -> Any:
        if isinstance(tree, dict):
            return {key: timeless(item) for key, item in tree.items() if key not in (*histories, "observedGeneration")}
        return [timeless(item) for item in tree] if isinstance(tree, list) else tree

    return {str(found.key): timeless(found.to_tree()) for found in cluster.store.everything()}


@pytest.mark.parametrize("semantics", ["documented", "source"])
def test_reconciling_twice_in_a_row_writes_nothing_the_second_time(semantics: str) -> None:
    cluster = grown(WORLD, semantics)

    assert cluster.written
    assert cluster.failures == {}
    assert cluster.looked_at_again() == []


@pytest.mark.parametrize("seed", range(8))
def test_the_order_in_which_objects_come_does_not_matter(seed: int) -> None:
    shuffled = list(WORLD)
    random.Random(seed).shuffle(shuffled)
    namespaces_first = sorted(shuffled, key=lambda tree: tree["kind"] not in ("Namespace", "Mesh"))

    assert left(grown(tuple(namespaces_first), "documented")) == left(grown(WORLD, "documented"))


def touched(cluster: Cluster, *trees: dict[str, Any]) -> Cluster:
    """Each object changed and changed back, so that all that it wakes looks once more."""
    for tree in trees:
        annotations = {**tree.get("annotations", {}), "touched": "yes"}
        cluster.apply({**tree, "annotations": {**annotations, "again": "yes"}})
        cluster.apply({**tree, "annotations": annotations})
    return cluster


@pytest.mark.parametrize("removed", range(4, len(WORLD)))
def test_after_a_removal_the_controllers_rest_and_after_its_return_all_is_as_before(removed: int) -> None:
    cluster = grown(WORLD, "documented")
    before = left(cluster)
    tree, others = WORLD[removed], WORLD[:removed] + WORLD[removed + 1 :]

    cluster.remove(tree["kind"], tree.get("namespace", ""), tree["name"])
    assert touched(cluster, *others).looked_at_again() == []
    assert left(cluster) != before

    assert left(touched(cluster, tree, *others)) == before
