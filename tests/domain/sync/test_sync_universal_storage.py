"""Names and labels between Universal stores, and between them and Kubernetes: the worked values of the rulebook."""

from __future__ import annotations

import pytest

from kumasim.domain.profile import profile
from kumasim.domain.reconcilers.base import Surroundings
from kumasim.domain.resource import Metadata, Resource
from kumasim.domain.sync import stages
from kumasim.domain.sync.core import CoreResource
from kumasim.domain.sync.filters import Journey
from kumasim.domain.sync.storage import KubernetesStorage
from kumasim.domain.sync.traits import table
from kumasim.domain.sync.universal_storage import UniversalStorage, storage
from kumasim.domain.tree import FrozenMap, freeze
from kumasim.domain.universal.form import universal

KUBERNETES, UNIVERSAL = KubernetesStorage("kuma-system"), UniversalStorage()


def on_kubernetes(kind: str, mesh: str, name: str) -> Resource:
    meta = Metadata(name, "kuma-system", freeze({"kuma.io/mesh": mesh}))
    return Resource("kuma.io/v1alpha1", kind, meta, freeze({"spec": {}}))


def arrived(core: CoreResource, zone: str, up: bool, namespace: str = "") -> CoreResource:
    journey = Journey(zone, namespace)
    return stages.travelled(core, table()[core.type], journey, stages.UP if up else stages.DOWN)


@pytest.mark.parametrize(
    ("kind", "mesh", "name", "zone", "up", "expected"),
    [
        ("MeshTrafficPermission", "demo", "allow-web", "zone-1", False, "allow-web-8z749w484vd8c978"),
        ("Dataplane", "demo", "web-01", "zone-1", True, "web-01-d2bc9w4244876cwx"),
        ("ZoneIngress", "", "ingress-1", "zone-2", True, "ingress-1-d42xfb5b76vxdz7w"),
        ("MeshService", "demo", "backend", "zone-2", True, "backend-w89wzfc6462647xw"),
        ("MeshTimeout", "demo", "timeouts", "zone-1", True, "timeouts-444z2zc4zfw42vcv"),
    ],
)
def test_names_from_a_universal_store(kind: str, mesh: str, name: str, zone: str, up: bool, expected: str) -> None:
    core = UNIVERSAL.read(universal(kind, mesh, name, {"spec": {}}), kind)

    assert arrived(core, zone, up).name == expected


def test_the_same_policy_from_a_kubernetes_global_has_another_name() -> None:
    core = KUBERNETES.read(on_kubernetes("MeshTrafficPermission", "demo", "allow-web"), "MeshTrafficPermission")

    assert arrived(core, "zone-1", up=False, namespace="kuma-system").name == "allow-web-48794zcf444wfz4x"


def test_an_object_of_a_universal_zone_gains_a_namespace_on_a_kubernetes_global() -> None:
    """KDS-55: so its name in other zones differs from its name on the global."""
    sent = arrived(
        UNIVERSAL.read(universal("MeshService", "demo", "backend", {"spec": {}}), "MeshService"), "zone-2", True
    )
    held = KUBERNETES.made(sent, ())
    down = arrived(KUBERNETES.read(held, "MeshService"), "zone-1", False, "kuma-system")

    assert sent.name == "backend-w89wzfc6462647xw"
    assert down.labels["k8s.kuma.io/namespace"] == "kuma-system"
    assert down.name != sent.name


def test_between_universal_stores_a_meshservice_keeps_one_name() -> None:
    """KDS-49."""
    sent = arrived(
        UNIVERSAL.read(universal("MeshService", "demo", "backend", {"spec": {}}), "MeshService"), "zone-2", True
    )
    down = arrived(UNIVERSAL.read(UNIVERSAL.made(sent, ()), "MeshService"), "zone-1", False)

    assert down.name == sent.name


@pytest.mark.parametrize("kind", [kind for kind, traits in table().items() if traits.shape.scope == "mesh"])
def test_what_arrives_is_what_was_sent(kind: str) -> None:
    sent = CoreResource(
        kind, "demo", "x", FrozenMap({"kuma.io/display-name": "x", "a": "b"}), freeze({"spec": {"c": 1}})
    )
    held = UNIVERSAL.made(sent, ())

    assert held.key == UNIVERSAL.key(sent)
    assert UNIVERSAL.type_of(held) == kind
    assert UNIVERSAL.read(held, kind) == sent


def test_everything_is_kept_by_mesh_and_name_without_namespaces() -> None:
    held = UNIVERSAL.made(CoreResource("MeshTimeout", "demo", "t"), ())

    assert (held.namespace, held.name) == ("demo", "t")


def test_which_storage_a_control_plane_has() -> None:
    assert storage(Surroundings(profile(), universal=True)) is not None
    assert isinstance(storage(Surroundings(profile(), universal=True)), UniversalStorage)
    assert isinstance(storage(Surroundings(profile())), KubernetesStorage)
