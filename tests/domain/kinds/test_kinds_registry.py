"""The registry: finding kinds, checking, completing and placing objects."""

from __future__ import annotations

import pytest

from kumasim.domain import kinds
from kumasim.domain.kinds.violation import path_text
from kumasim.domain.resource import resource

GAPI = "gateway.networking.k8s.io"

NAMES = [
    ("pods", ("", "Pod")),
    ("po", ("", "Pod")),
    ("Pod", ("", "Pod")),
    ("svc", ("", "Service")),
    ("deploy", ("apps", "Deployment")),
    ("httproutes", (GAPI, "HTTPRoute")),
    ("HTTPRoute", (GAPI, "HTTPRoute")),
    ("gtw", (GAPI, "Gateway")),
    ("gc", (GAPI, "GatewayClass")),
    ("refgrant", (GAPI, "ReferenceGrant")),
    (f"gateways.{GAPI}", (GAPI, "Gateway")),
    ("secrets", ("", "Secret")),
    ("secrets.kuma.io", ("kuma.io", "Secret")),
    ("meshhttproutes", ("kuma.io", "MeshHTTPRoute")),
    ("meshes", ("kuma.io", "Mesh")),
    ("ns", ("", "Namespace")),
    ("endpointslices", ("discovery.k8s.io", "EndpointSlice")),
]


@pytest.mark.parametrize(("name", "key"), NAMES)
def test_kinds_are_found_by_the_names_that_kubectl_knows(name, key):
    found = kinds.find_by_name(name)
    assert found is not None
    assert (found.group, found.kind) == key
    assert kinds.find(*key) is found


def test_unknown_names_are_none():
    assert kinds.find_by_name("teapots") is None
    assert kinds.find("example.com", "Teapot") is None


def test_every_kind_is_listed_once_and_serves_its_storage_version():
    every = kinds.all_kinds()
    assert len({(kind.group, kind.kind) for kind in every}) == len(every)
    assert all(kind.storage in kind.versions for kind in every)


# kind, (scope, z2g, g2a, g2o, plugin, policy, system namespace only, hashed down), namespaced
SYNC = [
    ("Mesh", "global .. g2a ... ...... ...... ...... ......", False),
    ("TrafficRoute", "mesh .. g2a ... ...... ...... ...... hashed", False),
    ("ExternalService", "mesh .. g2a ... ...... ...... ...... hashed", False),
    ("MeshGatewayRoute", "mesh .. g2a ... ...... ...... ...... hashed", False),
    ("MeshGateway", "mesh z2g g2a ... ...... ...... ...... hashed", False),
    ("MeshHTTPRoute", "mesh z2g g2a ... plugin policy ...... hashed", True),
    ("MeshTimeout", "mesh z2g g2a ... plugin policy ...... hashed", True),
    ("MeshMetric", "mesh z2g g2a ... plugin policy ...... hashed", True),
    ("MeshService", "mesh z2g ... g2o plugin ...... ...... hashed", True),
    ("MeshExternalService", "mesh z2g g2a ... plugin ...... sysns hashed", True),
    ("HostnameGenerator", "global z2g g2a ... plugin ...... sysns ......", True),
    ("Dataplane", "mesh z2g ... ... ...... ...... ...... ......", True),
    ("DataplaneInsight", "mesh z2g ... ... ...... ...... ...... ......", True),
    ("ServiceInsight", "mesh .. g2a ... ...... ...... ...... hashed", False),
    ("MeshInsight", "global .. ... ... ...... ...... ...... ......", False),
    ("ZoneIngress", "global z2g ... g2o ...... ...... ...... ......", True),
    ("ZoneIngressInsight", "global z2g ... ... ...... ...... ...... ......", True),
    ("ZoneEgress", "global z2g ... ... ...... ...... ...... ......", True),
    ("Zone", "global .. ... ... ...... ...... ...... ......", False),
    ("ZoneInsight", "global .. ... ... ...... ...... ...... ......", False),
    ("GlobalSecret", "global .. g2a ... ...... ...... ...... ......", False),
    ("Secret", "mesh .. g2a ... ...... ...... ...... ......", False),
    ("Config", "global .. g2a ... ...... ...... ...... ......", False),
]


@pytest.mark.parametrize(("name", "row", "namespaced"), SYNC)
def test_types_travel_as_the_table_of_the_rulebook_says(name, row, namespaced):
    kind = kinds.find("kuma.io", name)
    assert kind is not None
    assert kind.sync is not None
    words = set(row.split())
    sync = kind.sync
    assert sync.scope in words
    flags = {
        "z2g": sync.z2g,
        "g2a": sync.g2a,
        "g2o": sync.g2o,
        "plugin": sync.plugin_originated,
        "policy": sync.policy,
        "sysns": sync.system_namespace_only,
        "hashed": sync.hashed_down,
    }
    assert flags == {word: word in words for word in flags}
    assert kind.namespaced is namespaced


WHERE = [
    # kind, on a global, on a federated zone, REST on the global, REST on a zone
    ("Mesh", True, False, True, False),
    ("MeshTimeout", True, True, True, True),
    ("MeshService", False, True, False, True),
    ("Dataplane", False, True, False, True),
    ("ZoneIngress", False, True, False, True),
    ("Zone", True, True, True, True),
    ("ServiceInsight", True, False, False, False),
    ("MeshInsight", True, True, False, False),
]


@pytest.mark.parametrize(("name", "on_global", "on_zone", "rest_global", "rest_zone"), WHERE)
def test_where_users_may_write_follows_from_the_flags(name, on_global, on_zone, rest_global, rest_zone):
    sync = kinds.find("kuma.io", name).sync
    assert (sync.on_global, sync.on_zone, sync.rest_on_global, sync.rest_on_zone) == (
        on_global,
        on_zone,
        rest_global,
        rest_zone,
    )


def manifest(api_version, kind, spec=None, name="a", **meta):
    tree = {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, **meta}}
    return tree if spec is None else {**tree, "spec": spec}


BAD = [
    ({}, ["apiVersion missing", "kind missing", "metadata.name missing"]),
    ({"apiversion": "v1", "kind": "Pod", "metadata": {"name": "a"}}, ["apiVersion missing"]),
    (manifest("v1", "ConfigMap", name=""), ["metadata.name missing"]),
    (manifest("v1", "ConfigMap", name="Big_Name"), ["metadata.name pattern"]),
    (manifest("v1", "ConfigMap", name=True), ["metadata.name type"]),
    (manifest("v1", "Service", {"ports": [{"port": 1}]}, name="1st"), ["metadata.name pattern"]),
    (manifest("v1", "ConfigMap", labels={"on": True}), ["metadata.labels.on type"]),
    (manifest("v1", "ConfigMap", labels={"a b": "x"}), ["metadata.labels.a b pattern"]),
    (manifest("v1", "ConfigMap", labels={"a": "x y"}), ["metadata.labels.a pattern"]),
    (manifest("v1", "ConfigMap", annotations={"a": 1}), ["metadata.annotations.a type"]),
    (manifest("v1", "ConfigMap", annotation={"a": "1"}), ["metadata.annotation unknown"]),
    (manifest("v1", "ConfigMap", namespace="Big"), ["metadata.namespace pattern"]),
    (manifest("v1", "Deployment", {}), ["apiVersion version"]),
    (manifest(f"{GAPI}/v1alpha2", "HTTPRoute", {}), ["apiVersion version"]),
    (manifest(f"{GAPI}/v1", "ReferenceGrant", {"from": [], "to": []}), None),
    (manifest("v1", "Service"), ["spec missing"]),
    (manifest("v1", "Service", {}), ["spec.ports rule"]),
    (manifest("v1", "Service", {"type": "ExternalName"}), ["spec.externalName rule"]),
    (manifest("v1", "Service", {"ports": [{"port": 1}, {"port": 2}]}), ["spec.ports rule"]),
    (
        manifest("v1", "Service", {"ports": [{"port": 1, "name": "a"}, {"port": 1, "name": "b"}]}),
        ["spec.ports[1] duplicate"],
    ),
    (manifest("v1", "Pod", {"containers": []}), ["spec.containers many"]),
    (manifest("v1", "Pod", {"containers": [{"name": "a", "prots": []}]}), ["spec.containers[0].prots unknown"]),
    (
        manifest(
            "apps/v1",
            "Deployment",
            {"selector": {"matchLabels": {"app": "a"}}, "template": {"spec": {"containers": [{"name": "a"}]}}},
        ),
        ["spec.template.metadata.labels rule"],
    ),
    (manifest("kuma.io/v1alpha1", "MeshGatewayInstance", {"replicas": 0}), ["spec.replicas range"]),
    (manifest("kuma.io/v1alpha1", "MeshGatewayInstance", {"serviceType": "Loadbalancer"}), ["spec.serviceType enum"]),
    (manifest("kuma.io/v1alpha1", "MeshGatewayConfig", {"crossMesh": "yes"}), ["spec.crossMesh type"]),
    (manifest("kuma.io/v1alpha1", "MeshHTTPRoute", {"to": [{"rules": [{"matches": []}]}]}), None),
    (manifest("kuma.io/v1alpha1", "MeshService", {"ports": [{"port": 1}, {"port": 1}]}), ["spec.ports[1] duplicate"]),
]


@pytest.mark.parametrize(("tree", "expected"), BAD)
def test_bad_manifests_are_told_apart(tree, expected):
    found = [f"{path_text(item.path)} {item.reason}" for item in kinds.violations(tree)]
    assert found
    if expected is not None:
        assert found == expected


def test_unknown_kinds_have_no_schema_but_metadata():
    assert kinds.violations(manifest("example.com/v1", "Teapot", {"any": "thing"}, name="Tall:one")) == ()
    assert kinds.violations(manifest("v1", "PersistentVolume", {"capacity": {}})) == ()
    (found,) = kinds.violations(manifest("example.com/v1", "Teapot", labels={"a": 1}))
    assert found.reason == "type"


def test_a_service_gets_its_defaults():
    service = kinds.defaulted(
        resource(manifest("v1", "Service", {"ports": [{"port": 80}, {"port": 81, "targetPort": "web"}]}))
    )
    assert service.spec["type"] == "ClusterIP"
    assert service.spec["sessionAffinity"] == "None"
    assert [(port["protocol"], port["targetPort"]) for port in service.spec["ports"]] == [("TCP", 80), ("TCP", "web")]
    assert kinds.defaulted(service) is service


def test_an_external_name_service_gets_no_target_ports():
    service = kinds.defaulted(resource(manifest("v1", "Service", {"type": "ExternalName", "ports": [{"port": 80}]})))
    assert "targetPort" not in service.spec["ports"][0]


def test_a_deployment_gets_one_replica_and_rolls():
    spec = {"selector": {}, "template": {"spec": {"containers": [{"name": "a", "ports": [{"containerPort": 1}]}]}}}
    deployment = kinds.defaulted(resource(manifest("apps/v1", "Deployment", spec)))
    assert deployment.spec["replicas"] == 1
    assert deployment.spec["strategy"]["type"] == "RollingUpdate"
    assert deployment.spec["template"]["spec"]["containers"][0]["ports"][0]["protocol"] == "TCP"


def test_zero_replicas_stay_zero():
    assert kinds.defaulted(resource(manifest("apps/v1", "Deployment", {"replicas": 0}))).spec["replicas"] == 0


def test_unknown_kinds_stay_as_they_are():
    teapot = resource(manifest("example.com/v1", "Teapot", {"a": None}))
    assert kinds.defaulted(teapot) is teapot


PLACES = [
    ("v1", "ConfigMap", "", "default"),
    ("v1", "ConfigMap", "web", "web"),
    ("v1", "Namespace", "web", ""),
    ("kuma.io/v1alpha1", "MeshGateway", "web", ""),
    ("example.com/v1", "Teapot", "", ""),
    ("example.com/v1", "Teapot", "web", "web"),
]


@pytest.mark.parametrize(("api_version", "kind", "written", "expected"), PLACES)
def test_objects_are_placed_where_kubectl_would_put_them(api_version, kind, written, expected):
    assert kinds.placed(resource(manifest(api_version, kind, namespace=written))).namespace == expected


def test_what_is_not_modelled_is_told_by_field():
    probe = {"httpGet": {"port": 80}}
    spec = {
        "containers": [{"name": "a", "readinessProbe": probe}, {"name": "b", "readinessProbe": probe}],
        "affinity": {},
    }
    assert kinds.unmodelled(resource(manifest("v1", "Pod", spec))) == (
        "spec.containers[].readinessProbe",
        "spec.affinity",
    )
    assert kinds.unmodelled(resource(manifest("v1", "Service", {"sessionAffinity": "None"}))) == ()
    assert kinds.unmodelled(resource(manifest("v1", "Service", {"sessionAffinity": "ClientIP"}))) == (
        "spec.sessionAffinity",
    )


def test_kinds_that_are_not_modelled_are_told_whole():
    assert kinds.unmodelled(resource(manifest("kuma.io/v1alpha1", "MeshTrace", {}))) == (".",)
    assert kinds.unmodelled(resource(manifest("example.com/v1", "Teapot"))) == (".",)


def test_a_typo_in_an_open_object_is_told():
    gateway = resource(
        manifest("kuma.io/v1alpha1", "MeshGateway", {"conf": {"listeners": [{"port": 1, "prtocol": "HTTP"}]}})
    )
    assert kinds.unmodelled(gateway) == ("spec.conf.listeners[].prtocol",)


def test_refusals_have_the_codes_of_the_api_server():
    def refused(tree):
        failure = kinds.refusal("", tree["kind"], "a", kinds.violations(tree))
        return failure.code, failure.reason

    assert refused(manifest("v1", "Service", {"prots": []})) == (400, "BadRequest")
    assert refused(manifest("v1", "Service", {"type": "Cluster"})) == (422, "Invalid")
    assert refused(manifest("v1", "Deployment", {})) == (404, "NotFound")
    tree = manifest("v1", "Service", {"type": "Cluster", "ports": [{"port": 0}]})
    failure = kinds.refusal("", "Service", "a", kinds.violations(tree))
    assert failure.message.startswith('Service "a" is invalid: [spec.type: Unsupported value: "Cluster"')
    assert [cause["field"] for cause in failure.causes] == ["spec.type", "spec.ports[0].port"]
    assert [cause["reason"] for cause in failure.causes] == ["FieldValueNotSupported", "FieldValueInvalid"]
