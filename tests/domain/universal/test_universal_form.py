"""How a Universal store holds objects, and how its users see them."""

from __future__ import annotations

import pytest

from kumasim.domain.resource import Resource, resource
from kumasim.domain.tree import freeze
from kumasim.domain.universal.form import core_name, from_rest, is_universal, key_of, key_taken, rest_form, shown, taken
from kumasim.scenario.universal import as_kubernetes

DATAPLANE = {
    "type": "Dataplane",
    "mesh": "demo",
    "name": "web",
    "labels": {"team": "a"},
    "networking": {"address": "10.0.0.1", "inbound": [{"port": 80, "tags": {"kuma.io/service": "web"}}]},
}
TIMEOUT = {"type": "MeshTimeout", "mesh": "demo", "name": "t", "spec": {"targetRef": {"kind": "Mesh"}}}
INGRESS = {"type": "ZoneIngress", "name": "in", "networking": {"address": "10.0.0.9", "port": 10001}}
SECRET = {"type": "Secret", "mesh": "demo", "name": "cert", "data": "YQ=="}
MESH = {"type": "Mesh", "name": "demo", "mtls": {"enabledBackend": "ca"}}
POLICY = {"type": "TrafficPermission", "mesh": "demo", "name": "p", "sources": [{"match": {"a": "b"}}]}

WRITTEN = [DATAPLANE, TIMEOUT, INGRESS, SECRET, MESH, POLICY]


def held(written: dict) -> Resource:
    return taken(resource(as_kubernetes(written)))


@pytest.mark.parametrize("written", WRITTEN, ids=lambda tree: tree["type"])
def test_what_is_written_is_what_is_shown(written: dict) -> None:
    assert shown(held(written)) == written


@pytest.mark.parametrize("written", WRITTEN, ids=lambda tree: tree["type"])
def test_the_rest_form_describes_the_object(written: dict) -> None:
    one = held(written)

    assert from_rest(freeze(rest_form(one)), one) == one


@pytest.mark.parametrize("written", WRITTEN, ids=lambda tree: tree["type"])
def test_taking_in_twice_changes_nothing(written: dict) -> None:
    one = held(written)

    assert is_universal(one)
    assert taken(one) is one


def test_the_mesh_stands_in_place_of_a_namespace() -> None:
    assert str(held(DATAPLANE).key) == "Dataplane/demo/web"
    assert str(held(INGRESS).key) == "ZoneIngress/in"


def test_equal_names_in_two_meshes_are_two_objects() -> None:
    assert held(DATAPLANE).key != held({**DATAPLANE, "mesh": "other"}).key


@pytest.mark.parametrize("written", [{"type": "Dataplane", "name": "web"}, {"type": "MeshTimeout", "name": "t"}])
def test_a_mesh_that_is_left_out_is_default(written: dict) -> None:
    assert held(written).namespace == "default"


def test_the_mesh_label_is_not_kept() -> None:
    assert "kuma.io/mesh" not in held(TIMEOUT).meta.labels


def test_a_name_has_no_namespace_in_it() -> None:
    on_kubernetes = resource(
        {"apiVersion": "kuma.io/v1alpha1", "kind": "MeshService", "metadata": {"name": "b", "namespace": "shop"}}
    )

    assert core_name(on_kubernetes) == "b.shop"
    assert core_name(held(DATAPLANE)) == "web"


def test_keys_without_a_mesh() -> None:
    assert key_of("Dataplane", "", "web").namespace == "default"
    assert key_of("Mesh", "ignored", "demo").namespace == ""
    assert key_taken(key_of("Dataplane", "demo", "web")) == key_of("Dataplane", "demo", "web")


def test_kubernetes_objects_stay_what_they_are() -> None:
    service = resource({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": "n"}})

    assert taken(service) is service
    assert shown(service)["kind"] == "Service"
