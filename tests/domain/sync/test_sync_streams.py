"""What is said on a stream, what is not taken, and what ends it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

import kumasim as ks
from kumasim.domain.sync.names import synced_name
from kumasim.domain.sync.order import told_in_order
from kumasim.domain.sync.settings import fault, go_duration
from kumasim.journal import Record

VALID = {
    "sources": [{"match": {"kuma.io/service": "*"}}],
    "destinations": [{"match": {"kuma.io/service": "*"}}],
    "conf": {"a": 1},
}


def timeout(name: str, spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "kuma.io/v1alpha1",
        "kind": "Timeout",
        "mesh": "default",
        "metadata": {"name": name},
        "spec": spec,
    }


def policy(name: str, **meta: Any) -> dict[str, Any]:
    spec = {
        "targetRef": {"kind": "Mesh"},
        "to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "5s"}}],
    }
    meta = {"name": name, "namespace": "kuma-system", **meta}
    return {"apiVersion": "kuma.io/v1alpha1", "kind": "MeshTimeout", "metadata": meta, "spec": spec}


def secret(name: str, mesh: str, value: str) -> dict[str, Any]:
    meta = {"name": name, "namespace": "kuma-system", "labels": {"kuma.io/mesh": mesh}}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "system.kuma.io/secret",
        "metadata": meta,
        "data": {"value": value},
    }


def generator(name: str, **labels: str) -> dict[str, Any]:
    meta = {"name": name, "namespace": "kuma-system", "labels": labels}
    return {
        "apiVersion": "kuma.io/v1alpha1",
        "kind": "HostnameGenerator",
        "metadata": meta,
        "spec": {"template": "{{ .Name }}.mesh", "selector": {"meshService": {}}},
    }


def since(world: ks.World, position: int, kind: str, actor: str = "") -> list[Record]:
    records = world.run.journal.records[position:]
    return [record for record in records if record.kind == kind and actor in ("", record.actor)]


def position(world: ks.World) -> int:
    return len(world.run.journal.records)


def names(world: ks.World, store: str, kind: str) -> list[str]:
    return [tree["metadata"]["name"] for tree in world[store].list(kind)]


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("", "foo"), "foo-zxw6c95d42zfz9cc"),
        (("", "foo", "zone-1", "custom-ns"), "foo-696vzv497z4cv4f4"),
        (
            ("default", "mesh-circuit-breaker-all-default", "kuma-2", "kuma-system"),
            "mesh-circuit-breaker-all-default-zw856xvxdb7558d9",
        ),
        (("default", "demo-app-to-redis"), "demo-app-to-redis-65xb45x2xfd5bf7f"),
        (("default", "demo-app-to-redis", "kuma-system"), "demo-app-to-redis-48bc6d6w28bw7b44"),
        (("demo", "allow-web"), "allow-web-8z749w484vd8c978"),
        (("demo", "allow-web", "kuma-system"), "allow-web-48794zcf444wfz4x"),
        (("demo", "web-01", "zone-1"), "web-01-d2bc9w4244876cwx"),
        (("", "ingress-1", "zone-2"), "ingress-1-d42xfb5b76vxdz7w"),
        (("demo", "timeouts", "zone-1", "kuma-system"), "timeouts-x9bx5wx22z9x6486"),
        (("demo", "backend", "zone-2"), "backend-w89wzfc6462647xw"),
    ],
)
def test_worked_names(parts: tuple[str, ...], name: str) -> None:
    """KDS-46: the vectors of Kuma's own tests and documentation."""
    assert synced_name(*parts) == name


def test_names_collide_where_their_parts_join_alike() -> None:
    """KDS-47, KDS-48."""
    assert synced_name("m", "n", "a", "bc") == synced_name("m", "n", "ab", "c")
    assert len(synced_name("", "x" * 253)) == 253


def test_a_zone_refuses_an_invalid_item_and_keeps_its_older_copy() -> None:
    """KDS-81, KDS-83."""
    world = ks.World(zones=["zone-1"])
    world["global"].apply([timeout("a", VALID), timeout("b", VALID)])
    world.advance("3s")
    before = position(world)
    world["global"].patch("Timeout", None, "a", {"spec": {"sources": None}})
    world["global"].patch("Timeout", None, "b", {"spec": {"conf": {"a": 2}}})
    world.advance("3s")
    copies = {
        tree["metadata"]["annotations"]["kuma.io/display-name"]: tree["spec"]
        for tree in world["zone-1"].list("Timeout")
    }
    assert copies["a"] == VALID
    assert copies["b"]["conf"] == {"a": 2}
    assert [record.body.refused for record in since(world, before, "AnswerTaken") if record.body.refused]
    world.advance("10m")
    assert len(since(world, before, "ResponseSent", "global")) <= 2, "what was refused is not sent again"
    table = world.run.table("sync", at="global")
    verdicts = {row[4]: row[5] for row in table.rows if row[2] == "Timeout"}
    assert verdicts == {"a": "refused", "b": "renamed"}


def test_the_global_refuses_what_is_invalid_of_a_zone() -> None:
    """KDS-81, KDS-106: no webhook looks at a ZoneIngress."""
    world = ks.World(zones=["zone-1"])
    before = position(world)
    meta = {"name": "odd", "namespace": "kuma-system"}
    spec = {"networking": {"address": "10.0.0.1", "port": 10001, "advertisedAddress": "192.0.2.1"}}
    world["zone-1"].apply({"apiVersion": "kuma.io/v1alpha1", "kind": "ZoneIngress", "metadata": meta, "spec": spec})
    world.advance("5s")
    assert not [name for name in names(world, "global", "ZoneIngress") if name.startswith("odd")]
    assert any("advertised" in record.body.refused for record in since(world, before, "AnswerTaken", "zone-1"))
    world["zone-1"].patch("ZoneIngress", "kuma-system", "odd", {"spec": {"networking": {"advertisedPort": 10001}}})
    world.advance("5s")
    assert [name for name in names(world, "global", "ZoneIngress") if name.startswith("odd")]


def test_a_generator_of_one_name_on_global_and_zone_ends_the_stream_forever() -> None:
    """KDS-164, KDS-80, KDS-4: tried again after 5, 10, 20, 40 and then 60 s, give or take 5."""
    world = ks.World(zones=["zone-1"])
    world["zone-1"].apply(generator("mine", **{"kuma.io/origin": "zone"}))
    before = position(world)
    world["global"].apply(generator("mine"))
    world.advance("10m")
    closed = since(world, before, "SessionClosed", "zone-1")
    assert len(closed) > 8
    assert all("already exists" in record.body.reason for record in closed)
    gaps = [(later.time_ns - sooner.time_ns) / 1e9 for sooner, later in itertools.pairwise(closed[4:])]
    assert all(54 < gap < 67 for gap in gaps)
    world["zone-1"].delete("HostnameGenerator", "kuma-system", "mine")
    world.advance("2m")
    assert names(world, "zone-1", "HostnameGenerator") == ["mine"]


def test_equal_secrets_of_two_meshes_collide_only_elsewhere() -> None:
    """KDS-58: one namespace holds all Secrets, so even the Kubernetes global cannot have two of one name."""
    world = ks.World(zones=["zone-1"])
    world["global"].apply({"apiVersion": "kuma.io/v1alpha1", "kind": "Mesh", "metadata": {"name": "demo"}})
    world["global"].apply(secret("one", "default", "YQ=="))
    with pytest.raises(ks.Refused):
        world["global"].apply(secret("one", "demo", "Yg=="))


def test_only_the_cluster_id_and_public_signing_keys_travel() -> None:
    """KDS-27, KDS-28, KDS-195."""
    world = ks.World(zones=["zone-1"])
    world["global"].apply(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "kuma-default-dns-vips", "namespace": "kuma-system"},
            "data": {"config": "{}"},
        }
    )
    world.advance("3s")
    on_global = world["global"].get("ConfigMap", "kuma-system", "kuma-cluster-id")
    in_zone = world["zone-1"].get("ConfigMap", "kuma-system", "kuma-cluster-id")
    assert on_global is not None
    assert in_zone is not None
    assert on_global["data"] == in_zone["data"]
    key = world["global"].get("Secret", "kuma-system", "zone-token-signing-key-1")
    half = world["zone-1"].get("Secret", "kuma-system", "zone-token-signing-public-key-1")
    assert key is not None
    assert half is not None
    assert key["data"] != half["data"]
    assert "zone-token-signing-key-1" not in names(world, "zone-1", "Secret")
    told = {row[4]: row[7] for row in world.run.table("sync", at="global").rows if row[5] == "kept back"}
    assert told["envoy-admin-ca"] == "KDS-28"
    assert told["kuma-default-dns-vips"] == "KDS-27"


def test_a_message_that_is_too_large_ends_the_stream() -> None:
    """KDS-16, KDS-3."""
    world = ks.World(zones={"zone-1": {"config": {"KUMA_MULTIZONE_ZONE_KDS_MAX_MSG_SIZE": "4000"}}})
    before = position(world)
    world["global"].apply([timeout("large", {**VALID, "conf": {"text": "x" * 5000}})])
    world.advance("2m")
    closed = since(world, before, "SessionClosed", "zone-1")
    assert len(closed) > 3
    assert "4000 bytes (KDS-16)" in closed[0].body.reason
    assert names(world, "zone-1", "Timeout") == []


def test_a_response_backoff_holds_up_all_types() -> None:
    """KDS-14, KDS-67: the sleep is before each answer but the first of a type, and nothing is stored meanwhile."""
    world = ks.World(zones={"zone-1": {"config": {"KUMA_MULTIZONE_ZONE_KDS_RESPONSE_BACKOFF": "20s"}}})
    world.advance("1m")
    before = position(world)
    world["global"].apply([timeout("a", VALID), policy("b")])
    world.advance("10s")
    assert len(since(world, before, "ResponseStored", "zone-1")) == 0
    assert (
        len(names(world, "zone-1", "Timeout"))
        + len([n for n in names(world, "zone-1", "MeshTimeout") if n.startswith("b-")])
        == 1
    )
    world.advance("1m")
    assert len(since(world, before, "AnswerDelayed", "zone-1")) == 2
    assert len(names(world, "zone-1", "Timeout")) == 1


def test_a_mesh_with_a_provided_authority_waits_for_its_secret() -> None:
    """KDS-111, KDS-88, KDS-175: the zone's webhook refuses the Mesh until a session tells of the Secret first."""
    world = ks.World(zones=["zone-1"])
    world["global"].apply([secret("cert", "default", "YQ=="), secret("key", "default", "Yg==")])
    source = {"cert": {"secret": "cert"}, "key": {"secret": "key"}}
    mtls = {"enabledBackend": "ca", "backends": [{"name": "ca", "type": "provided", "conf": source}]}
    world["global"].patch("Mesh", None, "default", {"spec": {"mtls": mtls}})
    world.advance("10m")
    mesh = world["zone-1"].get("Mesh", None, "default")
    assert mesh is not None
    assert mesh["spec"]["mtls"]["enabledBackend"] == "ca"


def test_the_order_of_types_differs_between_sessions() -> None:
    """KDS-88, KDS-172."""
    types = [f"type-{number}" for number in range(10)]
    orders = {tuple(told_in_order(types, "zone-1", started)) for started in range(20)}
    assert len(orders) > 15
    assert all(sorted(order) == types for order in orders)


@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_zone_with_many_resources_reconnects_in_one_exchange(count: int) -> None:
    world = ks.World(zones=["zone-1"])
    world.partition("global", "zone-1")
    world.advance("1m")
    world["zone-1"].apply([policy(f"p-{number}", labels={"kuma.io/origin": "zone"}) for number in range(count)])
    world.heal()
    world.advance("90s")
    assert len(world["global"].list("MeshTimeout")) >= count
    before = position(world)
    world.restart("zone-1")
    world.advance("1m")
    sent = [record.body.response for record in since(world, before, "ResponseSent", "zone-1")]
    assert len([said for said in sent if said.type == "MeshTimeout" and said.added]) == 1
    assert all(said.initial for said in sent if said.added)
    stored = since(world, before, "StoringBegun", "global")
    assert all(not record.body.writes for record in stored), "nothing changed, so nothing is written"


@pytest.mark.parametrize(
    ("text", "length"), [("1s", 10**9), ("1m30s", 90 * 10**9), ("250ms", 250 * 10**6), ("1.5h", 5400 * 10**9)]
)
def test_durations_of_settings(text: str, length: int) -> None:
    assert go_duration(text) == length


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("KUMA_MULTIZONE_GLOBAL_KDS_REFRESH_INTERVAL", "soon", "no duration"),
        ("KUMA_MULTIZONE_GLOBAL_KDS_REFRESH_INTERVAL", "0s", "longer"),
        ("KUMA_MULTIZONE_ZONE_KDS_RESPONSE_BACKOFF", "0s", ""),
        ("KUMA_MULTIZONE_ZONE_KDS_MAX_MSG_SIZE", "10MB", "no number"),
        ("KUMA_STORE_UNSAFE_DELETE", "soon", ""),
    ],
)
def test_settings_with_bad_values_are_told(name: str, value: str, told: str) -> None:
    found = fault(name, value)
    assert told in found if told else not found
