"""Matches: expansion of prefixes, order of trial, hostnames."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from kumasim.domain.proxy import hosts, matches
from kumasim.domain.proxy.backends import Unbuildable
from kumasim.domain.proxy.config import ProxyRoute, RouteCondition, RoutePath
from kumasim.domain.tree import freeze


def entry(path_type: str = "", value: str = "/", source: str = "", **more: Any) -> ProxyRoute:
    path = {"path": {"type": path_type, "value": value}} if path_type else {}
    return ProxyRoute(matches.read(freeze({**path, **more})), source=source)


def paths(*entries: ProxyRoute) -> list[tuple[str, str]]:
    return [(one.match.path.kind, one.match.path.value) for one in matches.expanded(entries)]


EXPANSIONS = [
    ([("", "/")], [("exact", "/"), ("prefix", "/")]),
    ([("PathPrefix", "/foo")], [("exact", "/foo"), ("prefix", "/foo/")]),
    ([("PathPrefix", "/foo/")], [("exact", "/foo"), ("prefix", "/foo/")]),
    ([("Exact", "/foo"), ("PathPrefix", "/foo")], [("exact", "/foo"), ("prefix", "/foo/")]),
    ([("RegularExpression", "/a.*")], [("regex", "/a.*")]),
    (
        [("RegularExpression", "/a.*"), ("PathPrefix", "/"), ("Exact", "/a")],
        [("exact", "/a"), ("exact", "/"), ("prefix", "/"), ("regex", "/a.*")],
    ),
    (
        [("PathPrefix", "/a"), ("PathPrefix", "/a/b")],
        [("exact", "/a/b"), ("exact", "/a"), ("prefix", "/a/b/"), ("prefix", "/a/")],
    ),
]


@pytest.mark.parametrize(("written", "expanded"), EXPANSIONS)
def test_expansion(written: Any, expanded: Any) -> None:
    for some in itertools.permutations(written):
        assert paths(*(entry(kind, text) for kind, text in some)) == expanded


def test_an_exact_path_with_a_method_takes_the_place_of_the_twin() -> None:
    made = matches.expanded([entry("PathPrefix", "/foo", "p"), entry("Exact", "/foo", "e", method="GET")])
    assert [(one.match.path.kind, one.source) for one in made] == [("exact", "e"), ("prefix", "p")]


HEADER = [{"type": "Exact", "name": "a", "value": "1"}]
MORE_SPECIFIC_FIRST = [
    entry("Exact", "/x", "method", method="GET"),
    entry("Exact", "/x", "two headers", headers=[*HEADER, {"name": "b", "value": "2"}]),
    entry("Exact", "/x", "header and query", headers=HEADER, queryParams=HEADER),
    entry("Exact", "/x", "header", headers=HEADER),
    entry("Exact", "/x", "query", queryParams=HEADER),
    entry("Exact", "/x", "plain"),
]


def test_order_of_trial() -> None:
    for some in itertools.permutations(MORE_SPECIFIC_FIRST):
        assert matches.expanded(some) == tuple(MORE_SPECIFIC_FIRST)


def test_prefix_headers_are_not_specific_and_ties_keep_their_order() -> None:
    prefixed = entry("Exact", "/x", "prefixed", headers=[{"type": "Prefix", "name": "a", "value": "1"}])
    plain = entry("Exact", "/x", "plain")
    assert [one.source for one in matches.expanded([plain, prefixed])] == ["plain", "prefixed"]
    assert [one.source for one in matches.expanded([prefixed, plain])] == ["prefixed", "plain"]


def test_regular_expressions_compare_by_length_alone() -> None:
    short, with_method = entry("RegularExpression", "/a.", "s"), entry("RegularExpression", "/b.", "m", method="GET")
    assert [one.source for one in matches.expanded([short, with_method])] == ["s", "m"]
    longer = entry("RegularExpression", "/a.*", "l")
    assert [one.source for one in matches.expanded([short, longer])] == ["l", "s"]


READ = [
    ({}, RoutePath("prefix", "/", "/")),
    ({"path": {"type": "Exact", "value": "/a"}}, RoutePath("exact", "/a")),
    ({"path": {"match": "PREFIX", "value": "/a"}}, RoutePath("prefix", "/a", "/a")),
    ({"path": {"match": "REGEX", "value": "/a"}}, RoutePath("regex", "/a")),
]


@pytest.mark.parametrize(("tree", "path"), READ)
def test_paths_of_both_families(tree: Any, path: RoutePath) -> None:
    assert matches.read(freeze(tree)).path == path


def test_header_names_are_lower_case_query_names_are_not() -> None:
    made = matches.read(
        freeze({"headers": [{"name": "X-A", "value": "1"}], "queryParams": [{"name": "Q", "value": "1"}]})
    )
    assert (made.headers, made.query) == ((RouteCondition("x-a", "exact", "1"),), (RouteCondition("Q", "exact", "1"),))


def test_a_bad_expression_makes_no_configuration() -> None:
    with pytest.raises(Unbuildable):
        entry("RegularExpression", "(")


def test_query_expressions_on_a_gateway() -> None:
    one, two = (
        {"type": "RegularExpression", "name": "r", "value": "a"},
        {"type": "RegularExpression", "name": "s", "value": "b"},
    )
    read = matches.read(freeze({"queryParams": [{"name": "e", "value": "x"}, one, two]}))
    assert [(each.name, each.kind) for each in matches.as_gateway(read).query] == [
        ("e", "exact"),
        ("e", "regex"),
        ("s", "regex"),
    ]


CONTAINS = [
    ("*", "a.com", True, True),
    ("*", "*.a.com", True, True),
    ("a.com", "a.com", True, True),
    ("a.com", "b.com", False, False),
    ("*.a.com", "x.a.com", True, True),
    ("*.a.com", "x.y.a.com", True, True),
    ("*.a.com", "a.com", False, False),
    ("*.a.com", "*.x.a.com", True, True),
    ("*.a.com", "xa.com", False, False),
    ("foo.com", "foo.bar.com", False, True),
    ("x.a.com", "*.a.com", False, False),
]


@pytest.mark.parametrize(("outer", "inner", "exactly", "quirky"), CONTAINS)
def test_containment(outer: str, inner: str, exactly: bool, quirky: bool) -> None:
    assert (hosts.contains(outer, inner), hosts.quirky_contains(outer, inner)) == (exactly, quirky)


def test_narrower_and_exactness() -> None:
    assert hosts.narrower("*", "a.com") == hosts.narrower("a.com", "*") == "a.com"
    assert hosts.narrower("*.a.com", "x.a.com") == "x.a.com"
    assert sorted(["*", "*.com", "*.a.com", "a.com"], key=hosts.exactness) == ["a.com", "*.a.com", "*.com", "*"]
