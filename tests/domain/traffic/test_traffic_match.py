"""Matching of requests: every kind of path, header and query condition; virtual hosts; requests in full form."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from kumasim.domain.proxy.config import (
    HeaderChange,
    PathChange,
    ProxyEndpoint,
    RouteCondition,
    RouteMatch,
    RoutePath,
    RouteRedirect,
    VirtualHost,
)
from kumasim.domain.traffic import dns, match
from kumasim.domain.traffic.endpoints import shares
from kumasim.domain.traffic.filters import change_headers, changed_path, location, normalised
from kumasim.domain.traffic.outcome import Outcome, joined, scaled
from kumasim.domain.traffic.request import Message, Request, aim
from kumasim.domain.tree import EMPTY, FrozenMap

PATHS = [
    ("exact", "/a", {"/a": True, "/a/": False, "/ab": False, "/A": False}),
    ("prefix", "/a/", {"/a/": True, "/a/b": True, "/a": False, "/ab": False}),
    ("prefix", "/", {"/": True, "/x": True}),
    ("regex", "/a[0-9]+", {"/a1": True, "/a12": True, "/a": False, "/a1/b": False, "x/a1": False}),
]


@pytest.mark.parametrize(("kind", "wanted", "paths"), PATHS)
def test_paths(kind: str, wanted: str, paths: dict[str, bool]) -> None:
    for path, holds in paths.items():
        assert match.holds(RouteMatch(RoutePath(kind, wanted)), Message("h", path)) is holds


CONDITIONS = [
    ("exact", "v", {"v": True, "V": False, "vv": False, None: False}),
    ("prefix", "v", {"v": True, "vv": True, "w": False, None: False}),
    ("regex", "v+", {"v": True, "vv": True, "vw": False, None: False}),
    ("present", "", {"v": True, "": True, None: False}),
    ("absent", "", {"v": False, "": False, None: True}),
]


@pytest.mark.parametrize(("kind", "wanted", "values"), CONDITIONS)
def test_header_and_query_conditions(kind: str, wanted: str, values: dict[str | None, bool]) -> None:
    condition = (RouteCondition("n", kind, wanted),)
    root = RoutePath("prefix", "/")
    for text, holds in values.items():
        headers = EMPTY if text is None else FrozenMap({"n": text})
        query = () if text is None else (("n", text),)
        assert match.holds(RouteMatch(root, headers=condition), Message("h", "/", headers=headers)) is holds
        assert match.holds(RouteMatch(root, query=condition), Message("h", "/", query=query)) is holds


@pytest.mark.parametrize(("wanted", "sent", "holds"), [("", "GET", True), ("GET", "GET", True), ("GET", "POST", False)])
def test_methods(wanted: str, sent: str, holds: bool) -> None:
    assert match.holds(RouteMatch(RoutePath("prefix", "/"), wanted), Message("h", "/", sent)) is holds


def test_all_conditions_must_hold_and_the_first_of_repeated_parameters_counts() -> None:
    wanted = RouteMatch(
        RoutePath("prefix", "/"), query=(RouteCondition("a", "exact", "1"), RouteCondition("b", "exact", "2"))
    )
    assert match.holds(wanted, Message("h", "/", query=(("a", "1"), ("b", "2"), ("a", "9"))))
    assert not match.holds(wanted, Message("h", "/", query=(("a", "9"), ("a", "1"), ("b", "2"))))


@pytest.mark.parametrize(
    ("asked", "found"),
    [("a.com", "a.com"), ("x.a.com", "*.a.com"), ("y.x.a.com", "*.x.a.com"), ("b.com", "*"), ("a.com.b", "*")],
)
def test_virtual_hosts(asked: str, found: str) -> None:
    them = [VirtualHost(name) for name in ("*", "*.a.com", "a.com", "*.x.a.com")]
    chosen = match.virtual_host(them, asked)
    assert chosen is not None
    assert chosen.hostname == found
    assert match.virtual_host(them[1:3], "b.com") is None


AIMS: list[tuple[dict[str, Any], Any]] = [
    ({"url": "http://h/x?a=1"}, ("h", 80, "h", "/x?a=1", "http", "")),
    ({"url": "https://h:8443/"}, ("h", 8443, "h:8443", "/", "https", "h")),
    ({"to": "1.2.3.4", "port": 8080}, ("1.2.3.4", 8080, "1.2.3.4:8080", "/", "http", "")),
    ({"to": "1.2.3.4", "host": "a.b"}, ("1.2.3.4", 80, "a.b", "/", "http", "")),
    ({"to": "z/n/Service/s", "port": 80}, ("z/n/Service/s", 80, "s", "/", "http", "")),
    ({"to": "1.2.3.4", "headers": FrozenMap({"Host": "q"})}, ("1.2.3.4", 80, "q", "/", "http", "")),
    ({"to": "1.2.3.4", "scheme": "https", "host": "q:9", "sni": "s"}, ("1.2.3.4", 443, "q:9", "/", "https", "s")),
    ({"to": "h", "path": "/p", "query": FrozenMap({"a": "x y"})}, ("h", 80, "h", "/p?a=x%20y", "http", "")),
]


@pytest.mark.parametrize(("asked", "expected"), AIMS)
def test_requests_in_full_form(asked: dict[str, Any], expected: Any) -> None:
    found = aim(Request(**asked))
    message = found.message
    assert (found.to, found.port, message.host, message.full_path, message.scheme, message.sni) == expected


def test_header_changes_in_one_go() -> None:
    change = HeaderChange("request", set=(("a", "9"),), add=(("b", "2"), ("c", "3")), remove=("d",))
    changed = change_headers(FrozenMap({"a": "1", "b": "1", "d": "1", "e": "1"}), change)
    assert changed == {"a": "9", "b": "1,2", "c": "3", "e": "1"}


def test_path_changes() -> None:
    prefix = RouteMatch(RoutePath("prefix", "/a/", "/a"))
    twin = RouteMatch(RoutePath("exact", "/a", "/a"))
    assert changed_path(None, prefix, "/a/b") == "/a/b"
    assert changed_path(PathChange("full", "/n"), prefix, "/a/b") == "/n"
    assert changed_path(PathChange("prefix", "/n/"), prefix, "/a/b") == "/n/b"
    assert changed_path(PathChange("prefix", "/"), twin, "/a") == "/"


@pytest.mark.parametrize(
    ("redirect", "expected"),
    [
        (RouteRedirect(), "http://h:8080/x"),
        (RouteRedirect(port=80), "http://h/x"),
        (RouteRedirect(scheme="https"), "https://h:8080/x"),
        (RouteRedirect(scheme="https", port=443), "https://h/x"),
        (RouteRedirect(host="o", path=PathChange("full", "/y")), "http://o:8080/y"),
    ],
)
def test_locations(redirect: RouteRedirect, expected: str) -> None:
    message = Message("h:1", "/x", query=(("a", "1"),))
    assert location(redirect, RouteMatch(RoutePath("prefix", "/")), message, 8080) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("//a///b", "/a/b"),
        ("/a/./b", "/a/b"),
        ("/a/../b", "/b"),
        ("/a/b/..", "/a/"),
        ("/a/", "/a/"),
        ("/../x", "/x"),
    ],
)
def test_paths_are_normalised(path: str, expected: str) -> None:
    assert normalised(path) == expected


def test_shares_are_exact_and_only_the_first_priority_counts() -> None:
    def ways(*pairs: tuple[int, int]) -> list[Fraction]:
        return [
            share
            for share, _ in shares([ProxyEndpoint("a", 1, weight=weight, priority=rank) for weight, rank in pairs])
        ]

    assert ways((1, 0), (1, 0), (3, 0)) == [Fraction(1, 5), Fraction(1, 5), Fraction(3, 5)]
    assert ways((2, 0), (2, 0), (3, 0), (1, 0)) == [Fraction(1, 4), Fraction(1, 4), Fraction(3, 8), Fraction(1, 8)]
    assert ways((1, 0), (5, 1)) == [1]
    assert ways((5, 1), (5, 1)) == [Fraction(1, 2)] * 2
    assert ways() == []


def test_equal_outcomes_are_added_up() -> None:
    third = Fraction(1, 3)
    parts = [*scaled([Outcome(status=500)], third), *scaled([Outcome()], third), *scaled([Outcome(status=500)], third)]
    assert [(one.status, one.share) for one in joined(parts)] == [(500, Fraction(2, 3)), (200, third)]


@pytest.mark.parametrize(
    ("text", "yes"), [("10.0.0.1", True), ("fd00::1", True), ("a.b", False), ("10.a.b.c", False), ("1.2.3", False)]
)
def test_what_is_an_address(text: str, yes: bool) -> None:
    assert dns.is_address(text) is yes
