"""What the REST API of a Universal control plane refuses."""

from __future__ import annotations

import pytest
from universal_stores import UniversalStore, around

from kumasim.domain import kinds
from kumasim.domain.universal.writes import Saved
from kumasim.domain.writes import Failure

TIMEOUT = {"type": "MeshTimeout", "mesh": "demo", "name": "t", "spec": {"targetRef": {"kind": "Mesh"}}}
OWN = {**TIMEOUT, "labels": {"kuma.io/origin": "zone"}}


def words(text: str) -> list[str]:
    return text.split()


POLICIES = words(
    "MeshAccessLog MeshCircuitBreaker MeshFaultInjection MeshHealthCheck MeshHTTPRoute MeshLoadBalancingStrategy "
    "MeshMetric MeshPassthrough MeshProxyPatch MeshRateLimit MeshRetry MeshTCPRoute MeshTimeout MeshTrace "
    "MeshTrafficPermission MeshGateway MeshExternalService HostnameGenerator"
)
OLDER = words(
    "Mesh CircuitBreaker FaultInjection HealthCheck ProxyTemplate RateLimit Retry Timeout TrafficLog TrafficPermission "
    "TrafficRoute TrafficTrace VirtualOutbound MeshGatewayRoute ExternalService Secret GlobalSecret"
)
PROXIES = words("Dataplane ZoneIngress ZoneEgress MeshService")
INSIGHTS = words("DataplaneInsight ServiceInsight MeshInsight ZoneInsight ZoneIngressInsight ZoneEgressInsight Config")

# The columns "On G" and "On Z" of the resource table in section B of the KDS rules.
TABLE = {
    **dict.fromkeys(POLICIES, (True, True)),
    **dict.fromkeys(OLDER, (True, False)),
    **dict.fromkeys(PROXIES, (False, True)),
    **dict.fromkeys(INSIGHTS, (False, False)),
    "Zone": (True, True),
}

KNOWN = sorted(kind.kind for kind in kinds.all_kinds() if kind.sync is not None and kind.group == "kuma.io")


def refused(outcome: Saved | Failure) -> tuple[int, str]:
    return (outcome.code, outcome.reason) if isinstance(outcome, Failure) else (200, "")


def store(mode: str = "zone", federated: bool = True, **config: str) -> UniversalStore:
    return UniversalStore(around(mode, federated, **config)).given(type="Mesh", name="demo")


def is_writable(kind: str, mode: str, federated: bool = True) -> bool:
    outcome = store(mode, federated).put(type=kind, mesh="demo", name="x", labels={"kuma.io/origin": "zone"})
    return refused(outcome) != (405, "Method Not Allowed")


@pytest.mark.parametrize("kind", KNOWN)
def test_who_may_write_which_type(kind: str) -> None:
    on_global, on_zone = TABLE[kind]

    assert is_writable(kind, "global") == on_global
    assert is_writable(kind, "zone") == on_zone
    assert is_writable(kind, "zone", federated=False) == (kind not in INSIGHTS)


def test_a_type_of_another_control_plane_cannot_be_deleted_either() -> None:
    assert refused(store().delete("Mesh", "", "demo")) == (405, "Method Not Allowed")


def test_an_api_server_may_be_read_only() -> None:
    assert refused(store(KUMA_API_SERVER_READ_ONLY="true").put(**OWN)) == (405, "Method Not Allowed")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({}, 400),
        ({"kuma.io/origin": "global"}, 400),
        ({"kuma.io/origin": "zone"}, 200),
        ({"kuma.io/origin": "zone", "kuma.io/zone": "zone-1"}, 200),
        ({"kuma.io/origin": "zone", "kuma.io/zone": "zone-2"}, 400),
    ],
)
def test_labels_of_a_policy_in_a_zone(labels: dict[str, str], expected: int) -> None:
    assert refused(store().put(**{**TIMEOUT, "labels": labels}))[0] == expected


def test_the_origin_label_may_be_made_optional() -> None:
    free = store(KUMA_MULTIZONE_ZONE_DISABLE_ORIGIN_LABEL_VALIDATION="true")

    assert refused(free.put(**TIMEOUT))[0] == 200


def test_a_gateway_needs_no_origin_label() -> None:
    gateway = {
        "type": "MeshGateway",
        "mesh": "demo",
        "name": "g",
        "selectors": [{"match": {"kuma.io/service": "g"}}],
        "conf": {"listeners": [{"port": 80, "protocol": "HTTP"}]},
    }

    assert refused(store().put(**gateway))[0] == 200


@pytest.mark.parametrize(("length", "expected"), [(245, 200), (246, 400)])
def test_there_is_room_for_the_zones_name(length: int, expected: int) -> None:
    assert refused(store().put(**{**OWN, "name": "a" * length}))[0] == expected


def test_the_mesh_must_be_there() -> None:
    assert refused(store().put(**{**OWN, "mesh": "nowhere"})) == (404, "Not Found")


def test_what_is_not_there_cannot_be_deleted_or_patched() -> None:
    assert refused(store().delete("MeshTimeout", "demo", "t")) == (404, "Not Found")
    assert refused(store().patch("MeshTimeout", "demo", "t", {"spec": {}})) == (404, "Not Found")


def test_a_type_that_nobody_knows() -> None:
    assert refused(store().put(type="Wish", name="w")) == (404, "Not Found")


@pytest.mark.parametrize(
    "written",
    [
        {"type": "MeshGateway", "mesh": "demo", "name": "g", "conf": {"listeners": [{"port": 80, "protocol": "HTTP"}]}},
        {"type": "Mesh", "name": "m", "mtls": {"enabledBackend": "nobody"}},
        {"type": "Mesh", "name": "m" * 64},
    ],
)
def test_validators_answer_bad_request(written: dict) -> None:
    assert refused(store("global").put(**written)) == (400, "Bad Request")


def test_a_mesh_with_dataplanes_stays() -> None:
    used = store("global").given(type="Dataplane", mesh="demo", name="d", networking={"address": "10.0.0.1"})

    assert refused(used.delete("Mesh", "", "demo")) == (400, "Bad Request")


def test_a_refusal_names_its_rule() -> None:
    outcome = store().put(**TIMEOUT)

    assert isinstance(outcome, Failure)
    assert outcome.rule == "origin_label (KDS-116)"
