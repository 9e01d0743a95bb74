"""JSON Patch: the examples of RFC 6902, appendix A, and what cannot be done."""

import pytest

from kumasim.domain.kubernetes.api.json_patch import PatchFailed, json_patched
from kumasim.domain.tree import freeze, thaw

WORKS = {
    # name: (document, operations, result)
    "A.1 adding a member": ({"foo": "bar"}, [("add", "/baz", "qux")], {"baz": "qux", "foo": "bar"}),
    "A.2 adding an element": ({"foo": ["bar", "baz"]}, [("add", "/foo/1", "qux")], {"foo": ["bar", "qux", "baz"]}),
    "A.3 removing a member": ({"baz": "qux", "foo": "bar"}, [("remove", "/baz")], {"foo": "bar"}),
    "A.4 removing an element": ({"foo": ["a", "b", "c"]}, [("remove", "/foo/1")], {"foo": ["a", "c"]}),
    "A.5 replacing": ({"baz": "qux", "foo": "bar"}, [("replace", "/baz", "boo")], {"baz": "boo", "foo": "bar"}),
    "A.6 moving": (
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    "A.7 moving an element": (
        {"foo": ["all", "grass", "cows", "eat"]},
        [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    "A.8 testing": (
        {"baz": "qux", "foo": ["a", 2, "c"]},
        [("test", "/baz", "qux"), ("test", "/foo/1", 2)],
        {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    "A.10 a nested member": ({"foo": "bar"}, [("add", "/child", {"x": {}})], {"foo": "bar", "child": {"x": {}}}),
    "A.14 escapes": ({"/": 9, "~1": 10}, [("test", "/~01", 10), ("replace", "/~1", 8)], {"/": 8, "~1": 10}),
    "A.16 appending an array": ({"foo": ["bar"]}, [("add", "/foo/-", ["abc"])], {"foo": ["bar", ["abc"]]}),
    "adding replaces a member": ({"a": 1}, [("add", "/a", 2)], {"a": 2}),
    "copying": ({"a": {"b": 1}}, [{"op": "copy", "from": "/a", "path": "/c"}], {"a": {"b": 1}, "c": {"b": 1}}),
    "deep in lists": ({"a": [{"b": [1]}]}, [("replace", "/a/0/b/0", 2)], {"a": [{"b": [2]}]}),
    "the whole document": ({"a": 1}, [("add", "", {"b": 2})], {"b": 2}),
    "testing for absence": ({"a": 1}, [("test", "/b", None)], {"a": 1}),
    "a value of null": ({"a": 1}, [("add", "/b", None)], {"a": 1, "b": None}),
}


def operations(found):
    return freeze(
        [one if isinstance(one, dict) else dict(zip(("op", "path", "value"), one, strict=False)) for one in found]
    )


@pytest.mark.parametrize("name", WORKS)
def test_what_works(name):
    document, patch, result = WORKS[name]
    assert thaw(json_patched(freeze(document), operations(patch))) == result


FAILS = {
    "A.9 a failed test": ({"baz": "qux"}, [("test", "/baz", "bar")], "testing value /baz failed: test failed"),
    "A.12 adding below nothing": ({"foo": "bar"}, [("add", "/baz/bat", "qux")], "doc is missing path: /baz/bat"),
    "removing nothing": ({}, [("remove", "/a")], "remove operation does not apply: doc is missing path: /a"),
    "replacing nothing": ({}, [("replace", "/a", 1)], "replace operation does not apply: doc is missing path: /a"),
    "moving nothing": ({}, [{"op": "move", "from": "/a", "path": "/b"}], "doc is missing path: /a"),
    "below a scalar": ({"a": 1}, [("replace", "/a/b", 1)], "doc is missing path: /a/b"),
    "beyond the end": ({"a": [1]}, [("add", "/a/5", 1)], "invalid index"),
    "not a number": ({"a": [1]}, [("add", "/a/x", 1)], "invalid index"),
    "unknown operation": ({}, [("increment", "/a", 1)], "Unexpected kind: increment"),
    "no path": ({}, [{"op": "remove"}], "missing path"),
    "no value": ({}, [{"op": "add", "path": "/a"}], "has no value"),
    "a path without slash": ({}, [("add", "a", 1)], "a path begins with"),
}


@pytest.mark.parametrize("name", FAILS)
def test_what_fails(name):
    document, patch, message = FAILS[name]
    with pytest.raises(PatchFailed, match=message.replace("(", r"\(")):
        json_patched(freeze(document), operations(patch))
