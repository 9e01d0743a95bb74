"""Where two runs part ways: the first record that differs, and the field in it that does.

Two records are the same when the journal would hold the same bytes for them. That is stricter than `==`: 1 is not
True, the order of a mapping counts, and so does a field that equality leaves out, such as an object's origin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from struct import pack
from typing import Any, NamedTuple

from kumasim.domain.persistent import Keys, Map
from kumasim.domain.tree import FrozenMap
from kumasim.domain.vocabulary import VOCABULARY
from kumasim.journal.codec import Encoder, Tables
from kumasim.journal.record import Record
from kumasim.journal.shapes import fields_of

_MISSING = object()
_LONGEST = 80


class Difference(NamedTuple):
    """The first record that two journals do not share.

    Args:
        position: where both stop being the same.
        a: the record on the one side, None when that journal has ended.
        b: the record on the other side, None when that journal has ended.
        path: the field, "body.write.resource.meta.labels.app"; "" when a journal has ended.
        words: one sentence.
    """

    position: int
    a: Record | None
    b: Record | None
    path: str
    words: str


def first_difference(records_a: Iterable[Record], records_b: Iterable[Record]) -> Difference | None:
    """The first difference between two journals, None when they are the same.

    Neither is read further than to the difference.

    Raises:
        TypeError, OverflowError, ValueError: a record holds something that no journal can hold.
    """
    comparison = Comparison()
    for a, b in zip_longest(records_a, records_b):
        found = comparison.take(a, b)
        if found is not None:
            return found
    return None


class Comparison:
    """Compares two journals as they grow, record by record.

    Both sides are encoded as the journal would, and as long as both have written the same, the same bytes mean the
    same content.

    Args:
        count: how many records are known to be the same already; the comparison begins after them.
    """

    def __init__(self, count: int = 0) -> None:
        self._a, self._b = Encoder(), Encoder()
        self.count = count
        """How many records were the same so far."""

    def take(self, a: Record | None, b: Record | None) -> Difference | None:
        """Compare the next record of each side, None for a side that has ended; answers with their difference."""
        if a is None or b is None:
            return Difference(self.count, a, b, "", _ended(self.count, a, b))
        if _encode(self._a, a) == _encode(self._b, b):
            self.count += 1
            return None
        found = _difference(a, b)
        assert found is not None
        path, words = found
        return Difference(self.count, a, b, path, f"record {self.count}: {path} {words}")


def _encode(encoder: Encoder, record: Record) -> tuple[bytes, Tables]:
    packed = encoder.record(record), encoder.tables()
    encoder.next_chunk()
    return packed


def _ended(position: int, a: Record | None, b: Record | None) -> str:
    which, more = ("first", b) if a is None else ("second", a)
    assert more is not None
    return f"record {position}: the {which} journal has ended, the other goes on with {more.kind} of {more.actor}"


def _difference(a: Record, b: Record) -> tuple[str, str] | None:
    for name, one, other in zip(Record._fields, a, b, strict=True):
        found = _compare(one, other, name)
        if found is not None:
            return found
    return None


def _compare(a: Any, b: Any, path: str) -> tuple[str, str] | None:
    """The path of the first difference of two values, and that difference in words."""
    if a is b:
        return None
    if type(a) is not type(b):
        return path, f"is {_show(a)} on the one side and {_show(b)} on the other"
    parts = _parts(a)
    if parts is None:
        same = a == b if type(a) is not float else pack("d", a) == pack("d", b)
        return None if same else (path, f"is {_show(a)} on the one side and {_show(b)} on the other")
    return _compare_parts(dict(parts), dict(_parts(b) or ()), path)


def _compare_parts(a: dict[str, Any], b: dict[str, Any], path: str) -> tuple[str, str] | None:
    for step, one in a.items():
        other = b.get(step, _MISSING)
        if other is _MISSING:
            return path + step, f"is {_show(one)} on the one side and missing on the other"
        found = _compare(one, other, path + step)
        if found is not None:
            return found
    for step, other in b.items():
        if step not in a:
            return path + step, f"is missing on the one side and {_show(other)} on the other"
    return None if list(a) == list(b) else (path, "has the same entries on both sides, in another order")


def _parts(value: Any) -> Iterator[tuple[str, Any]] | None:
    """What a value consists of, by the step that leads there; None for a value without parts."""
    cls = type(value)
    if cls is FrozenMap:
        return ((_step(key), item) for key, item in value.items())
    if cls is tuple:
        return ((f"[{index}]", item) for index, item in enumerate(value))
    if cls is Map:
        return ((f"[{key!r}]", item) for key, item in value.items())
    if cls is Keys:
        return ((f"[{index}]", item) for index, item in enumerate(value.sorted()))
    if VOCABULARY.get(cls.__name__) is cls:
        return ((f".{name}", getattr(value, name)) for name in fields_of(cls))
    return None


def _step(key: str) -> str:
    return f".{key}" if key.isidentifier() else f"[{key!r}]"


def _show(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 3] + "..."
