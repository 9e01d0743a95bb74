"""Which policies are about whom, and which of several has the last word."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from kumasim.domain.policy import selector, target_ref
from kumasim.domain.policy.identity import display_name, mesh_of
from kumasim.domain.policy.matching import matching
from kumasim.domain.policy.merge import by_hostname
from kumasim.domain.policy.order import ordered
from kumasim.domain.policy.target_ref import GATEWAY, SIDECAR, Subject
from kumasim.domain.resource import Resource, resource
from kumasim.domain.tree import freeze


def policy(name: str, target: Any = None, to: Any = ()) -> Resource:
    spec = {"targetRef": target or {"kind": "Mesh"}, "to": list(to)}
    meta = {"name": name, "namespace": "kuma-system"}
    return resource({"apiVersion": "kuma.io/v1alpha1", "kind": "MeshHTTPRoute", "metadata": meta, "spec": spec})


SIDE = Subject({"kuma.io/service": "a", "version": "v1"}, SIDECAR)
EDGE = Subject({"kuma.io/service": "gw", "port": "80"}, GATEWAY, "edge")

SELECTS = [
    ({"kind": "Mesh"}, True, True),
    ({"kind": "Mesh", "proxyTypes": ["Sidecar"]}, True, False),
    ({"kind": "Mesh", "proxyTypes": ["Gateway"]}, False, True),
    ({"kind": "Mesh", "proxyTypes": ["Sidecar", "Gateway"]}, True, True),
    ({"kind": "MeshSubset", "tags": {"version": "v1"}}, True, False),
    ({"kind": "MeshSubset", "tags": {"version": "*"}}, True, False),
    ({"kind": "MeshSubset", "tags": {"port": "80"}}, False, True),
    ({"kind": "MeshSubset", "tags": {"version": "v2"}}, False, False),
    ({"kind": "MeshSubset", "tags": {"version": "v1"}, "proxyTypes": ["Gateway"]}, False, False),
    ({"kind": "MeshSubset"}, True, True),
    ({"kind": "MeshService", "name": "a"}, True, False),
    ({"kind": "MeshService", "name": "gw"}, False, True),
    ({"kind": "MeshServiceSubset", "name": "a", "tags": {"version": "v1"}}, True, False),
    ({"kind": "MeshServiceSubset", "name": "a", "tags": {"version": "v2"}}, False, False),
    ({"kind": "MeshGateway", "name": "edge"}, False, True),
    ({"kind": "MeshGateway", "name": "edge", "tags": {"port": "80"}}, False, True),
    ({"kind": "MeshGateway", "name": "edge", "tags": {"port": "81"}}, False, False),
    ({"kind": "MeshGateway", "name": "other"}, False, False),
    ({"kind": "Unheard"}, False, False),
]


@pytest.mark.parametrize(("ref", "sidecar", "gateway"), SELECTS)
def test_target_refs(ref: Any, sidecar: bool, gateway: bool) -> None:
    read = target_ref.read(freeze(ref))
    assert (target_ref.selects(read, SIDE), target_ref.selects(read, EDGE)) == (sidecar, gateway)


SELECTORS = [
    ({}, {}, True),
    ({}, {"a": "1"}, True),
    ({"a": "1"}, {"a": "1", "b": "2"}, True),
    ({"a": "1"}, {"a": "2"}, False),
    ({"a": "*"}, {"a": "2"}, True),
    ({"a": "*"}, {"b": "2"}, False),
    ({"a": "1", "b": "2"}, {"a": "1"}, False),
]


@pytest.mark.parametrize(("wanted", "tags", "holds"), SELECTORS)
def test_selectors(wanted: Any, tags: Any, holds: bool) -> None:
    assert selector.matches(wanted, tags) is holds


def mesh_gateway(name: str, created: int, *matches: dict[str, str]) -> Resource:
    tree = {
        "apiVersion": "kuma.io/v1alpha1", "kind": "MeshGateway", "mesh": "m", "metadata": {"name": name},
        "spec": {"selectors": [{"match": match} for match in matches]},
    }  # fmt: skip
    return resource(tree).with_meta(created_ns=created)


TAGS = {"kuma.io/service": "gw", "env": "prod"}
BEST = [
    ([("a", 1, {"kuma.io/service": "gw"}), ("b", 0, TAGS)], "b"),
    ([("a", 1, {"kuma.io/service": "*"}), ("b", 0, {"kuma.io/service": "gw"})], "b"),
    ([("a", 1, {"kuma.io/service": "gw"}), ("b", 2, {"kuma.io/service": "gw"})], "b"),
    ([("a", 1, {"kuma.io/service": "gw"}), ("b", 1, {"kuma.io/service": "gw"})], "a"),
    ([("a", 1, {"kuma.io/service": "other"})], None),
    ([], None),
]


@pytest.mark.parametrize(("candidates", "chosen"), BEST)
def test_the_best_gateway(candidates: Any, chosen: str | None) -> None:
    for some in itertools.permutations(candidates):
        found = selector.best([mesh_gateway(*each) for each in some], TAGS)
        assert (found and found.name) == chosen


def test_ranks_count_tags_then_exact_ones() -> None:
    assert selector.rank({"a": "*", "b": "1"}) == (2, 1)
    assert selector.rank({"a": "1"}) < selector.rank({"a": "*", "b": "*"})


WEAKER_FIRST = [
    policy("a", {"kind": "Mesh"}),
    policy("z", {"kind": "MeshSubset", "tags": {"a": "b"}}),
    policy("g2", {"kind": "MeshGateway", "name": "edge"}),
    policy("g1", {"kind": "MeshGateway", "name": "edge", "tags": {"a": "b"}}),
    policy("y", {"kind": "MeshService", "name": "a"}),
    policy("x", {"kind": "MeshServiceSubset", "name": "a"}),
]


def labelled(name: str, origin: str = "", role: str = "") -> Resource:
    labels = {"kuma.io/origin": origin, "kuma.io/policy-role": role}
    spec = {"targetRef": {"kind": "Mesh"}}
    meta = {"name": name, "labels": {key: text for key, text in labels.items() if text}}
    return resource({"apiVersion": "kuma.io/v1alpha1", "kind": "MeshHTTPRoute", "metadata": meta, "spec": spec})


def test_broader_kinds_and_fewer_tags_are_weaker() -> None:
    for some in itertools.permutations(WEAKER_FIRST):
        assert [one.name for one in ordered(some)] == ["a", "z", "g2", "g1", "y", "x"]


def test_origin_then_role_then_name_descending() -> None:
    them = [
        labelled("a", "global"),
        labelled("c"),
        labelled("b"),
        labelled("e", "zone"),
        labelled("d", "zone", "system"),
        labelled("f", "zone", "producer"),
        labelled("g", "zone", "consumer"),
        labelled("h", "zone", "workload-owner"),
    ]
    expected = ["a", "c", "b", "e", "d", "f", "g", "h"]
    assert [one.name for one in ordered(them)] == expected
    assert [one.name for one in ordered(reversed(them))] == expected


def test_matching_asks_whether_any_subject_is_meant() -> None:
    mine = policy("mine", {"kind": "MeshService", "name": "a"})
    other = policy("other", {"kind": "MeshService", "name": "b"})
    assert [one.name for one in matching([other, mine], [EDGE, SIDE])] == ["mine"]
    assert matching([mine], []) == ()


def to(*rules: Any, hostnames: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"targetRef": {"kind": "Mesh"}, "hostnames": list(hostnames), "rules": list(rules)}


def rule(path: str, **default: Any) -> dict[str, Any]:
    return {"matches": [{"path": {"type": "Exact", "value": path}}], "default": default}


def test_rules_of_the_stronger_policy_come_first_and_override_equal_matches() -> None:
    weak = policy("z", to=[to(rule("/a", backendRefs=["weak"], filters=["kept"]), rule("/b", backendRefs=["b"]))])
    strong = policy("a", to=[to(rule("/c", backendRefs=["c"]), rule("/a", backendRefs=["strong"]))])
    merged = by_hostname(ordered([strong, weak]), lambda _: True)
    assert list(merged) == ["*"]
    told = [(one.matches[0]["path"]["value"], dict(one.default), one.source) for one in merged["*"]]
    assert told == [
        ("/c", {"backendRefs": ("c",)}, "MeshHTTPRoute/kuma-system/a"),
        ("/a", {"backendRefs": ("strong",), "filters": ("kept",)}, "MeshHTTPRoute/kuma-system/a"),
        ("/b", {"backendRefs": ("b",)}, "MeshHTTPRoute/kuma-system/z"),
    ]


def test_rules_are_grouped_by_hostname() -> None:
    one = policy("a", to=[to(rule("/a"), hostnames=("x.com", "y.com")), to(rule("/b"))])
    merged = by_hostname([one], lambda _: True)
    assert {name: len(rules) for name, rules in merged.items()} == {"*": 1, "x.com": 1, "y.com": 1}


def test_mesh_and_display_name() -> None:
    assert mesh_of(mesh_gateway("g", 0)) == "m"
    assert mesh_of(labelled("x")) == "default"
    synced = labelled("x-hash").with_meta(annotations=freeze({"kuma.io/display-name": "x"}))
    assert (display_name(synced), display_name(labelled("y"))) == ("x", "y")
