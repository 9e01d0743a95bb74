"""Who may write which kind where: kind x control plane x namespace x labels, as a table."""

from __future__ import annotations

import pytest
from admission_worlds import ALONE, GLOBAL, KUMA, SOURCE_GLOBAL, ZONE, code, made, world, written

from kumasim.domain.admission import CREATE, DELETE, GARBAGE_COLLECTOR, PERSON, UPDATE, asks, control_plane
from kumasim.domain.admission.labels import ORIGIN, ROLE
from kumasim.domain.admission.labels import ZONE as ZONE_LABEL
from kumasim.domain.tree import EMPTY, thaw

PLANES = {"global": GLOBAL, "zone": ZONE, "alone": ALONE}

TO_MESH = {"targetRef": {"kind": "Mesh"}, "to": [{"targetRef": {"kind": "Mesh"}}]}
SPECS = {
    "HostnameGenerator": {"selector": {"meshService": {}}, "template": "{{ .Name }}.mesh"},
    "MeshTimeout": TO_MESH,
    "MeshTrafficPermission": {"targetRef": {"kind": "Mesh"}, "from": [{"targetRef": {"kind": "Mesh"}}]},
    "MeshService": {"ports": [{"port": 80}]},
    "MeshGatewayRoute": {"selectors": [{"match": {"kuma.io/service": "a"}}], "conf": {"tcp": {}}},
    "MeshGateway": {
        "selectors": [{"match": {"kuma.io/service": "edge"}}],
        "conf": {"listeners": [{"port": 80, "protocol": "HTTP"}]},
    },
    "Dataplane": {"networking": {"address": "1.1.1.1"}},
}
FIELD_MESH = ("MeshGateway", "Dataplane", "TrafficRoute", "ExternalService", "MeshGatewayRoute")


def thing(kind, namespace="", labels=EMPTY):
    mesh = {"mesh": "default"} if kind in FIELD_MESH else {}
    return made(kind, SPECS.get(kind, {}), namespace=namespace, labels=thaw(labels), **mesh)


OWN, OTHERS, ODD = {ORIGIN: "zone"}, {ORIGIN: "global"}, {ORIGIN: "moon"}
SYSTEM, USER = "kuma-system", "shop"

# kind, namespace, labels: code on a global, on a federated zone, on a zone alone
TABLE = [
    ("Mesh", "", {}, 200, 403, 200),
    ("TrafficRoute", "", {}, 200, 403, 200),
    ("ExternalService", "", {}, 200, 403, 200),
    ("MeshGatewayRoute", "", {}, 200, 403, 200),
    ("MeshGateway", "", {}, 200, 200, 200),
    ("MeshGateway", "", OTHERS, 200, 200, 200),
    ("MeshGateway", "", ODD, 422, 422, 422),
    ("Dataplane", USER, {}, 403, 200, 200),
    ("Dataplane", SYSTEM, {}, 403, 200, 200),
    ("MeshService", USER, {}, 403, 200, 200),
    ("MeshService", SYSTEM, {}, 403, 403, 200),
    ("MeshService", SYSTEM, OWN, 403, 200, 200),
    ("MeshTimeout", SYSTEM, {}, 200, 403, 200),
    ("MeshTimeout", SYSTEM, OWN, 200, 200, 200),
    ("MeshTimeout", SYSTEM, OTHERS, 200, 403, 200),
    ("MeshTimeout", SYSTEM, ODD, 422, 403, 422),
    ("MeshTimeout", USER, {}, 403, 200, 200),
    ("MeshTimeout", USER, OWN, 403, 200, 200),
    ("MeshTimeout", USER, OTHERS, 403, 200, 200),
    ("MeshTimeout", USER, ODD, 403, 422, 422),
    ("MeshTimeout", USER, {**OWN, ZONE_LABEL: "zone-1"}, 403, 200, 200),
    ("MeshTimeout", USER, {**OWN, ZONE_LABEL: "zone-2"}, 403, 403, 200),
    # refused by the validating webhook, once the defaulting one has added the origin
    ("MeshTimeout", USER, {ZONE_LABEL: "zone-2"}, 403, 403, 200),
    ("MeshTimeout", USER, {ROLE: "consumer"}, 403, 200, 200),
    ("MeshTimeout", USER, {ROLE: "producer"}, 403, 403, 200),
    ("MeshTimeout", SYSTEM, {**OWN, ROLE: "system"}, 200, 200, 200),
    ("MeshTimeout", SYSTEM, {**OWN, ROLE: "consumer"}, 200, 403, 200),
    ("MeshTrafficPermission", USER, {ROLE: "workload-owner"}, 403, 200, 200),
    ("MeshTrafficPermission", USER, {ROLE: "consumer"}, 403, 403, 200),
    ("MeshExternalService", SYSTEM, OWN, 200, 200, 200),
    ("MeshExternalService", USER, {}, 403, 403, 403),
    ("HostnameGenerator", SYSTEM, OWN, 200, 200, 200),
    ("HostnameGenerator", USER, {}, 403, 403, 403),
    ("Zone", "", {}, 200, 200, 200),
    # not guarded by the chart's webhooks (KDS-106)
    ("ZoneIngress", SYSTEM, {}, 200, 200, 200),
    ("ZoneEgress", USER, {}, 200, 200, 200),
    ("DataplaneInsight", SYSTEM, {}, 200, 200, 200),
]


@pytest.mark.parametrize("operation", [CREATE, UPDATE])
@pytest.mark.parametrize("plane", ["global", "zone", "alone"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]}-{row[1]}-{'-'.join(row[2].values())}")
def test_people_write_what_the_table_says(row, plane, operation):
    kind, namespace, labels, *codes = row
    wanted = thing(kind, namespace, labels)
    old = None if operation == CREATE else wanted
    verdict = written(world(PLANES[plane]), wanted, operation, PERSON, old)
    assert code(verdict) == dict(zip(PLANES, codes, strict=True))[plane]
    assert verdict.failure is None or verdict.failure.rule


# A Mesh is held back by other rules; what has a zone but no origin cannot have been stored.
STORED = [row for row in TABLE if row[0] != "Mesh" and not (ZONE_LABEL in row[2] and ORIGIN not in row[2])]


@pytest.mark.parametrize("plane", ["global", "zone", "alone"])
@pytest.mark.parametrize("row", STORED, ids=lambda row: f"{row[0]}-{row[1]}-{'-'.join(row[2].values())}")
def test_people_delete_what_they_may_write(row, plane):
    kind, namespace, labels, *_ = row
    stored = thing(kind, namespace, labels)
    verdict = written(world(PLANES[plane]), None, DELETE, PERSON, stored)
    create = written(world(PLANES[plane]), stored, CREATE, PERSON)
    # a DELETE is not asked whether the object is valid, only whether it may be touched
    assert code(verdict) == (200 if code(create) == 422 else code(create))
    assert verdict.resource is None


@pytest.mark.parametrize("user", [control_plane(), GARBAGE_COLLECTOR, "system:serviceaccount:ops:migrator"])
@pytest.mark.parametrize("plane", ["global", "zone", "alone"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]}-{row[1]}-{'-'.join(row[2].values())}")
def test_privileged_accounts_write_anything_that_is_valid(row, plane, user):
    kind, namespace, labels, *_ = row
    config = {"KUMA_RUNTIME_KUBERNETES_ALLOWED_USERS": "someone,system:serviceaccount:ops:migrator"}
    verdict = written(world(PLANES[plane], config=config), thing(kind, namespace, labels), CREATE, user)
    asked = kind not in ("ZoneIngress", "ZoneEgress", "DataplaneInsight", "Zone")
    assert code(verdict) == (422 if labels.get(ORIGIN) == "moon" and asked else 200)


def test_the_refusals_say_what_kuma_says():
    def told(around, resource):
        failure = written(world(around), resource).failure
        return failure.reason, failure.message.partition(" denied the request: ")[2]

    assert told(ZONE, thing("Mesh")) == (
        "Forbidden",
        "Operation not allowed. Kuma resources like Mesh can be updated or deleted only from the GLOBAL control plane "
        "and not from a ZONE control plane.",
    )
    assert told(GLOBAL, thing("MeshService", SYSTEM)) == (
        "Forbidden",
        "Operation not allowed. Kuma resources like MeshService can be updated or deleted only from the ZONE control "
        "plane and not from a GLOBAL control plane.",
    )
    assert told(GLOBAL, thing("MeshTimeout", USER)) == (
        "Forbidden",
        "on Global CP the policy can be created only in the system namespace:kuma-system",
    )
    assert told(ZONE, thing("HostnameGenerator", USER)) == (
        "Forbidden",
        "resource type HostnameGenerator can be created only in the system namespace:kuma-system",
    )
    assert told(ZONE, thing("MeshTimeout", SYSTEM)) == (
        "Forbidden",
        "Operation not allowed. Applying policies on Zone CP requires 'kuma.io/origin' label to be set to 'zone'.",
    )
    assert told(ZONE, thing("MeshTimeout", USER, {**OWN, ZONE_LABEL: "x"})) == (
        "Forbidden",
        "Operation not allowed. kuma.io/zone label should have zone-1 value, got x",
    )
    assert told(ZONE, thing("MeshTimeout", USER, ODD)) == (
        "Invalid",
        'labels["kuma.io/origin"]: unknown resource origin "moon"',
    )


def test_the_failure_names_webhook_rule_and_causes():
    failure = written(world(ZONE), thing("MeshTimeout", SYSTEM)).failure
    assert failure.message.startswith('admission webhook "mesh.defaulter.kuma-admission.kuma.io" denied the request: ')
    assert failure.rule == "origin_required (KDS-95 to KDS-98)"
    assert [cause["field"] for cause in failure.causes] == ["metadata.labels[kuma.io/origin]"]
    failure = written(world(ZONE), None, DELETE, PERSON, thing("MeshTimeout", SYSTEM)).failure
    assert failure.message.startswith('admission webhook "validator.kuma-admission.kuma.io" denied the request: ')


def test_the_origin_rule_can_be_turned_off():
    config = {"KUMA_MULTIZONE_ZONE_DISABLE_ORIGIN_LABEL_VALIDATION": "true"}
    verdict = written(world(ZONE, config=config), thing("MeshTimeout", SYSTEM))
    assert verdict.failure is None
    assert verdict.resource.meta.labels[ORIGIN] == "zone"


GATEWAY_API = "gateway.networking.k8s.io/v1"


@pytest.mark.parametrize("kind", ["GatewayClass", "Gateway", "HTTPRoute", "ReferenceGrant"])
@pytest.mark.parametrize(("around", "expected"), [(GLOBAL, 403), (SOURCE_GLOBAL, 200), (ZONE, 200), (ALONE, 200)])
def test_gateway_api_lives_in_zones_by_the_documents_alone(kind, around, expected):
    namespace = "" if kind == "GatewayClass" else USER
    verdict = written(world(around), made(kind, {}, namespace=namespace, api_version=GATEWAY_API))
    assert code(verdict) == expected
    if expected == 403:
        assert verdict.failure.reason == "Forbidden"
        assert "must be created in non-global zones" in verdict.failure.message
        assert "GW-188" in verdict.failure.rule
    assert code(written(world(around), made(kind, {}, api_version=GATEWAY_API), UPDATE)) == 200


POD, SECRET, SERVICE = "Pod", "Secret", "Service"
INJECT = "kuma.io/sidecar-injection"

ASKS = [
    # operation, kind, apiVersion, namespace, labels, annotations, namespace labels, mode, asked?
    (CREATE, POD, "v1", USER, {}, {}, {}, "", False),
    (CREATE, POD, "v1", USER, {}, {}, {INJECT: "enabled"}, "", True),
    (CREATE, POD, "v1", USER, {}, {}, {INJECT: "true"}, "", True),
    (CREATE, POD, "v1", USER, {}, {}, {INJECT: "yes"}, "", False),
    (CREATE, POD, "v1", USER, {}, {}, {INJECT: "disabled"}, "", False),
    (CREATE, POD, "v1", USER, {INJECT: "enabled"}, {}, {}, "", True),
    (CREATE, POD, "v1", USER, {INJECT: "true"}, {}, {}, "", False),
    (CREATE, POD, "v1", USER, {INJECT: "disabled"}, {}, {INJECT: "enabled"}, "", True),
    (CREATE, POD, "v1", USER, {}, {}, {INJECT: "enabled"}, "global", False),
    (UPDATE, POD, "v1", USER, {}, {}, {INJECT: "enabled"}, "", False),
    (DELETE, POD, "v1", USER, {}, {}, {INJECT: "enabled"}, "", False),
    (CREATE, POD, "v1", "kube-system", {INJECT: "enabled"}, {}, {INJECT: "enabled"}, "", False),
    (CREATE, SECRET, "v1", USER, {}, {}, {}, "", False),
    (CREATE, SECRET, "v1", SYSTEM, {}, {}, {"kuma.io/system-namespace": "true"}, "", True),
    (DELETE, SECRET, "v1", SYSTEM, {}, {}, {"kuma.io/system-namespace": "true"}, "", True),
    (CREATE, SERVICE, "v1", USER, {}, {}, {}, "", False),
    (CREATE, SERVICE, "v1", USER, {}, {"80.service.kuma.io/protocol": "http"}, {}, "", True),
    (UPDATE, SERVICE, "v1", USER, {}, {"80.service.kuma.io/protocol": "http"}, {}, "zone", True),
    (UPDATE, SERVICE, "v1", USER, {}, {"80.service.kuma.io/protocol": "http"}, {}, "global", False),
    (CREATE, "Deployment", "apps/v1", USER, {}, {}, {INJECT: "enabled"}, "", False),
    (CREATE, "ConfigMap", "v1", SYSTEM, {}, {}, {}, "", False),
    (CREATE, "HTTPRoute", GATEWAY_API, USER, {}, {}, {}, "", True),
    (CREATE, "HTTPRoute", GATEWAY_API, USER, {}, {}, {}, "zone", False),
    (CREATE, "HTTPRoute", GATEWAY_API, USER, {}, {}, {}, "global", True),
    (UPDATE, "HTTPRoute", GATEWAY_API, USER, {}, {}, {}, "global", False),
    (CREATE, "Mesh", KUMA, "", {}, {}, {}, "", True),
    (DELETE, "Mesh", KUMA, "", {}, {}, {}, "", True),
    (UPDATE, "MeshTimeout", KUMA, USER, {}, {}, {}, "", True),
    (CREATE, "MeshTimeout", KUMA, "kube-system", {}, {}, {}, "", False),
    (CREATE, "MeshGatewayInstance", KUMA, USER, {}, {}, {}, "", True),
    (DELETE, "MeshGatewayInstance", KUMA, USER, {}, {}, {}, "", False),
    (CREATE, "Timeout", KUMA, "", {}, {}, {}, "", True),
    (UPDATE, "Timeout", KUMA, "", {}, {}, {}, "", False),
    (CREATE, "ZoneIngress", KUMA, SYSTEM, {}, {}, {}, "", False),
    (CREATE, "MeshGatewayConfig", KUMA, "", {}, {}, {}, "", False),
    (DELETE, "Zone", KUMA, "", {}, {}, {}, "", True),
]


@pytest.mark.parametrize("row", ASKS)
def test_api_servers_ask_only_what_the_chart_says(row):
    operation, kind, api_version, namespace, labels, annotations, around, mode, expected = row
    subject = made(kind, {}, namespace=namespace, api_version=api_version, labels=labels, annotations=annotations)
    assert asks(operation, subject, around, mode) is expected
