"""What webhooks add: labels, owners, sidecars."""

from __future__ import annotations

import pytest
from admission_worlds import ALONE, GLOBAL, KUMA, MESH, ZONE, code, made, world, written

from kumasim.domain.admission import CREATE, UPDATE, control_plane
from kumasim.domain.admission.sidecar import wanted

TO = {"targetRef": {"kind": "Mesh"}, "to": [{"targetRef": {"kind": "Mesh"}}]}
FROM = {"targetRef": {"kind": "Mesh"}, "from": [{"targetRef": {"kind": "Mesh"}}]}
OURS = {"kuma.io/origin": "zone", "kuma.io/zone": "zone-1"}


def namespaced(name, role):
    return {"kuma.io/mesh": "default", "k8s.kuma.io/namespace": name, "kuma.io/policy-role": role}


LABELS = [
    # control plane, kind, spec, namespace, labels given, labels stored
    (ZONE, "MeshTimeout", TO, "shop", {}, {**namespaced("shop", "consumer"), **OURS}),
    (ZONE, "MeshTimeout", FROM, "shop", {}, {**namespaced("shop", "workload-owner"), **OURS}),
    (ZONE, "MeshTimeout", {**TO, **FROM}, "shop", {}, {**namespaced("shop", "workload-owner"), **OURS}),
    (ZONE, "MeshTimeout", TO, "kuma-system", OURS, {**namespaced("kuma-system", "system"), **OURS}),
    (
        ALONE,
        "MeshTimeout",
        TO,
        "shop",
        {},
        {**namespaced("shop", "consumer"), "kuma.io/origin": "zone", "kuma.io/zone": "default"},
    ),
    (
        ZONE,
        "MeshTimeout",
        TO,
        "shop",
        {"kuma.io/origin": "global"},
        {**namespaced("shop", "consumer"), "kuma.io/origin": "global"},
    ),
    (GLOBAL, "MeshTimeout", TO, "kuma-system", {}, namespaced("kuma-system", "system")),
    (GLOBAL, "Mesh", None, "", {}, {}),
    (ALONE, "Mesh", None, "", {}, {"kuma.io/origin": "zone", "kuma.io/zone": "default"}),
    (
        ZONE,
        "MeshService",
        {"ports": []},
        "shop",
        {"app": "a"},
        {"app": "a", "kuma.io/mesh": "default", "k8s.kuma.io/namespace": "shop", **OURS},
    ),
]


@pytest.mark.parametrize("operation", [CREATE, UPDATE])
@pytest.mark.parametrize(("around", "kind", "spec", "namespace", "given", "stored"), LABELS)
def test_labels_are_added_where_there_are_none(around, kind, spec, namespace, given, stored, operation):
    subject = made(kind, spec, namespace=namespace, labels=given)
    verdict = written(world(around), subject, operation)
    assert verdict.failure is None
    assert verdict.resource.meta.labels == stored
    assert verdict.resource.meta.annotations == {"kuma.io/display-name": "a"}


def test_a_mesh_gateway_gets_the_default_mesh_as_label_whatever_its_field_says():
    spec = {
        "selectors": [{"match": {"kuma.io/service": "e"}}],
        "conf": {"listeners": [{"port": 1, "protocol": "HTTP"}]},
    }
    other = made("Mesh", name="other", uid="mesh-2")
    stored = written(world(ZONE, other), made("MeshGateway", spec, mesh="other")).resource
    assert stored.meta.labels == {"kuma.io/mesh": "default", **OURS}
    assert [owner.uid for owner in stored.meta.owners] == ["mesh-2"]


def test_what_kds_writes_keeps_its_labels():
    labels = {"kuma.io/origin": "global", "kuma.io/mesh": "default", "kuma.io/policy-role": "system"}
    subject = made("MeshTimeout", TO, namespace="kuma-system", labels=labels)
    stored = written(world(ZONE), subject, user=control_plane()).resource
    assert stored.meta.labels == {**labels, "k8s.kuma.io/namespace": "kuma-system"}
    assert stored.meta.owners == ()


OWNERS = [
    # control plane, kind, labels, config, owners
    (ZONE, "MeshTimeout", {}, {}, ["mesh-1"]),
    (ZONE, "MeshTimeout", {"kuma.io/origin": "global"}, {}, []),
    (ZONE, "MeshTimeout", {}, {"KUMA_RUNTIME_KUBERNETES_SKIP_MESH_OWNER_REFERENCE": "true"}, []),
    (ZONE, "MeshService", {}, {}, []),
    (ALONE, "MeshTimeout", {}, {}, ["mesh-1"]),
]


@pytest.mark.parametrize(("around", "kind", "labels", "config", "owners"), OWNERS)
def test_objects_of_a_mesh_are_owned_by_it(around, kind, labels, config, owners):
    subject = made(kind, TO if kind == "MeshTimeout" else {}, namespace="shop", labels=labels)
    stored = written(world(around, config=config), subject).resource
    assert [owner.uid for owner in stored.meta.owners] == owners
    assert not any(owner.controller for owner in stored.meta.owners)


def test_on_the_global_what_a_zone_made_has_no_owner():
    for origin, owners in (("zone", 0), ("global", 1)):
        subject = made("MeshTimeout", TO, namespace="kuma-system", labels={"kuma.io/origin": origin})
        assert len(written(world(GLOBAL), subject, user=control_plane()).resource.meta.owners) == owners


def test_an_object_of_an_unknown_mesh_is_refused_on_creation_alone():
    subject = made("MeshTimeout", TO, namespace="shop", labels={"kuma.io/mesh": "nowhere"})
    failure = written(world(ZONE), subject).failure
    assert (failure.code, failure.message) == (
        400,
        'admission webhook "owner-reference.kuma-admission.kuma.io" denied the request: Mesh.kuma.io "nowhere" not found',
    )
    assert code(written(world(ZONE), subject, UPDATE, old=subject)) == 200


def test_an_owner_is_set_once():
    subject = made("MeshTimeout", TO, namespace="shop")
    once = written(world(ZONE), subject).resource
    assert written(world(ZONE), once).resource == once


INJECTION = "kuma.io/sidecar-injection"


def pod(*containers, labels=None, annotations=None, init=()):
    spec = {"containers": [{"name": name} for name in containers or ("app",)]}
    if init:
        spec["initContainers"] = [{"name": name} for name in init]
    return made("Pod", spec, namespace="shop", api_version="v1", labels=labels or {}, annotations=annotations or {})


def shop(labels=None, annotations=None):
    return made("Namespace", name="shop", api_version="v1", labels=labels or {}, annotations=annotations or {})


TRUE, FALSE = ("enabled", "true", "yes"), ("disabled", "false", "no")
DECISIONS = [
    *[({INJECTION: on}, {}, True) for on in TRUE],
    *[({INJECTION: off}, {}, False) for off in FALSE],
    *[({}, {INJECTION: on}, True) for on in TRUE],
    *[({}, {INJECTION: off}, False) for off in FALSE],
    ({INJECTION: "disabled"}, {INJECTION: "enabled"}, False),
    ({INJECTION: "enabled"}, {INJECTION: "disabled"}, True),
    ({}, {}, False),
    ({"openshift.io/build.name": "x"}, {INJECTION: "enabled"}, False),
    ({"openshift.io/deployer-pod-for.name": "x", INJECTION: "enabled"}, {}, False),
]


@pytest.mark.parametrize(("pod_labels", "namespace_labels", "expected"), DECISIONS)
def test_the_pods_label_beats_its_namespaces(pod_labels, namespace_labels, expected):
    subject, namespace = pod(labels=pod_labels), shop(namespace_labels)
    assert wanted(subject, namespace) is expected
    stored = written(world(ZONE, namespace), subject).resource
    assert [item["name"] for item in stored.spec["containers"]] == (["kuma-sidecar", "app"] if expected else ["app"])


@pytest.mark.parametrize("subject", [pod("app", "kuma-sidecar"), pod("app", init=("kuma-sidecar",))])
def test_a_pod_gets_one_sidecar(subject):
    assert written(world(ZONE, shop({INJECTION: "enabled"})), subject).resource == subject


def test_an_annotation_does_not_inject():
    subject = pod(annotations={INJECTION: "enabled"})
    assert written(world(ZONE, shop()), subject).resource == subject


def test_a_global_injects_nothing():
    subject = pod(labels={INJECTION: "enabled"})
    assert written(world(GLOBAL, shop()), subject).resource == subject


@pytest.mark.parametrize(("labels", "namespace_labels"), [({INJECTION: "maybe"}, {}), ({}, {INJECTION: "maybe"})])
def test_another_value_fails_the_pod(labels, namespace_labels):
    failure = written(world(ZONE, shop(namespace_labels)), pod(labels=labels)).failure
    assert failure.code == 500
    assert 'wrong value "maybe"' in failure.message


MESHES = [
    ({}, {}, {}, "default"),
    ({"kuma.io/mesh": "other"}, {}, {}, "other"),
    ({}, {}, {"kuma.io/mesh": "other"}, "other"),
    ({"kuma.io/mesh": "default"}, {}, {"kuma.io/mesh": "other"}, "default"),
    ({}, {"kuma.io/mesh": "other"}, {}, "default"),
]


@pytest.mark.parametrize(("annotations", "labels", "namespace_annotations", "mesh"), MESHES)
def test_the_mesh_of_a_pod_is_told_by_annotations_alone(annotations, labels, namespace_annotations, mesh):
    other = made("Mesh", name="other")
    namespace = shop({INJECTION: "enabled"}, namespace_annotations)
    stored = written(world(ZONE, other, namespace), pod(annotations=annotations, labels=labels)).resource
    assert stored.meta.annotations["kuma.io/mesh"] == mesh
    assert stored.meta.annotations["kuma.io/sidecar-injected"] == "true"
    assert stored.meta.annotations["kubectl.kubernetes.io/default-container"] == "app"


def test_a_pod_of_an_unknown_mesh_is_not_created():
    failure = written(world(ZONE, shop({INJECTION: "enabled"})), pod(annotations={"kuma.io/mesh": "nowhere"})).failure
    assert failure.code == 500
    assert failure.message.endswith('Mesh.kuma.io "nowhere" not found')


def test_a_container_must_not_run_as_the_sidecar():
    spec = {"containers": [{"name": "app", "securityContext": {"runAsUser": 5678}}]}
    subject = made("Pod", spec, namespace="shop", api_version="v1", labels={INJECTION: "enabled"})
    failure = written(world(ZONE, shop()), subject).failure
    assert (failure.code, failure.message.endswith('unsupported: ["app"]')) == (500, True)


def test_a_pod_without_namespace_is_an_error_of_the_webhook():
    assert written(world(ZONE), pod(labels={INJECTION: "enabled"})).failure.code == 500


def test_kinds_without_rules_pass_unchanged():
    subject = made("ConfigMap", api_version="v1", namespace="shop")
    assert written(world(ZONE), subject).resource is subject
    assert MESH.api_version == KUMA
