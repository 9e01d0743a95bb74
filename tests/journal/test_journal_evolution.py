"""Old journals stay readable while their classes change, or say which class stands in the way."""

from __future__ import annotations

from typing import Any, NamedTuple

import attrs
import pytest
from journal_samples import records, written

from kumasim.domain.decider import PeerGone
from kumasim.domain.vocabulary import VOCABULARY, value
from kumasim.journal import UPCASTERS, JournalError, read_bytes

pytestmark = pytest.mark.usefixtures("own_words")


def first_release() -> bytes:
    """A journal from the time when a parcel had two fields."""

    @value
    class Parcel:
        sender: str
        weight: int

    return written(records(PeerGone("a"), Parcel("b", 2), (Parcel("c", 3),)))


def test_a_field_with_a_default_was_added():
    old = first_release()

    @value
    class Parcel:
        sender: str
        weight: int
        stamps: tuple[str, ...] = ()
        tags: dict[str, str] = attrs.field(factory=dict)

    bodies = [item.body for item in read_bytes(old).records]
    assert bodies == [PeerGone("a"), Parcel("b", 2), (Parcel("c", 3),)]


def test_a_field_with_a_default_was_added_in_between():
    old = first_release()

    @value
    class Parcel:
        sender: str
        via: str = "post"
        weight: int = 0

    assert read_bytes(old).at(1).body == Parcel("b", "post", 2)


def test_a_named_tuple_grew():
    class Place(NamedTuple):
        x: int

    VOCABULARY["Place"] = Place
    old = written(records(Place(1)))

    class Place(NamedTuple):  # type: ignore[no-redef]
        x: int
        y: int = 7

    VOCABULARY["Place"] = Place
    came = read_bytes(old).at(0).body
    assert came == Place(1, 7)
    assert type(came) is Place


def test_a_field_without_a_default_was_added():
    old = first_release()

    @value
    class Parcel:
        sender: str
        weight: int
        receiver: str

    refused(old, "changed-class", "its Parcel lacks fields that the class now needs: receiver")


def test_a_field_was_removed():
    old = first_release()

    @value
    class Parcel:
        sender: str

    refused(old, "changed-class", "its Parcel has fields that the class no longer has: weight")


def test_a_class_was_removed():
    old = first_release()
    del VOCABULARY["Parcel"]
    refused(old, "unknown-class", "it holds a Parcel, and no class of that name is known")


def refused(data: bytes, reason: str, detail: str) -> None:
    """The journal is whole, but not all of its records can be understood."""
    journal = read_bytes(data, "old.journal")
    assert journal.complete
    with pytest.raises(JournalError) as caught:
        journal.at(1)
    assert (caught.value.reason, str(caught.value)) == (reason, f"old.journal: {detail}")


def test_an_upcaster_reads_what_was_renamed(monkeypatch):
    old = first_release()
    del VOCABULARY["Parcel"]

    @value
    class Package:
        sender: str
        weight_g: int

    def package(values: tuple[Any, ...]) -> Package:
        sender, weight = values
        return Package(sender, weight * 1000)

    monkeypatch.setitem(UPCASTERS, ("Parcel", ("sender", "weight")), package)
    assert [item.body for item in read_bytes(old).records] == [PeerGone("a"), Package("b", 2000), (Package("c", 3000),)]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("upcast", [True, False])
def test_more_or_fewer_values_than_the_class_table_tells_are_an_error_that_names_the_class(count, upcast, monkeypatch):
    from kumasim.journal.codec import ClassEntry, Decoder

    first_release()
    if upcast:
        monkeypatch.setitem(UPCASTERS, ("Parcel", ("sender", "weight")), lambda values: values)
    decoder = Decoder("a.journal", blob=lambda _: b"")
    decoder.extend([ClassEntry("Parcel", ("sender", "weight"))], [])
    packed = b"\x81\x00" + bytes([0x90 + count]) + b"\x01" * count
    with pytest.raises(JournalError, match=f"a Parcel in it has {count} fields where its class table tells 2"):
        decoder.value(packed)


@pytest.mark.parametrize(
    ("packed", "detail"),
    [
        (b"\x91\x98\x00\x00\x00\x00\x00\x00\xa0\xc0", "make no sense"),  # an actor that has no name
        (b"\x91\x91\x00", "make no sense"),  # a record of one field
        (b"\x91\x98\x00\x00", "make no sense"),  # cut
        (b"\x91\x98\x00\x00\x00\x00\x00\x00\xa0\x81\x05\x90", "class number 5"),
    ],
)
def test_records_that_make_no_sense_are_damage(packed, detail):
    from kumasim.journal.codec import Decoder

    decoder = Decoder("a.journal", blob=lambda _: b"")
    with pytest.raises(JournalError, match=detail) as caught:
        decoder.records(packed)
    assert caught.value.reason == "damaged"
