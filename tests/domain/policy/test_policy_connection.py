"""Which older policy a listener, a route and a cluster get: G-1 to G-15 and the documentation's words."""

from __future__ import annotations

import pytest

from kumasim.domain.policy.connection import for_cluster, for_listener, for_proxy, for_route
from kumasim.domain.policy.support import CONNECTION_POLICIES, SUPPORT
from kumasim.domain.resource import resource

LISTENER = {"kuma.io/service": "edge", "port": "http"}


def policy(name, destinations, age=0, sources=({"kuma.io/service": "*"},)):
    made = resource(
        {
            "apiVersion": "kuma.io/v1alpha1", "kind": "Timeout", "mesh": "default", "metadata": {"name": name},
            "spec": {
                "sources": [{"match": dict(one)} for one in sources],
                "destinations": [{"match": dict(one)} for one in destinations],
            },
        }
    )  # fmt: skip
    return made.with_meta(created_ns=age)


def to(service, **tags):
    return {"kuma.io/service": service, **tags}


WILD = to("*")


@pytest.mark.parametrize(
    ("policies", "backends", "documented", "source"),
    [
        # one destination: the oldest, against the most specific and then the newest
        ([policy("a", [to("foo")], 1), policy("b", [to("foo")], 2)], [to("foo")], "a", "b"),
        ([policy("wild", [WILD], 1), policy("own", [to("foo")], 2)], [to("foo")], "wild", "own"),
        # the same in two subsets of one service (G-13)
        (
            [policy("v1", [to("foo", version="1")], 1), policy("wild", [WILD], 2)],
            [to("foo", version="1"), to("foo", version="2")],
            "v1",
            "wild",
        ),
        # different destinations: a wildcard is preferred
        ([policy("t1", [to("foo")], 1), policy("t2", [to("bar")], 2)], [to("foo"), to("bar")], "t1", "t1"),
        (
            [policy("t1", [to("foo")], 1), policy("t2", [to("bar")], 2), policy("t3", [WILD], 3)],
            [to("foo"), to("bar"), to("baz")],
            "t3",
            "t3",
        ),
        # a wildcard that no backend chose counts for the documentation alone
        (
            [policy("t1", [to("foo")], 1), policy("t2", [to("bar")], 2), policy("t3", [WILD], 3)],
            [to("foo"), to("bar")],
            "t3",
            "t1",
        ),
        ([policy("t1", [to("other")], 1)], [to("foo")], None, None),
    ],
)
def test_a_route_gets_one_policy(policies, backends, documented, source):
    candidates = for_listener(policies, LISTENER)
    chosen = [for_route(candidates, backends, reading) for reading in (True, False)]
    assert [one.policy.name if one else None for one in chosen] == [documented, source]


@pytest.mark.parametrize(
    ("policies", "destination", "wanted"),
    [
        ([policy("wild", [WILD], 9), policy("own", [to("foo")], 1)], to("foo"), "own"),
        ([policy("a", [to("foo")], 1), policy("b", [to("foo")], 2)], to("foo"), "b"),
        ([policy("b", [to("foo")], 1), policy("a", [to("foo")], 1)], to("foo"), "a"),
        ([policy("any", [{"version": "*"}], 1)], to("foo"), None),
    ],
)
def test_a_cluster_gets_the_most_specific_then_the_newest_policy(policies, destination, wanted):
    chosen = for_cluster(for_listener(policies, LISTENER), destination, documented=False)
    assert (chosen.policy.name if chosen else None) == wanted


def test_the_losers_are_told_with_what_they_lack():
    policies = [policy("wild", [WILD], 9), policy("older", [to("foo")], 1), policy("newer", [to("foo")], 2)]
    chosen = for_cluster(for_listener(policies, LISTENER), to("foo"), documented=False)
    assert {lost.name: why for lost, why in chosen.lost} == {"older": "older", "wild": "less specific: 2 tags, 0 exact"}


def test_the_first_source_that_matches_gives_the_rank_on_gateways_the_best_one_on_sidecars():
    # G-1 against G-20
    both = policy("both", [WILD], sources=({"kuma.io/service": "*"}, {"kuma.io/service": "edge", "port": "http"}))
    assert for_listener([both], LISTENER)[0].rank == (1, 0)
    assert for_proxy([both], [LISTENER])[0].rank == (2, 2)


def test_a_wildcard_needs_the_tag_to_be_there():
    assert for_listener([policy("p", [WILD], sources=({"team": "*"},))], LISTENER) == ()


def test_a_policy_without_a_service_among_its_destinations_is_not_seen_by_routes():
    # G-14
    unseen = for_listener([policy("p", [{"version": "1"}])], LISTENER)
    assert for_cluster(unseen, to("foo", version="1"), documented=False) is not None
    assert for_route(unseen, [to("foo", version="1")], documented=False) is None


def test_the_support_table_is_the_documentations():
    full = {name for name, one in SUPPORT.items() if one.documented == "Full"}
    assert full == {*CONNECTION_POLICIES, "ProxyTemplate", "TrafficPermission"}
    assert {name for name, one in SUPPORT.items() if one.documented == "None"} == {"TrafficRoute", "VirtualOutbound"}
    assert SUPPORT["TrafficLog"].documented == "Partial"
