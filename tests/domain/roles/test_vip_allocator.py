"""Addresses for MeshServices and MeshExternalServices. Source: C-28, C-29, KDS-192, KDS-194."""

from __future__ import annotations

from typing import Any

import pytest

import kumasim as ks


def mesh_service(name: str, **labels: str) -> dict[str, Any]:
    return {
        "apiVersion": "kuma.io/v1alpha1",
        "kind": "MeshService",
        "metadata": {
            "name": name,
            "namespace": "kuma-system",
            "labels": {"kuma.io/mesh": "default", "kuma.io/origin": "zone"},
        },
        "spec": {"selector": {"dataplaneTags": {"app": name}}, "ports": [{"port": 80}]},
    }


@pytest.fixture
def world() -> Any:
    made = ks.World(kuma="2.8", zones=["zone-1"])
    made.settle()
    return made


def address(world: Any, name: str, kind: str = "MeshService") -> str:
    held = world["zone-1"].get(kind, "kuma-system", name) or {}
    return str((held.get("status") or {}).get("vips", [{"ip": ""}])[0]["ip"])


def test_addresses_go_by_name_among_those_that_come_together_and_are_not_given_twice(world: Any) -> None:
    world["zone-1"].apply(mesh_service("b"), mesh_service("a"))
    world.advance("6s")
    assert (address(world, "a"), address(world, "b")) == ("241.0.0.0", "241.0.0.1")

    world["zone-1"].delete("MeshService", "kuma-system", "b")
    world["zone-1"].apply(mesh_service("c"))
    world.advance("6s")

    assert address(world, "c") == "241.0.0.2"


def test_a_new_life_of_the_control_plane_looks_for_free_ones_again(world: Any) -> None:
    world["zone-1"].apply(mesh_service("a"), mesh_service("b"))
    world.advance("6s")
    world["zone-1"].delete("MeshService", "kuma-system", "a")
    world.crash("zone-1")
    world.restart("zone-1")
    world.advance("30s")

    world["zone-1"].apply(mesh_service("c"))
    world.advance("6s")

    assert (address(world, "b"), address(world, "c")) == ("241.0.0.1", "241.0.0.0")


def test_one_that_has_an_address_keeps_it_and_a_quiet_zone_looks_at_nothing(world: Any) -> None:
    world["zone-1"].apply({**mesh_service("a"), "status": {"vips": [{"ip": "10.1.2.3"}]}})
    world.advance("6s")
    before = len(world.run.journal.records)

    world.advance("1h")

    given = [record for record in world.run.journal.records[before:] if record.kind == "AddressesGiven"]
    assert given == []


def test_mesh_external_services_have_a_range_of_their_own(world: Any) -> None:
    external = {**mesh_service("out"), "kind": "MeshExternalService"}
    external["spec"] = {"match": {"port": 443}, "endpoints": [{"address": "example.com", "port": 443}]}

    world["zone-1"].apply(external)
    world.advance("6s")

    assert address(world, "out", "MeshExternalService") == "242.0.0.0"
