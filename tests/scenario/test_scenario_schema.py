"""The JSON Schema: made of the tables that read, so whatever reads also fits, and names that do not read do not fit."""

import re
from typing import Any

import pytest

from kumasim.scenario.expectations import KINDS
from kumasim.scenario.schema import scenario_schema
from kumasim.scenario.verbs import VERBS
from kumasim.scenario.yaml_reader import read_documents

TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None),
}  # fmt: skip


def fits(schema: dict[str, Any], value: Any) -> bool:
    """As much of JSON Schema as ours uses."""
    unknown = set(schema) - {
        "$schema", "title", "description", "type", "enum", "pattern", "minimum", "maximum", "items", "minItems", "maxItems",
        "properties", "patternProperties", "additionalProperties", "required", "minProperties", "anyOf", "oneOf", "not",
    }  # fmt: skip
    assert not unknown
    return all(check(schema, value) for check in (_type, _scalar, _array, _object, _combined))


def _type(schema: dict[str, Any], value: Any) -> bool:
    wanted = schema.get("type", list(TYPES))
    names = [wanted] if isinstance(wanted, str) else wanted
    return any(isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool)) for name in names)


def _scalar(schema: dict[str, Any], value: Any) -> bool:
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        return False
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        return False
    return "enum" not in schema or value in schema["enum"]


def _array(schema: dict[str, Any], value: Any) -> bool:
    if not isinstance(value, list):
        return True
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return False
    return all(fits(schema.get("items", {}), item) for item in value)


def _object(schema: dict[str, Any], value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    if len(value) < schema.get("minProperties", 0) or any(name not in value for name in schema.get("required", ())):
        return False
    return all(_property(schema, name, item) for name, item in value.items())


def _property(schema: dict[str, Any], name: str, value: Any) -> bool:
    if name in schema.get("properties", {}):
        return fits(schema["properties"][name], value)
    for pattern, inner in schema.get("patternProperties", {}).items():
        if re.search(pattern, name):
            return fits(inner, value)
    others = schema.get("additionalProperties", {})
    return bool(others) if isinstance(others, bool) else fits(others, value)


def _combined(schema: dict[str, Any], value: Any) -> bool:
    if "anyOf" in schema and not any(fits(one, value) for one in schema["anyOf"]):
        return False
    if "oneOf" in schema and sum(fits(one, value) for one in schema["oneOf"]) != 1:
        return False
    return "not" not in schema or not fits(schema["not"], value)


GOOD = """\
apiVersion: kumasim/v1
kind: Scenario
metadata: {name: x, tags: [a]}
kuma: "2.8"
seed: 1
topology:
  global:
  zones:
    a: {loadBalancer: {delay: 20s}, ingress: [{replicas: 2}], config: {A: "1"}}
    b: {loadBalancer: pending, ingress: 0}
    c:
  links: [{between: [a, b], latency: 40ms}]
matrix: {kuma: ["2.8"], mood: [good, 1, true]}
steps:
- apply: {at: [a], files: ["*.yaml"], resources: [{kind: A}]}
  expect:
  - {resource: {kind: A}, at: a, within: 3s, because: x, when: (matrix.kuma == '2.8')}
  - error: {code: 403, "(contains(message, 'x'))": true}
- expect: [{diagnostics: {KS0410: {at: a}, absent: KS0102}}, {events: {absent: {kind: A}}}]
- settle:
- advance: 2m
- heal: all
- request: {from: outside, to: 10.0.0.1, query: {a: 1}}
  expect: [{outcomes: [{share: 50%, status: 500}, {share: 1/2, status: refused}]}, {response: {status: 200}}]
"""

BAD = [
    ("seed: 1", "seed: x"),
    ('kuma: "2.8"\n', "kuma: 2.8\n"),
    ("advance: 2m", "advance: 2 minutes"),
    ("advance: 2m", "advnce: 2m"),
    ("advance: 2m", "{advance: 2m, settle: {}}"),
    ("share: 1/2", "share: 0.5"),
    ("delay: 20s", "delay: 20"),
    ("pending", "never"),
    ("error: {code", "error: {cod"),
    ("{response: {status: 200}}", "{response: {statsu: 200}}"),
    ("{response: {status: 200}}", "{response: {status: 200}, absent: {kind: A}}"),
    ("heal: all", "heal: some"),
    ("KS0410", "KS41"),
    ("metadata: {name: x", "metadata: {nam: x"),
    ("- settle:", "- {}"),
]


def value(text: str) -> Any:
    documents, problems = read_documents(text, "x.yaml")
    assert problems == ()
    return documents[0].value


def test_a_good_file_fits() -> None:
    assert fits(scenario_schema(), value(GOOD))


@pytest.mark.parametrize(("good", "bad"), BAD)
def test_a_bad_file_does_not_fit(good: str, bad: str) -> None:
    assert good in GOOD
    assert not fits(scenario_schema(), value(GOOD.replace(good, bad)))


def test_every_verb_and_every_expectation_is_in_it() -> None:
    step = scenario_schema()["properties"]["steps"]["items"]
    assert set(VERBS) <= set(step["properties"])
    assert set(KINDS) <= set(step["properties"]["expect"]["items"]["properties"])
