"""Kuma's own counter demo, unmodified, in two zones: from outside through the gateway, and from its app to redis."""

from __future__ import annotations

from pathlib import Path

import pytest

import kumasim as ks

DEMO = Path(__file__).parents[3] / "shared" / "manifests" / "kuma-counter-demo-2.8"

pytestmark = pytest.mark.skipif(not DEMO.is_dir(), reason="the folder of manifests is not beside the checkout")


@pytest.fixture(scope="module")
def world():
    world = ks.World(zones=["zone-1", "zone-2"])
    policies = [
        {
            "apiVersion": "kuma.io/v1alpha1", "kind": "Mesh", "metadata": {"name": "default"},
            "spec": {"mtls": {"enabledBackend": "ca-1", "backends": [{"name": "ca-1", "type": "builtin"}]}},
        },
        {
            "apiVersion": "kuma.io/v1alpha1", "kind": "MeshTrafficPermission",
            "metadata": {"name": "allow-all", "namespace": "kuma-system", "labels": {"kuma.io/mesh": "default"}},
            "spec": {
                "targetRef": {"kind": "Mesh"},
                "from": [{"targetRef": {"kind": "Mesh"}, "default": {"action": "Allow"}}],
            },
        },
    ]  # fmt: skip
    world["global"].apply(policies)
    for zone in ("zone-1", "zone-2"):
        world[zone].apply(str(DEMO / "demo.yaml"))
    objects = _documents(DEMO / "gateway.yaml")
    world["global"].apply([one for one in objects if one["kind"] != "MeshGatewayInstance"])
    world.settle()
    world["zone-1"].apply([one for one in objects if one["kind"] == "MeshGatewayInstance"])
    world.settle()
    return world


def _documents(path: Path) -> list[dict]:
    import yaml

    return [tree for tree in yaml.safe_load_all(path.read_text()) if tree]


GATEWAY = {"from_": "outside", "to": "zone-1/kuma-demo/Service/demo-app-gateway", "port": 80}


def test_a_request_from_outside_reaches_the_app_through_the_gateway(world):
    found = world.request(**GATEWAY, path="/")
    assert {(one.status, one.namespace, one.service) for one in found} == {(200, "kuma-demo", "demo-app")}
    assert sum(one.share for one in found) == 1
    assert {one.via[0]["hop"] for one in found} == {"gateway"}


def test_both_zones_serve_it_by_the_weights_of_endpoints(world):
    shares = {one.zone: one.share for one in world.request(**GATEWAY, path="/")}
    assert set(shares) == {"zone-1", "zone-2"}


def test_the_app_reaches_redis(world):
    found = world.request(
        from_="zone-1/kuma-demo/Deployment/demo-app", url="http://redis.kuma-demo.svc.cluster.local:6379/"
    )
    assert {(one.status, one.service) for one in found} == {(200, "redis")}


def test_a_trace_shows_the_way(world):
    trace = world.run.at(world.run.end).trace(**GATEWAY, path="/")
    stages = [step.stage for step in trace.outcomes[0].steps]
    wanted = ["service", "pod", "listener", "virtual host", "route", "cluster", "endpoint", "permission", "answer"]
    assert [stage for stage in stages if stage in wanted] == wanted
    assert "MeshHTTPRoute/" in str(trace)
    assert "permission granted [MeshTrafficPermission/" in str(trace)
    assert trace.mermaid().startswith("flowchart TD\n")


def test_the_dataplane_of_the_app_has_the_tags_that_kuma_gives_it(world):
    # B-24: pod labels without kuma.io/, then namespace, Service name and port, service, zone, protocol
    [app] = [
        one
        for one in world["zone-1"].list("Dataplane", "kuma-demo")
        if one["metadata"]["name"].startswith("demo-app-") and "inbound" in one["spec"]["networking"]
    ]
    [inbound] = app["spec"]["networking"]["inbound"]
    pod = world["zone-1"].get("Pod", "kuma-demo", app["metadata"]["name"])
    labels = {key: text for key, text in pod["metadata"]["labels"].items() if "kuma.io/" not in key}
    assert labels["app"] == "demo-app"
    assert inbound["port"] == 5000
    assert inbound["tags"] == {
        **labels,
        "kubernetes.io/hostname": "zone-1-node-1",
        "k8s.kuma.io/namespace": "kuma-demo",
        "k8s.kuma.io/service-name": "demo-app",
        "k8s.kuma.io/service-port": "5000",
        "kuma.io/service": "demo-app_kuma-demo_svc_5000",
        "kuma.io/zone": "zone-1",
        "kuma.io/protocol": "http",
    }


def test_the_dataplanes_of_redis_and_of_the_gateway_have_their_tags_too(world):
    all_of_them = [one["spec"]["networking"] for one in world["zone-1"].list("Dataplane", "kuma-demo")]
    inbounds = [inbound["tags"] for one in all_of_them for inbound in one.get("inbound", ())]
    redis = next(tags for tags in inbounds if tags["kuma.io/service"] == "redis_kuma-demo_svc_6379")
    assert (redis["kuma.io/protocol"], redis["kuma.io/zone"], redis["app"]) == ("tcp", "zone-1", "redis")
    [gateway] = [one["gateway"] for one in all_of_them if "gateway" in one]
    assert gateway == {
        "type": "BUILTIN",
        "tags": {"kuma.io/service": "demo-app-gateway_kuma-demo_svc", "kuma.io/zone": "zone-1"},
    }
