"""Assertion trees: what matches, what does not, and what is said of it."""

from typing import Any

import pytest

from kumasim.domain.tree import freeze
from kumasim.scenario.match import ask, matches, mismatches, nearest
from kumasim.scenario.model import Tree
from kumasim.scenario.yaml_reader import read_documents

GATEWAY = {
    "kind": "Gateway",
    "metadata": {"name": "edge", "labels": {"app": "x", "kuma.io/mesh": "default"}, "generation": 2},
    "spec": {
        "hostnames": ["a.com", "b.com"],
        "listeners": [{"name": "http", "port": 80}, {"name": "https", "port": 443, "tls": {"mode": "Terminate"}}],
        "ports": [{"name": "web", "port": 8080}, {"port": 9090}],
        "template": {"containers": [{"name": "app", "ports": [{"containerPort": 80}]}]},
        "enabled": True,
        "weight": 1,
    },
    "status": {
        "addresses": [{"type": "IPAddress", "value": "172.18.0.2"}],
        "conditions": [
            {"type": "Accepted", "status": "True", "message": "ok then"},
            {"type": "ResolvedRefs", "status": "False", "reason": "BackendNotFound"},
        ],
        "parents": [
            {"parentRef": {"name": "edge", "sectionName": "http"}, "controllerName": "c/1", "ok": 1},
            {"parentRef": {"name": "edge", "sectionName": "https"}, "controllerName": "c/1", "ok": 2},
        ],
        "empty": [],
        "nothing": None,
    },
}

MATCHING: list[Any] = [
    {},
    {"kind": "Gateway", "metadata": {"name": "edge"}},
    {"metadata": {"labels": {"kuma.io/mesh": "default"}}},
    {"spec": {"hostnames": ["a.com", "b.com"]}},
    {"spec": {"listeners": [{"name": "http"}, {"port": 443}]}},
    {"spec": {"enabled": True, "weight": 1}},
    {"spec": {"listeners": {"http": {"port": 80}, "https": {"tls": {"mode": "Terminate"}}}}},
    {"spec": {"listeners": {"443": {"name": "https"}}}},
    {"spec": {"ports": {"8080": {"name": "web"}, "web": {"port": 8080}, "9090": {}}}},
    {"spec": {"template": {"containers": {"app": {"ports": {"80": {}}}}}}},
    {"status": {"conditions": {"ResolvedRefs": {"status": "False", "reason": "BackendNotFound"}}}},
    {"status": {"conditions": {"Programmed": None}}},
    {"status": {"addresses": {"172.18.0.2": {"type": "IPAddress"}}}},
    {"status": {"parents": {"edge": {"ok": 2}, "https": {"ok": 2}, "c/1": {"ok": 1}}}},
    {"status": {"(length(addresses))": 1}},
    {"(status.conditions[?type=='Accepted'].message | [0])": "ok then"},
    {"status": {"conditions": {"Accepted": {"(contains(message, 'ok'))": True}}}},
    {"status": {"~any.(conditions)": {"status": "False"}}},
    {"status": {"~any.conditions": {"status": "False"}}},
    {"~all.(spec.listeners)": {"(port > `0`)": True}},
    {"~all.(status.empty)": {"x": 1}},
    {"~all.(spec.hostnames)": {"(ends_with(@, '.com'))": True}},
    {"spec": {"listeners": {"(length(@))": 2}}},
    {"status": {"nothing": None, "never": None}},
    {"never": {"deeper": None}},
    {"(status.addresses[*].value)": ["172.18.0.2"]},
    {"(spec.{w: weight})": {"w": 1}},
    {"status": {"empty": []}},
]

FAILING: list[tuple[Any, str]] = [
    ({"kind": "Mesh"}, 'kind: wanted "Mesh", is "Gateway"'),
    ({"metadata": {"labels": {"app": None}}}, 'metadata.labels.app: should be absent, is "x"'),
    ({"metadata": {"namespace": "a"}}, 'metadata.namespace: wanted "a", is absent'),
    ({"spec": {"weight": True}}, "spec.weight: wanted true, is 1"),
    ({"spec": {"enabled": 1}}, "spec.enabled: wanted 1, is true"),
    ({"spec": {"weight": "1"}}, 'spec.weight: wanted "1", is 1; the object has a number: write it without quotes'),
    ({"spec": {"hostnames": ["a.com"]}}, 'spec.hostnames: wanted 1 element, are 2: ["a.com", "b.com"]'),
    ({"spec": {"hostnames": ["a.com", "c.com"]}}, 'spec.hostnames[1]: wanted "c.com", is "b.com"'),
    ({"spec": {"weight": {"a": 1}}}, "spec.weight: wanted a mapping, is 1"),
    ({"spec": {"enabled": [1]}}, "spec.enabled: wanted a list, is true"),
    ({"spec": {"missing": {}}}, "spec.missing: wanted a mapping, is absent"),
    ({"missing": {"deeper": {"x": 1}}}, "missing.deeper.x: wanted 1, is absent"),
    (
        {"status": {"conditions": {"Accepted": {"status": True}}}},
        'status.conditions.Accepted.status: wanted true, is "True"; the object has a string: write "True"',
    ),
    (
        {"status": {"conditions": {"ResolvedRef": {"status": "True"}}}},
        "status.conditions.ResolvedRef: no element 'ResolvedRef': there are Accepted, ResolvedRefs, "
        'did you mean "ResolvedRefs"?',
    ),
    ({"status": {"empty": {"x": {}}}}, "status.empty.x: no element 'x': the list is empty"),
    (
        {"status": {"conditions": {"Accepted": None}}},
        'status.conditions.Accepted: should be absent, is {type: "Accepted", status: "True", message: "ok then"}',
    ),
    ({"status": {"parents": {"edge": {"ok": 3}}}}, "status.parents.edge.ok: wanted 3, is 1"),
    ({"status": {"(length(addresses))": 2}}, "status.(length(addresses)): wanted 2, is 1"),
    (
        {"spec": {"(length(addresses))": 1}},
        "spec.(length(addresses)): cannot be evaluated: In function length(), invalid type for value: None, "
        "expected one of: ['string', 'array', 'object'], received: \"null\"",
    ),
    (
        {"status": {"~any.(conditions)": {"status": "Unknown"}}},
        'status.~any.(conditions).status: wanted "Unknown", is "True"',
    ),
    ({"~all.(spec.listeners)": {"port": 80}}, "~all.(spec.listeners).port: wanted 80, is 443"),
    ({"~any.(status.empty)": {}}, "~any.(status.empty): some element should match, the list is empty"),
    ({"~all.(missing)": {}}, "~all.(missing): wanted a list, is absent"),
]


@pytest.mark.parametrize("expected", MATCHING, ids=str)
@pytest.mark.parametrize("frozen", [False, True], ids=["plain", "frozen"])
def test_a_partial_tree_matches(expected: Any, frozen: bool) -> None:
    assert mismatches(expected, freeze(GATEWAY) if frozen else GATEWAY) == []


@pytest.mark.parametrize(("expected", "message"), FAILING, ids=lambda value: str(value)[:60])
def test_a_mismatch_says_what_was_wanted_and_what_is_there(expected: Any, message: str) -> None:
    assert [str(found) for found in mismatches(expected, GATEWAY)] == [message]


def test_all_mismatches_are_told_in_the_order_of_the_tree() -> None:
    expected = {"kind": "Mesh", "metadata": {"name": "edge", "generation": 3}, "spec": {"weight": 2}}
    assert [found.where for found in mismatches(expected, GATEWAY)] == ["kind", "metadata.generation", "spec.weight"]


def test_a_mismatch_knows_its_line() -> None:
    text = "kind: Gateway\nspec:\n  listeners:\n    http: {port: 81}\n  weight: 2\n"
    document = read_documents(text, "x.yaml")[0][0]
    found = mismatches(Tree(document.value, document), GATEWAY)
    assert [str(item.origin) for item in found] == ["x.yaml:4:18", "x.yaml:5:11"]
    assert [(item.expected, item.actual) for item in found] == [(81, 80), (2, 1)]


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("(a.b)", ("", "a.b")),
        ("~any.(a)", ("any", "a")),
        ("~all.(a[?b=='(']  )", ("all", "a[?b=='(']  ")),
        ("~any.items", ("any", "items")),
        ("a", None),
        ("(a", None),
        ("~some.(a)", None),
        ("kuma.io/mesh", None),
    ],
)
def test_keys_that_are_expressions(key: str, asked: tuple[str, str] | None) -> None:
    found = ask(key)
    assert (found and (found.quantifier, found.expression)) == asked


def test_matching_is_a_question_of_yes_or_no_too() -> None:
    assert matches({"a": 1}, {"a": 1, "b": 2})
    assert not matches({"a": True}, {"a": 1})
    assert matches({"a": 1.0}, {"a": 1})


def test_the_nearest_attempt_has_the_fewest_mismatches() -> None:
    far, near = mismatches({"a": 1, "b": 2}, {}), mismatches({"a": 1, "b": 2}, {"a": 1})
    assert nearest([far, near]) == near
