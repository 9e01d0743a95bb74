"""The schema language: what it finds wrong, what it fills in, what it says is not modelled."""

from __future__ import annotations

import pytest

from kumasim.domain.kinds.check import violations
from kumasim.domain.kinds.default import with_defaults
from kumasim.domain.kinds.marks import ignored, unmodelled
from kumasim.domain.kinds.schema import (
    Anything,
    Bool,
    Int,
    IntOrText,
    ListOf,
    MapOf,
    Num,
    Obj,
    Quantity,
    Rule,
    Text,
)
from kumasim.domain.kinds.violation import path_text
from kumasim.domain.tree import FrozenMap, freeze

OBJ = Obj({"name": Text(), "port": Int(1, 65535)}, required=("name",))
KEYED = ListOf(OBJ, map_keys=("name",), min_items=1, max_items=2)

WRONG = [
    # schema, tree, [(path, reason)], part of the fix
    (OBJ, {}, [("name", "missing")], 'add "name"'),
    (OBJ, {"name": None}, [("name", "missing")], 'add "name"'),
    (OBJ, {"name": "a", "prot": 1}, [("prot", "unknown")], 'did you mean "port"?'),
    (OBJ, {"name": "a", "PORT": 1}, [("PORT", "unknown")], 'did you mean "port"?'),
    (OBJ, {"name": "a", "zzz": 1}, [("zzz", "unknown")], "known here: name, port"),
    (OBJ, [], [("", "type")], ""),
    (OBJ, {"name": True}, [("name", "type")], 'quote it: "true"'),
    (OBJ, {"name": 8080}, [("name", "type")], 'quote it: "8080"'),
    (OBJ, {"name": "a", "port": "80"}, [("port", "type")], "remove the quotes: 80"),
    (OBJ, {"name": "a", "port": True}, [("port", "type")], ""),
    (OBJ, {"name": "a", "port": 0}, [("port", "range")], "a number from 1 to 65535"),
    (OBJ, {"name": "a", "port": 65536}, [("port", "range")], "a number from 1 to 65535"),
    (OBJ, {"port": "x", "nane": 1}, [("port", "type"), ("nane", "unknown"), ("name", "missing")], ""),
    (KEYED, {}, [("", "type")], "write it as a list"),
    (KEYED, [], [("", "many")], ""),
    (KEYED, [{"name": "a"}, {"name": "b"}, {"name": "c"}], [("", "many")], ""),
    (KEYED, [{"name": "a"}, {"name": "a"}], [("[1]", "duplicate")], "remove one of the two"),
    (ListOf(Text(), unique=True), ["a", "a"], [("[1]", "duplicate")], ""),
    (MapOf(Text()), {"a": 1}, [("a", "type")], 'quote it: "1"'),
    (MapOf(Text(), max_entries=1), {"a": "1", "b": "2"}, [("", "many")], ""),
    (MapOf(Text(), Text(pattern="^[a-z]+$")), {"A": "1"}, [("A", "pattern")], ""),
    (MapOf(Text()), [], [("", "type")], ""),
    (Text(enum=("Exact", "Prefix")), "exact", [("", "enum")], 'did you mean "Exact"?'),
    (Text(min_length=1), "", [("", "length")], ""),
    (Text(max_length=2), "abc", [("", "length")], "it has 3 characters"),
    (Text(pattern="^a$"), "a\n", [("", "pattern")], ""),
    (Text(format="date-time"), "yesterday", [("", "pattern")], ""),
    (Text(format="ip"), "1.2.3.400", [("", "pattern")], ""),
    (Text(format="duration"), "soon", [("", "pattern")], ""),
    (Int(enum=(301, 302)), 303, [("", "enum")], ""),
    (Num(), "1.5", [("", "type")], ""),
    (Bool(), "true", [("", "type")], "remove the quotes: true"),
    (IntOrText(), True, [("", "type")], ""),
    (Quantity(), "64 MB", [("", "pattern")], "64Mi"),
    (Quantity(), [], [("", "type")], ""),
    (Text(rules=(Rule("no", lambda _: False),)), "a", [("", "rule")], ""),
]


@pytest.mark.parametrize(("schema", "tree", "expected", "fix"), WRONG)
def test_everything_wrong_is_told_at_once_with_its_place_reason_and_fix(schema, tree, expected, fix):
    for form in (tree, freeze(tree)):
        found = violations(schema, form)
        assert [(path_text(item.path), item.reason) for item in found] == expected
        assert fix in found[0].fix


RIGHT = [
    (OBJ, {"name": "a", "port": None}),
    (KEYED, [{"name": "a"}, {"name": "b", "port": 1}]),
    (Obj({"a": Text()}, extra=True), {"b": 1}),
    (Int(), 1.0),
    (Num(), 1.5),
    (IntOrText(), "http"),
    (IntOrText(), 80),
    (Quantity(), "100m"),
    (Quantity(), 1),
    (Quantity(), "1e3"),
    (Text(format="ip"), "172.18.0.2"),
    (Text(format="ip"), "fd00::1"),
    (Text(format="duration"), "1m30s"),
    (Text(format="date-time"), "2024-01-01T00:00:00Z"),
    (Anything(), {"what": ["ever", None]}),
]


@pytest.mark.parametrize(("schema", "tree"), RIGHT)
def test_what_fits_has_no_violation(schema, tree):
    assert violations(schema, tree) == ()


def test_messages_are_those_of_the_api_server():
    schema = Obj({"spec": Obj({"replicas": Int(min=1), "type": Text(enum=("A", "B"))})})
    found = [str(item) for item in violations(schema, {"spec": {"replicas": "x", "type": "C", "other": 1}})]
    assert found == [
        'spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"',
        'spec.type: Unsupported value: "C": supported values: "A", "B"',
        'spec.other: unknown field "spec.other"',
    ]


def test_a_rule_is_asked_only_of_a_part_without_other_faults():
    asked: list[object] = []

    def holds(tree: object) -> bool:
        asked.append(tree)
        return True

    schema = Obj({"a": Int()}, rules=(Rule("never", holds),))
    violations(schema, {"a": "x"})
    assert asked == []
    violations(schema, {"a": 1})
    assert asked == [{"a": 1}]


def test_a_rule_shows_the_fault_where_it_says():
    schema = Obj({"a": Int()}, rules=(Rule("must be odd", lambda tree: tree["a"] % 2, ("a",), "add one"),))
    (found,) = violations(schema, {"a": 2}, ("spec",))
    assert (found.path, found.fix) == (("spec", "a"), "add one")
    assert found.message == 'Invalid value: "object": must be odd'


DEFAULTED = Obj(
    {
        "type": Text(default="ClusterIP"),
        "ports": ListOf(Obj({"port": Int(), "protocol": Text(default="TCP")})),
        "routes": Obj({"from": Text(default="Same")}, default={"from": "Same"}),
        "inside": Obj({"deep": Int(default=3)}),
        "by_name": MapOf(Obj({"weight": Int(default=1)})),
    }
)

FILLED = [
    ({}, {"type": "ClusterIP", "routes": {"from": "Same"}}),
    ({"type": None}, {"type": "ClusterIP", "routes": {"from": "Same"}}),
    ({"routes": {}}, {"routes": {"from": "Same"}, "type": "ClusterIP"}),
    (
        {"ports": [{"port": 1}]},
        {"ports": [{"port": 1, "protocol": "TCP"}], "type": "ClusterIP", "routes": {"from": "Same"}},
    ),
    ({"inside": {}}, {"inside": {"deep": 3}, "type": "ClusterIP", "routes": {"from": "Same"}}),
    ({"by_name": {"a": {}}}, {"by_name": {"a": {"weight": 1}}, "type": "ClusterIP", "routes": {"from": "Same"}}),
    ({"ports": "odd", "by_name": 1}, {"ports": "odd", "by_name": 1, "type": "ClusterIP", "routes": {"from": "Same"}}),
]


@pytest.mark.parametrize(("tree", "expected"), FILLED)
def test_defaults_fill_what_is_missing_or_null(tree, expected):
    filled = with_defaults(DEFAULTED, tree)
    assert filled == freeze(expected)
    assert with_defaults(DEFAULTED, filled) is filled


def test_a_tree_that_lacks_nothing_is_not_copied():
    tree = freeze({"type": "NodePort", "routes": {"from": "All"}, "ports": [{"port": 1, "protocol": "UDP"}]})
    assert with_defaults(DEFAULTED, tree) is tree
    assert with_defaults(Obj({"a": Int()}), tree) is tree


MARKED = Obj(
    {
        "probe": Anything(modelled=False),
        "affinity": Text(default="None", modelled=False),
        "list": ListOf(Obj({"timeout": Text(modelled=False), "filter": Text(ignored="GW-134"), "name": Text()})),
        "map": MapOf(Obj({"x": Int(modelled=False)})),
        "open": Obj({"known": Int()}, extra=True),
        "free": Anything(),
    }
)


def test_what_is_not_modelled_is_found_where_it_is_used():
    tree = FrozenMap(
        {
            "probe": {"a": 1},
            "affinity": "None",
            "list": ({"timeout": "1s", "filter": "f", "name": "n"},),
            "map": {"k": {"x": 1}},
            "open": {"known": 1, "unknown": 2},
            "free": {"x": 1},
        }
    )
    assert unmodelled(MARKED, tree) == (("probe",), ("list", 0, "timeout"), ("map", "k", "x"), ("open", "unknown"))
    assert unmodelled(MARKED, {"affinity": "ClientIP"}) == (("affinity",),)
    assert ignored(MARKED, tree) == ((("list", 0, "filter"), "GW-134"),)
    assert unmodelled(MARKED, {}) == ()
