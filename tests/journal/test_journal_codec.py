"""Values go to bytes and come back as the very same values, or are refused."""

from __future__ import annotations

import enum
import io

import attrs
import pytest
from journal_samples import deployment, record, records, written

from kumasim.domain.decider import PeerGone
from kumasim.domain.persistent import Keys, Map
from kumasim.domain.resource import Key, Origin
from kumasim.domain.tree import EMPTY, FrozenMap, freeze
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiResponse, WatchUpdate, create
from kumasim.journal import Journal, JournalWriter, first_difference, read_bytes


def back(body: object) -> object:
    """A body after a way through a file."""
    return read_bytes(written([record(0, body, kind="Test")])).at(0).body


class Text(str):
    """Looks like a string and is none."""


class Number(enum.IntEnum):
    """Looks like an integer and is none."""

    ONE = 1


@pytest.mark.parametrize(
    "tree",
    [
        None,
        True,
        False,
        0,
        -1,
        2**64 - 1,
        -(2**63),
        0.25,
        "",
        "ümlaut \U0001f600 \x00",
        (),
        (1, (2, (3, ()))),
        EMPTY,
        FrozenMap({"b": 1, "a": FrozenMap({"": None})}),
        freeze({"a": [{"b": [True, 1, 1.0, "1"]}]}),
    ],
    ids=repr,
)
def test_a_tree_comes_back_the_same(tree):
    came = back(tree)
    assert came == tree
    assert type(came) is type(tree)
    assert repr(came) == repr(tree)


def test_mappings_keep_their_order():
    assert list(back(FrozenMap({"z": 1, "a": 2, "m": 3}))) == ["z", "a", "m"]


def test_a_key_comes_back_as_a_key_and_a_tuple_as_a_tuple():
    key = Key("apps", "Deployment", "ns", "a")
    came = back((key, tuple(key)))
    assert [type(item) for item in came] == [Key, tuple]
    assert came == (key, tuple(key))


def test_persistent_maps_and_keys_come_back_equal():
    keys = [Key("", "Pod", "ns", f"n{number}") for number in range(50)]
    body = (Map((key, (number,)) for number, key in enumerate(keys)), Keys(keys), Map(), Keys())
    assert back(body) == body


def test_persistent_maps_are_written_sorted_whatever_order_they_grew_in():
    grown = [Map([(name, 1) for name in order]) for order in ("abcdef", "fedcba")]
    assert written(records(grown[0])) == written(records(grown[1]))


def test_a_field_that_equality_leaves_out_is_kept():
    body = ApiResponse("r", attrs.evolve(deployment(), origin=Origin("a.yaml", 7, 3)))
    assert back(body).resource.origin == Origin("a.yaml", 7, 3)


def test_views_of_a_resource_are_not_written():
    class Reader:
        @staticmethod
        def of(resource):
            return object()

    looked_at = deployment()
    looked_at.view(Reader)
    assert written(records(looked_at)) == written(records(deployment()))


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ([1], "list"),
        ({"a": 1}, "dict"),
        ({1, 2}, "set"),
        (b"bytes", "bytes"),
        (Text("a"), "Text"),
        (Number.ONE, "Number"),
        (object(), "object"),
        (attrs.frozen(type("Stranger", (), {}))(), "Stranger"),
    ],
    ids=lambda item: type(item).__name__,
)
@pytest.mark.parametrize(
    "around",
    [
        lambda item: item,
        lambda item: (1, item),
        lambda item: FrozenMap({"a": item}),
        lambda item: ApiResponse("r", item),
        lambda item: Map([("a", item)]),
        lambda item: ApiResponse("r", attrs.evolve(deployment(), body=FrozenMap({"spec": item}))),
    ],
    ids=["bare", "tuple", "map", "instance", "persistent", "resource"],
)
def test_what_is_not_frozen_or_not_known_is_refused_by_name(body, name, around):
    with pytest.raises(TypeError, match=rf"record 0 \(Test\): a {name} is neither"):
        JournalWriter().append(record(0, around(body), kind="Test"))


def test_a_registered_class_that_is_neither_attrs_nor_a_named_tuple_is_refused(own_words):
    from kumasim.domain.vocabulary import VOCABULARY

    VOCABULARY["Text"] = Text
    with pytest.raises(TypeError, match="Text is neither an attrs class nor a named tuple"):
        JournalWriter().append(record(0, Text("a")))


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**40])
def test_an_integer_beyond_64_bits_is_refused(number):
    with pytest.raises(OverflowError, match=r"record 0 \(Test\): an integer needs more than 64 bits"):
        JournalWriter().append(record(0, (number,), kind="Test"))


def test_a_mapping_with_other_keys_than_strings_is_refused():
    with pytest.raises(TypeError, match="keys of a FrozenMap are strings"):
        JournalWriter().append(record(0, FrozenMap({1: 2}), kind="Test"))


def test_text_that_is_no_unicode_is_refused():
    with pytest.raises(ValueError, match=r"record 0 \(Test\)"):
        JournalWriter().append(record(0, "\ud800", kind="Test"))


def nested(depth):
    """A tuple in a tuple in a tuple, so many."""
    value = ()
    for _ in range(depth):
        value = (value,)
    return value


def test_values_may_be_nested_deeply():
    assert back(nested(480)) == nested(480)


@pytest.mark.parametrize("depth", [*range(1015, 1030), 3000])
@pytest.mark.parametrize("around", [lambda item: item, lambda item: attrs.evolve(deployment(), body=FrozenMap(a=item))])
def test_what_is_nested_too_deeply_is_refused_and_never_written_unreadably(depth, around):
    body = around(nested(depth))
    try:
        data = written([record(0, body)])
    except ValueError:
        assert depth > 480
    else:
        assert read_bytes(data).at(0).body is not None


@pytest.mark.parametrize("bad", [deployment("new"), ApiResponse("r", deployment("new")), Key("", "", "", "")])
def test_a_refused_record_leaves_no_trace(bad):
    """The bad one comes last, when what stands before it has already been given numbers."""
    sink = io.BytesIO()
    writer = JournalWriter(sink)
    good = records(PeerGone("a"), deployment("old"), ApiResponse("r", deployment("new")), Key("", "Pod", "ns", "a"))
    for position, item in enumerate(good):
        with pytest.raises(TypeError):
            writer.append(record(position, ((bad,), (b"",)), actor="never seen", kind="NeverRecorded"))
        writer.append(item)
    writer.close()
    assert sink.getvalue() == written(good)


def test_a_resource_is_stored_once_however_often_it_is_recorded():
    once = len(written(records(deployment())))
    shared = deployment()
    often = len(written(records(*[ApiResponse("r", shared) for _ in range(100)])))
    assert often < once + 100 * 40


def test_equal_resources_and_the_same_resource_give_the_same_bytes():
    shared = deployment()
    assert written(records(*[shared] * 5)) == written(records(*[deployment() for _ in range(5)]))


def test_resources_that_differ_in_their_origin_alone_are_stored_apart():
    here, there = (attrs.evolve(deployment(), origin=Origin("a.yaml", line)) for line in (1, 2))
    came = read_bytes(written(records(here, there, here))).records
    assert [item.body.origin.line for item in came] == [1, 2, 1]


def test_a_shared_resource_is_read_back_shared():
    shared = deployment()
    came = read_bytes(
        written(records(WatchUpdate((("ADDED", shared), ("MODIFIED", shared))), ApiResponse("r", shared)))
    )
    first, second = came.at(0).body.changes[0][1], came.at(1).body.resource
    assert first is second


def test_short_lived_resources_are_never_mistaken_for_one_another():
    sink = io.BytesIO()
    writer = JournalWriter(sink)
    for position in range(300):
        writer.append(record(position, deployment(replicas=position)))
    writer.close()
    assert [item.body.spec["replicas"] for item in read_bytes(sink.getvalue()).records] == list(range(300))


def test_classes_with_every_sort_of_field_come_back(own_words):
    @value
    class Empty:
        pass

    @value
    class Single:
        only: str

    @value
    class Odd:
        _hidden: int
        tags: tuple[str, ...] = attrs.field(default=(), kw_only=True)
        doubled: int = attrs.field(init=False, default=0)

    body = (Empty(), Single("a"), Single(("a",)), Odd(3, tags=("x",)), Odd(4))
    assert back(body) == body
    assert first_difference(records(body), records(back(body))) is None


def test_a_request_with_a_resource_comes_back_to_the_last_field():
    items = records(create(deployment()), ApiResponse("r", deployment()))
    assert first_difference(items, read_bytes(written(items)).records) is None
    assert list(Journal(items)) == items
