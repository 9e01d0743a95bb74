"""What a Universal store makes of a write that is not refused."""

from __future__ import annotations

import attrs
import pytest
from universal_stores import UniversalStore, around, manifest

from kumasim.domain.tree import thaw
from kumasim.domain.universal.writes import CONTROL_PLANE, Saved
from kumasim.domain.writes import Failure, Write, update

GATEWAY = {
    "type": "MeshGateway",
    "mesh": "demo",
    "name": "g",
    "selectors": [{"match": {"kuma.io/service": "g"}}],
    "conf": {"listeners": [{"port": 80, "protocol": "HTTP"}]},
}
DATAPLANE = {
    "type": "Dataplane",
    "mesh": "demo",
    "name": "web",
    "networking": {
        "address": "10.0.0.1",
        "inbound": [{"port": 80, "tags": {"kuma.io/service": "web", "kuma.io/zone": "elsewhere"}}],
    },
}


def zone(**config: str) -> UniversalStore:
    return UniversalStore(around(**config)).given(type="Mesh", name="demo")


def global_() -> UniversalStore:
    return UniversalStore(around("global"))


def labels(store: UniversalStore, kind: str = "MeshGateway", name: str = "g") -> dict[str, str]:
    found = store.get(kind, "demo", name)
    assert found is not None
    return dict(found.meta.labels)


def test_a_zone_labels_what_is_created() -> None:
    store = zone()
    store.put(**GATEWAY)

    assert labels(store) == {"kuma.io/origin": "zone", "kuma.io/zone": "zone-1"}


def test_what_says_that_it_is_the_globals_gets_no_zone() -> None:
    store = zone()
    store.put(**GATEWAY, labels={"kuma.io/origin": "global"})

    assert labels(store) == {"kuma.io/origin": "global"}


def test_a_global_labels_nothing() -> None:
    store = global_().given(type="Mesh", name="demo")
    store.put(**GATEWAY)

    assert labels(store) == {}


def test_an_update_takes_the_labels_of_its_body() -> None:
    store = zone()
    store.put(**GATEWAY)
    store.put(**GATEWAY, labels={"team": "a"})

    assert labels(store) == {"team": "a"}


@pytest.mark.parametrize("again", [False, True], ids=["created", "updated"])
def test_a_dataplane_gets_the_zones_tag(again: bool) -> None:
    store = zone()
    for _ in range(1 + again):
        store.put(**DATAPLANE)

    found = store.get("Dataplane", "demo", "web")
    assert found is not None
    assert thaw(found.spec)["networking"]["inbound"][0]["tags"]["kuma.io/zone"] == "zone-1"


def test_kds_writes_past_the_managers() -> None:
    store = zone()
    store.put(CONTROL_PLANE, **{**DATAPLANE, "mesh": "nowhere"})

    found = store.get("Dataplane", "nowhere", "web")
    assert found is not None
    assert thaw(found.spec)["networking"]["inbound"][0]["tags"]["kuma.io/zone"] == "elsewhere"
    assert dict(found.meta.labels) == {}


def test_a_mesh_comes_with_its_policies() -> None:
    store = global_()
    store.put(type="Mesh", name="demo")

    assert store.names() == [
        "Mesh/demo",
        "MeshCircuitBreaker/demo/mesh-circuit-breaker-all-demo",
        "MeshRetry/demo/mesh-retry-all-demo",
        "MeshTimeout/demo/mesh-gateways-timeout-all-demo",
        "MeshTimeout/demo/mesh-timeout-all-demo",
    ]


def test_policies_that_a_mesh_does_not_want() -> None:
    store = global_()
    store.put(type="Mesh", name="demo", skipCreatingInitialPolicies=["MeshTimeout", "MeshRetry"])

    assert store.names() == ["Mesh/demo", "MeshCircuitBreaker/demo/mesh-circuit-breaker-all-demo"]


def test_an_updated_mesh_creates_none_anew() -> None:
    store = global_()
    store.put(type="Mesh", name="demo")
    store.delete("MeshRetry", "demo", "mesh-retry-all-demo")
    store.put(type="Mesh", name="demo", routing={"localityAwareLoadBalancing": True})

    assert store.get("MeshRetry", "demo", "mesh-retry-all-demo") is None


def test_a_federated_zone_creates_no_policies() -> None:
    assert zone().names() == ["Mesh/demo"]


def test_a_mesh_takes_along_what_was_created_in_it() -> None:
    store = global_()
    store.put(type="Mesh", name="demo")
    store.put(type="Mesh", name="other")
    store.put(**GATEWAY)

    outcome = store.delete("Mesh", "", "demo")

    assert isinstance(outcome, Saved)
    assert str(outcome.gone[-1].key) == "Mesh/demo"
    assert [one.meta.resource_version for one in outcome.gone] == sorted(
        one.meta.resource_version for one in outcome.gone
    )
    assert not [name for name in store.names() if "/demo" in name]


def test_a_put_replaces_and_a_patch_merges() -> None:
    store = zone()
    store.put(**DATAPLANE)
    store.patch("Dataplane", "demo", "web", {"networking": {"advertisedAddress": "1.2.3.4"}})
    patched = store.get("Dataplane", "demo", "web")
    store.put(**DATAPLANE)
    put = store.get("Dataplane", "demo", "web")

    assert patched is not None
    assert put is not None
    assert patched.spec["networking"]["advertisedAddress"] == "1.2.3.4"
    assert "advertisedAddress" not in put.spec["networking"]


def test_operations_on_the_rest_form() -> None:
    store = zone()
    store.put(**DATAPLANE)
    store.patch(
        "Dataplane", "demo", "web", [{"op": "replace", "path": "/networking/address", "value": "10.0.0.2"}], "json"
    )

    found = store.get("Dataplane", "demo", "web")
    assert found is not None
    assert found.spec["networking"]["address"] == "10.0.0.2"


def test_operations_that_cannot_be_carried_out() -> None:
    store = zone()
    store.put(**DATAPLANE)
    outcome = store.patch("Dataplane", "demo", "web", [{"op": "remove", "path": "/nothing"}], "json")

    assert isinstance(outcome, Failure)
    assert (outcome.code, outcome.reason) == (400, "Bad Request")


def test_the_same_again_changes_nothing() -> None:
    store = zone()
    store.put(**DATAPLANE)
    created = store.get("Dataplane", "demo", "web")
    assert created is not None

    assert store.put(**DATAPLANE, labels=dict(created.meta.labels)) == Saved()
    assert store.get("Dataplane", "demo", "web") is created


def test_a_controller_that_read_an_older_version_is_told() -> None:
    store = zone()
    store.put(**DATAPLANE)
    read = store.get("Dataplane", "demo", "web")
    assert read is not None
    store.patch("Dataplane", "demo", "web", {"networking": {"address": "10.0.0.2"}})

    outcome = store.write(update(read), CONTROL_PLANE)

    assert isinstance(outcome, Failure)
    assert (outcome.code, outcome.reason) == (409, "Conflict")


def test_creating_what_is_there_is_a_conflict() -> None:
    store = zone()
    mesh = manifest(type="Mesh", name="demo")

    outcome = store.write(Write("create", mesh.key, mesh), CONTROL_PLANE)

    assert isinstance(outcome, Failure)
    assert outcome.code == 409


def test_deleting_another_incarnation_is_a_conflict() -> None:
    store = zone()
    mesh = manifest(type="Mesh", name="demo")

    outcome = store.write(attrs.evolve(Write("delete", mesh.key), uid="another"), CONTROL_PLANE)

    assert isinstance(outcome, Failure)
    assert outcome.code == 409


def test_a_synced_policy_may_be_deleted_by_a_user() -> None:
    store = zone().given(type="MeshTimeout", mesh="demo", name="t", labels={"kuma.io/origin": "global"}, spec={})

    assert isinstance(store.delete("MeshTimeout", "demo", "t"), Saved)
