"""Which object a `resource:` means, and which one comes nearest."""

from typing import Any

import pytest

from kumasim.scenario.model import Tree
from kumasim.scenario.select import describe, select
from kumasim.scenario.yaml_reader import read_documents

STORE: list[dict[str, Any]] = [
    {"kind": "Pod", "metadata": {"name": "a", "namespace": "x"}, "status": {"phase": "Running"}},
    {"kind": "Pod", "metadata": {"name": "b", "namespace": "x"}, "status": {"phase": "Pending"}},
    {"kind": "Service", "metadata": {"name": "a", "namespace": "x"}},
    {"type": "Dataplane", "mesh": "default", "name": "dp", "labels": {"v": "1"}, "networking": {"address": "10.0.0.1"}},
]


def tree(text: str) -> Tree:
    document = read_documents(text, "x.yaml")[0][0]
    return Tree(document.value, document)


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("{kind: Pod}", 0),
        ("{kind: Pod, metadata: {name: b}}", 1),
        ("{kind: Pod, status: {phase: Pending}}", 1),
        ("{kind: Service, metadata: {namespace: x}}", 2),
        ("{kind: Dataplane, metadata: {name: dp, labels: {v: '1'}}}", 3),
        ("{type: Dataplane, name: dp, mesh: default, networking: {address: 10.0.0.1}}", 3),
        ("{type: Pod, name: b}", 1),
    ],
)
def test_the_first_object_that_matches_is_found(text: str, index: int) -> None:
    assert select(tree(text), STORE).found is STORE[index]


def test_of_several_the_nearest_is_explained() -> None:
    verdict = select(tree("{kind: Pod, metadata: {name: b}, status: {phase: Running}}"), STORE)
    assert verdict.found is None
    assert verdict.nearest is STORE[1]
    assert [str(found) for found in verdict.mismatches] == ['status.phase: wanted "Running", is "Pending"']


def test_a_kind_that_is_not_there_is_told_so() -> None:
    verdict = select(tree("{kind: Gateway}"), STORE)
    assert verdict.nearest is None
    assert [(str(found), str(found.origin)) for found in verdict.mismatches] == [("there is no Gateway", "x.yaml:1:1")]


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ({"kind": "Pod", "metadata": {"name": "a", "namespace": "x"}}, "Pod x/a"),
        ({"type": "Mesh", "name": "m"}, "Mesh m"),
        ({"kind": "Pod", "spec": {"a": 1}}, 'Pod like {kind: "Pod", spec: {a: 1}}'),
    ],
)
def test_an_expected_object_in_words(expected: dict[str, Any], words: str) -> None:
    assert describe(expected) == words


STORED = {
    "apiVersion": "kuma.io/v1alpha1",
    "kind": "Dataplane",
    "mesh": "default",
    "metadata": {"name": "dp", "labels": {"v": "1"}},
    "spec": {"networking": {"address": "10.0.0.1"}},
}
POLICY = {"kind": "MeshTimeout", "metadata": {"name": "t", "labels": {"kuma.io/mesh": "m"}}, "spec": {"to": []}}


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("{kind: Dataplane, mesh: default, metadata: {name: dp}, spec: {networking: {address: 10.0.0.1}}}", STORED),
        ("{kind: Dataplane, name: dp, labels: {v: '1'}, networking: {address: 10.0.0.1}}", STORED),
        ("{type: Dataplane, name: dp, networking: {address: 10.0.0.1}}", STORED),
        ("{type: MeshTimeout, mesh: m, name: t, spec: {to: []}}", POLICY),
    ],
)
def test_in_a_universal_store_both_forms_mean_the_same(text: str, stored: dict[str, Any]) -> None:
    assert select(tree(text), [stored], universal=True).found is stored


def test_on_kubernetes_flat_fields_mean_what_they_say() -> None:
    assert select(tree("{kind: Dataplane, networking: {address: 10.0.0.1}}"), [STORED]).found is None
