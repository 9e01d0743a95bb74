"""MeshLoadBalancingStrategy: which zones are preferred, who is left out (H-22 to H-25)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kumasim.domain.policy.target_ref import Subject
from kumasim.domain.profile import profile
from kumasim.domain.proxy.config import ProxyCluster, ProxyConfig, ProxyEndpoint
from kumasim.domain.proxy.load_balancing import balanced
from kumasim.domain.proxy.mesh import MeshSettings
from kumasim.domain.proxy.wakes import INDEXES
from kumasim.domain.reconcilers.base import Surroundings, View
from kumasim.domain.resource import resource
from kumasim.domain.store import Indexes, Store
from kumasim.domain.traffic.endpoints import shares
from kumasim.domain.tree import FrozenMap

LOCAL = [
    ProxyEndpoint("10.0.0.1", 80, "z1", tags=FrozenMap({"node": "n1"})),
    ProxyEndpoint("10.0.0.2", 80, "z1", tags=FrozenMap({"node": "n2"})),
]
REMOTE = [ProxyEndpoint(f"172.0.0.{n}", 80, f"z{n}", "zone-ingress") for n in (2, 3)]


def balance(default, endpoints=(*LOCAL, *REMOTE), zone_egress=False, target="Mesh"):
    strategy = resource(
        {
            "apiVersion": "kuma.io/v1alpha1", "kind": "MeshLoadBalancingStrategy",
            "metadata": {"name": "s", "namespace": "kuma-system", "labels": {"kuma.io/mesh": "default"}},
            "spec": {
                "targetRef": {"kind": "Mesh"},
                "to": [{"targetRef": {"kind": target, "name": "echo"}, "default": default}],
            },
        }
    )  # fmt: skip
    view = View(Store(Indexes.of(INDEXES)).put(strategy), Surroundings(profile(), "z1"))
    config = ProxyConfig(clusters=(ProxyCluster("echo", "echo", endpoints=tuple(endpoints)),))
    subject = Subject(FrozenMap({"node": "n1"}))
    return balanced(view, MeshSettings("default", zone_egress=zone_egress), [subject], config).clusters[0].endpoints


def zones(endpoints):
    return {one.zone: one.priority for one in endpoints}


@pytest.mark.parametrize(
    ("default", "wanted"),
    [
        ({"loadBalancer": {"type": "Random"}}, {"z1": 0, "z2": 1, "z3": 1}),
        ({"localityAwareness": {"disabled": True}}, {"z1": 0, "z2": 0, "z3": 0}),
        ({"localityAwareness": {"crossZone": {}}}, {"z1": 0}),
        ({"localityAwareness": {"crossZone": {"failover": [{"to": {"type": "Any"}}]}}}, {"z1": 0, "z2": 1, "z3": 1}),
        (
            {"localityAwareness": {"crossZone": {"failover": [
                {"to": {"type": "Only", "zones": ["z3"]}}, {"to": {"type": "Any"}}]}}},
            {"z1": 0, "z3": 1, "z2": 2},
        ),
        (
            {"localityAwareness": {"crossZone": {"failover": [{"to": {"type": "AnyExcept", "zones": ["z3"]}}]}}},
            {"z1": 0, "z2": 1},
        ),
        (
            {"localityAwareness": {"crossZone": {"failover": [{"from": {"zones": ["z9"]}, "to": {"type": "Any"}}]}}},
            {"z1": 0},
        ),
        ({"localityAwareness": {"crossZone": {"failover": [{"to": {"type": "None"}}]}}}, {"z1": 0}),
    ],
)  # fmt: skip
def test_zones_by_priority(default, wanted):
    assert zones(balance(default)) == wanted


def test_with_zone_egress_other_zones_stay_behind_the_own_one():
    assert zones(balance({"localityAwareness": {"crossZone": {}}}, zone_egress=True)) == {"z1": 0, "z2": 1, "z3": 1}


def test_affinity_tags_give_parts_however_many_endpoints_share_them():
    tags = [{"key": "node", "weight": 9}]
    crowd = [*LOCAL, ProxyEndpoint("10.0.0.3", 80, "z1", tags=FrozenMap({"node": "n3"}))]
    found = shares(balance({"localityAwareness": {"localZone": {"affinityTags": tags}}}, crowd))
    assert {one.address: share for share, one in found} == {
        "10.0.0.1": Fraction(9, 10), "10.0.0.2": Fraction(1, 20), "10.0.0.3": Fraction(1, 20)
    }  # fmt: skip


def test_a_strategy_for_another_service_changes_nothing():
    assert zones(balance({"loadBalancer": {}}, target="MeshService")) == {"z1": 0, "z2": 1, "z3": 1}
    apart = [ProxyEndpoint("172.0.0.2", 80, "z2")]
    assert balance({"loadBalancer": {}}, apart, target="MeshExternalService") == tuple(apart)
