"""The first difference of two journals, and the words for it."""

from __future__ import annotations

import attrs
import pytest
from journal_samples import deployment, golden_records, record, records

from kumasim.domain.decider import PeerGone, Start
from kumasim.domain.persistent import Keys, Map
from kumasim.domain.resource import Key, Origin
from kumasim.domain.tree import FrozenMap
from kumasim.domain.writes import ApiRequest, ApiResponse, create
from kumasim.journal import first_difference

KEY = Key("", "Pod", "ns", "a")


def test_equal_journals_have_no_difference():
    assert first_difference(golden_records(), golden_records()) is None
    assert first_difference([], []) is None


@pytest.mark.parametrize(
    ("one", "other", "path", "words"),
    [
        (PeerGone("a"), PeerGone("b"), "body.peer", "is 'a' on the one side and 'b' on the other"),
        (1, True, "body", "is 1 on the one side and True on the other"),
        (0.0, -0.0, "body", "is 0.0 on the one side and -0.0 on the other"),
        ((1, 2), (1, 3), "body[1]", "is 2 on the one side and 3 on the other"),
        ((1,), (1, 3), "body[1]", "is missing on the one side and 3 on the other"),
        ((1, 3), (1,), "body[1]", "is 3 on the one side and missing on the other"),
        (FrozenMap(a=1), FrozenMap({"kuma.io/zone": 1}), "body.a", "is 1 on the one side and missing on the other"),
        (FrozenMap(a=1), FrozenMap({"a": 1, "kuma.io/zone": 1}), "body['kuma.io/zone']", "is missing on the one side"),
        (FrozenMap(a=1, b=2), FrozenMap(b=2, a=1), "body", "has the same entries on both sides, in another order"),
        (KEY, KEY._replace(name="b"), "body.name", "is 'a' on the one side and 'b' on the other"),
        (KEY, tuple(KEY), "body", "is Key(group='', kind='Pod', namespace='ns', name='a') on the one side and ("),
        (Map([("a", 1)]), Map([("a", 2)]), "body['a']", "is 1 on the one side and 2 on the other"),
        (Keys("ab"), Keys("ac"), "body[1]", "is 'b' on the one side and 'c' on the other"),
        (
            ApiRequest("r", create(deployment(replicas=1)), "u"),
            ApiRequest("r", create(deployment(replicas=2)), "u"),
            "body.write.resource.body.spec.replicas",
            "is 1 on the one side and 2 on the other",
        ),
        (
            ApiResponse("r", deployment()),
            ApiResponse("r", attrs.evolve(deployment(), origin=Origin("demo.yaml", 4))),
            "body.resource.origin.line",
            "is 3 on the one side and 4 on the other",
        ),
    ],
)
def test_the_field_that_differs_is_named(one, other, path, words):
    before = records(Start(), deployment())
    found = first_difference(
        [*before, record(2, one, kind="Test"), record(3, 1)],
        [*before, record(2, other, kind="Test"), record(3, 2)],
    )
    assert (found.position, found.path) == (2, path)
    assert found.words.startswith(f"record 2: {path} {words}")
    assert (found.a.body, found.b.body) == (one, other)


@pytest.mark.parametrize(
    ("name", "changed"),
    [("time_ns", 5_000), ("delta", 1), ("actor", "global"), ("cause", -1), ("kind", "Other"), ("subject", "Pod/a")],
)
def test_the_frame_of_a_record_counts(name, changed):
    items = records(Start(), Start())
    found = first_difference(items, [items[0], items[1]._replace(**{name: changed})])
    assert (found.position, found.path) == (1, name)


def test_a_journal_that_ends_early_differs_where_it_ends():
    items = records(Start(), PeerGone("a"))
    assert first_difference(items, items[:1])[:4] == (1, items[1], None, "")
    assert first_difference(items[:1], items).words == (
        "record 1: the first journal has ended, the other goes on with PeerGone of zone-1"
    )
    assert first_difference(items, []).words == (
        "record 0: the second journal has ended, the other goes on with Start of zone-0"
    )


def test_nothing_is_read_beyond_the_difference():
    def endless(name):
        yield record(0, PeerGone(name))
        raise AssertionError("read too far")

    assert first_difference(endless("a"), endless("b")).position == 0


def test_long_values_are_shortened():
    found = first_difference(records("a" * 500), records("b" * 500))
    assert len(found.words) < 250
