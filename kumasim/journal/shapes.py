"""The shape of a vocabulary class: which fields are written, how they are taken out and put back."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

import attrs

from kumasim.domain.vocabulary import VOCABULARY
from kumasim.journal.errors import JournalError
from kumasim.journal.upcast import UPCASTERS

Take = Callable[[Any], tuple[Any, ...]]
Build = Callable[[tuple[Any, ...]], Any]


class _Field(NamedTuple):
    """One written field: its name, what the constructor calls it, and how the constructor wants it."""

    name: str
    alias: str
    required: bool
    keyword_only: bool = False


def fields_of(cls: type[Any]) -> tuple[str, ...]:
    """The names of the fields that are written, in order; fields that a constructor does not take are left out.

    Raises:
        TypeError: it is neither an attrs class nor a named tuple.
    """
    return tuple(field.name for field in _fields(cls))


def taker(cls: type[Any]) -> Take:
    """A function that takes the written fields out of an instance."""
    if issubclass(cls, tuple):
        return tuple
    names = fields_of(cls)
    if not names:
        return lambda _: ()
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda instance: (get(instance),)


def builder(name: str, written: tuple[str, ...], journal: str) -> Build:
    """A function that makes the instance of today from the fields that a journal holds.

    Args:
        name: the class as the journal calls it.
        written: its field names as the journal tells them.
        journal: the journal, for the error.

    Raises:
        JournalError: the class is not known, or it changed in a way that needs an upcaster; also raised by the
            function, for values that are more or fewer than the fields.
    """
    upcast = UPCASTERS.get((name, written))
    if upcast is not None:
        return _counted(name, len(written), upcast, journal)
    cls = VOCABULARY.get(name)
    if cls is None:
        raise JournalError(journal, "unknown-class", f"it holds a {name}, and no class of that name is known")
    fields = _fields(cls)
    _check_fields(name, written, fields, journal)
    if written == tuple(field.name for field in fields) and not any(field.keyword_only for field in fields):
        return _counted_in_order(name, len(written), cls, journal)
    alias = {field.name: field.alias for field in fields}
    aliases = [alias[name] for name in written]
    return _counted(name, len(written), lambda values: cls(**dict(zip(aliases, values, strict=True))), journal)


def _fields(cls: type[Any]) -> tuple[_Field, ...]:
    if attrs.has(cls):
        return tuple(
            _Field(field.name, field.alias or field.name, field.default is attrs.NOTHING, field.kw_only)
            for field in attrs.fields(cls)
            if field.init
        )
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        defaults: dict[str, Any] = getattr(cls, "_field_defaults", {})
        return tuple(_Field(name, name, name not in defaults) for name in cls._fields)
    raise TypeError(f"{cls.__name__} is neither an attrs class nor a named tuple: the journal cannot write it")


def _check_fields(name: str, written: tuple[str, ...], now: tuple[_Field, ...], journal: str) -> None:
    names = [field.name for field in now]
    lost = [field for field in written if field not in names]
    if lost:
        detail = f"its {name} has fields that the class no longer has: {', '.join(lost)}"
        raise JournalError(journal, "changed-class", detail)
    missing = [field.name for field in now if field.required and field.name not in written]
    if missing:
        detail = f"its {name} lacks fields that the class now needs: {', '.join(missing)}"
        raise JournalError(journal, "changed-class", detail)


def _counted_in_order(name: str, count: int, cls: type[Any], journal: str) -> Build:
    # The common case has a closure of its own, one call shorter: it runs for every instance of a journal.
    def build(values: tuple[Any, ...]) -> Any:
        if len(values) != count:
            raise _miscounted(name, count, len(values), journal)
        return cls(*values)

    return build


def _counted(name: str, count: int, make: Build, journal: str) -> Build:
    def build(values: tuple[Any, ...]) -> Any:
        if len(values) != count:
            raise _miscounted(name, count, len(values), journal)
        return make(values)

    return build


def _miscounted(name: str, count: int, found: int, journal: str) -> JournalError:
    detail = f"a {name} in it has {found} fields where its class table tells {count}"
    return JournalError(journal, "changed-class", detail)
