"""Frozen values as bytes, and back.

Trees are written as MessagePack writes them. What a tree cannot say is a mapping with one integer key, which no tree
has (their keys are strings):

    {class number: [field, field, ...]}     an instance of a vocabulary class
    {-1: blob number}                       an instance of a class of `ONCE` (a resource, a proxy's configuration),
                                            written once by content and referred to from then on
    {-2: [[key, value], ...]}               a persistent `Map`, sorted by key
    {-3: [item, ...]}                       persistent `Keys`, sorted

Numbers are given in the order of first use, hence they are the same in every process. Whatever is not frozen, or is
known to no vocabulary, is refused by name: a journal never holds something that would read back as something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any, NamedTuple

import msgpack

from kumasim.domain.persistent import Keys, Map
from kumasim.domain.tree import EMPTY, FrozenMap
from kumasim.domain.vocabulary import ONCE, VOCABULARY
from kumasim.journal.errors import DamagedJournalError
from kumasim.journal.memo import Memo
from kumasim.journal.record import Record, Row
from kumasim.journal.shapes import Build, builder, fields_of, taker

BLOB, MAP, KEYS = -1, -2, -3

_NATIVE = (type(None), bool, int, float, str, tuple, FrozenMap, Map, Keys)
_STRINGS = frozenset({str})

_SHALLOW = 1000
"""Bytes that cannot be nested too deeply, because every level takes one."""
_AROUND = b"\x91\x91"
"""More levels than a chunk has around a record."""


class ClassEntry(NamedTuple):
    """One class of a journal: its name, and its fields when the journal was written."""

    name: str
    fields: tuple[str, ...]


class Tables(NamedTuple):
    """What records refer to by number.

    Args:
        classes: vocabulary classes.
        names: actors and kinds of records.
        blobs: encoded instances of classes of `ONCE`.
    """

    classes: tuple[ClassEntry, ...]
    names: tuple[str, ...]
    blobs: tuple[bytes, ...]


class Encoder:
    """Writes records as bytes and collects the table entries that they are the first to need."""

    def __init__(self) -> None:
        self._classes: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._blobs: dict[bytes, int] = {}
        self._new_classes: list[ClassEntry] = []
        self._new_names: list[str] = []
        self._new_blobs: list[bytes] = []
        self._memo: Memo[tuple[Any, dict[int, int]]] = Memo()
        self._in_full: dict[type[Any], Callable[[Any], Any]] = {}
        self._known: set[type[Any]] = set(_NATIVE)
        self._packers: list[Any] = []
        self._writers: dict[type[Any], Callable[[Any], Any]] = {
            tuple: self._tuple,
            FrozenMap: self._frozen_map,
            Map: self._map,
            Keys: self._keys,
            int: _too_large,
        }

    def record(self, row: Record | Row) -> bytes:
        """A record as bytes. One that is refused leaves no trace.

        Raises:
            TypeError: something in it is not frozen or not in the vocabulary; says what.
            OverflowError: an integer needs more than 64 bits.
            ValueError: it is nested too deeply, or a string is no Unicode text.
        """
        position, time_ns, delta, actor, cause, kind, subject, body = row
        mark = (len(self._classes), len(self._names), len(self._blobs))
        try:
            self._check((body,))
            return self._readable(
                self._pack([position, time_ns, delta, self._name(actor), cause, self._name(kind), subject, body])
            )
        except (TypeError, ValueError, OverflowError) as error:
            self._forget(*mark)
            plain = next(cls for cls in (OverflowError, TypeError, ValueError) if isinstance(error, cls))
            raise plain(f"record {position} ({kind}): {error}") from error

    def tables(self) -> Tables:
        """The table entries since the last call of `next_chunk`."""
        return Tables(tuple(self._new_classes), tuple(self._new_names), tuple(self._new_blobs))

    def next_chunk(self) -> None:
        """The collected entries are written: collect anew."""
        self._new_classes, self._new_names, self._new_blobs = [], [], []

    def _pack(self, value: Any) -> bytes:
        # An instance of `ONCE` is packed while the value around it is being packed: each depth has a packer of its own.
        packer = self._packers.pop() if self._packers else msgpack.Packer(default=self._default, strict_types=True)
        packed: bytes = packer.pack(value)
        self._packers.append(packer)
        return packed

    def _readable(self, packed: bytes) -> bytes:
        """The bytes, refused if they are nested more deeply than a decoder follows (an encoder goes a little deeper)."""
        if len(packed) > _SHALLOW:
            nested = msgpack.Unpacker(strict_map_key=False, max_buffer_size=0)
            nested.feed(_AROUND + packed)
            try:
                nested.skip()
            except msgpack.StackError:
                raise ValueError("it is nested too deeply") from None
        return packed

    def _default(self, value: Any) -> Any:
        write = self._writers.get(type(value))
        return write(value) if write is not None else self._writer(type(value))(value)

    def _writer(self, cls: type[Any]) -> Callable[[Any], Any]:
        self._check_type(cls)
        write = self._writers[cls] = self._refer if cls in ONCE else self._learn(cls)
        return write

    def _learn(self, cls: type[Any]) -> Callable[[Any], Any]:
        fields, take, known = fields_of(cls), taker(cls), self._known
        number = len(self._classes)
        self._classes[cls.__name__] = number
        self._new_classes.append(ClassEntry(cls.__name__, fields))

        def write(instance: Any) -> dict[int, list[Any]]:
            values = take(instance)
            if not known.issuperset(map(type, values)):
                self._check(values)
            return {number: list(values)}

        return write

    def _check(self, values: Iterable[Any]) -> None:
        for cls in map(type, values):
            if cls not in self._known:
                self._check_type(cls)
                self._known.add(cls)

    def _check_type(self, cls: type[Any]) -> None:
        if VOCABULARY.get(cls.__name__) is not cls:
            raise TypeError(f"a {cls.__qualname__} is neither a tree nor in the vocabulary: the journal cannot hold it")

    def _tuple(self, items: tuple[Any, ...]) -> list[Any]:
        if not self._known.issuperset(map(type, items)):
            self._check(items)
        return list(items)

    def _frozen_map(self, tree: FrozenMap) -> dict[str, Any]:
        if not _STRINGS.issuperset(map(type, tree)):
            raise TypeError("the keys of a FrozenMap are strings")
        if not self._known.issuperset(map(type, tree.values())):
            self._check(tree.values())
        return dict(tree)

    def _map(self, entries: Map[Any, Any]) -> dict[int, list[Any]]:
        return {MAP: [self._tuple(entry) for entry in entries.items()]}

    def _keys(self, items: Keys[Any]) -> dict[int, list[Any]]:
        return {KEYS: self._tuple(tuple(items.sorted()))}

    def _refer(self, instance: Any) -> dict[int, int]:
        remembered = self._memo.get(id(instance))
        # The memo holds the instance itself, so that its id cannot pass to another while it is remembered.
        if remembered is not None:
            return remembered[1]
        reference = {BLOB: self._blob(instance)}
        self._memo.put(id(instance), (instance, reference))
        return reference

    def _blob(self, instance: Any) -> int:
        cls = type(instance)
        write = self._in_full.get(cls)
        if write is None:
            write = self._in_full[cls] = self._learn(cls)
        packed = self._readable(self._pack(write(instance)))
        content = blake2b(packed, digest_size=20).digest()
        number = self._blobs.get(content)
        if number is None:
            number = self._blobs[content] = len(self._blobs)
            self._new_blobs.append(packed)
        return number

    def _name(self, name: str) -> int:
        number = self._names.get(name)
        if number is None:
            if type(name) is not str:
                raise TypeError(f"a {type(name).__qualname__} is no name of an actor or a kind")
            number = self._names[name] = len(self._names)
            self._new_names.append(name)
        return number

    def _forget(self, classes: int, names: int, blobs: int) -> None:
        while len(self._classes) > classes:
            name, _ = self._classes.popitem()
            cls = VOCABULARY[name]
            (self._in_full if cls in ONCE else self._writers).pop(cls, None)
            self._new_classes.pop()
        while len(self._names) > names:
            self._names.popitem()
            self._new_names.pop()
        while len(self._blobs) > blobs:
            self._blobs.popitem()
            self._new_blobs.pop()
        self._memo.clear()


def _too_large(_: int) -> Any:
    raise OverflowError("an integer needs more than 64 bits")


class Decoder:
    """Reads what an `Encoder` wrote.

    Args:
        journal: its name, for errors.
        blob: fetches an encoded instance by number; asked once for each as long as it is remembered.
    """

    def __init__(self, journal: str, blob: Callable[[int], bytes]) -> None:
        self._journal = journal
        self._fetch = blob
        self._instances: Memo[Any] = Memo()
        self._classes: list[ClassEntry] = []
        self._names: list[str] = []
        self._builders: _Builders = _Builders(self._builder)
        self._builders.update({BLOB: self._blob, MAP: _read_map, KEYS: Keys})
        self._mapping = _mapping(self._builders)

    def extend(self, classes: Iterable[ClassEntry], names: Iterable[str]) -> None:
        """Take in further entries of the class table and the names."""
        self._classes.extend(classes)
        self._names.extend(names)

    def records(self, packed: bytes) -> list[Record]:
        """The records of a chunk.

        Raises:
            JournalError: it holds something that cannot be read today; says what.
        """
        names, make = self._names, tuple.__new__
        try:
            return [
                make(Record, (position, time_ns, delta, names[actor], cause, names[kind], subject, body))
                for position, time_ns, delta, actor, cause, kind, subject, body in self.value(packed)
            ]
        except (TypeError, ValueError, IndexError) as error:
            raise DamagedJournalError(self._journal, "damaged", f"records of it make no sense: {error}") from error

    def value(self, packed: bytes) -> Any:
        """A single value."""
        return msgpack.unpackb(packed, use_list=False, strict_map_key=False, object_pairs_hook=self._mapping)

    def _blob(self, number: int) -> Any:
        instance = self._instances.get(number)
        if instance is None:
            instance = self.value(self._fetch(number))
            self._instances.put(number, instance)
        return instance

    def _builder(self, number: int) -> Build:
        if not 0 <= number < len(self._classes):
            raise DamagedJournalError(
                self._journal, "damaged", f"a value refers to class number {number}, which it lacks"
            )
        name, fields = self._classes[number]
        return builder(name, fields, self._journal)


class _Builders(dict[int, Callable[[Any], Any]]):
    """How each class number is read; made when it is first met."""

    def __init__(self, make: Callable[[int], Build]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, number: int) -> Build:
        build = self[number] = self._make(number)
        return build


def _read_map(entries: tuple[tuple[Any, Any], ...]) -> Map[Any, Any]:
    return Map(entries)


def _mapping(builders: dict[int, Callable[[Any], Any]]) -> Callable[[list[tuple[Any, Any]]], Any]:
    """How a decoded mapping becomes what it stands for; a closure, because it runs for every one of them."""

    def read(pairs: list[tuple[Any, Any]]) -> Any:
        if not pairs:
            return EMPTY
        key, item = pairs[0]
        return builders[key](item) if key.__class__ is int else FrozenMap(pairs)

    return read
