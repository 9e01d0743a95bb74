"""Every class that may stand in a journal goes through one and comes back."""

from __future__ import annotations

import enum
import importlib
import pkgutil
import types
import typing
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journal_samples import record, written

import kumasim.domain
import kumasim.runtime
from kumasim.domain.persistent import Keys, Map
from kumasim.domain.tree import FrozenMap
from kumasim.domain.vocabulary import VOCABULARY
from kumasim.journal import first_difference, read_bytes

BROKEN: dict[str, str] = {}
for package in (kumasim.domain, kumasim.runtime):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.", onerror=lambda name: None):
        try:
            importlib.import_module(module.name)
        except ImportError as error:
            BROKEN[module.name] = str(error)

WORDS = dict(VOCABULARY)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
INTEGERS = st.integers(-(2**63), 2**64 - 1)
SCALARS = st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False) | TEXT
TREES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=2).map(tuple) | st.dictionaries(TEXT, below, max_size=2).map(FrozenMap),
    max_leaves=4,
)
MAPPINGS = st.dictionaries(TEXT, TREES, max_size=2).map(FrozenMap)
PLAIN = {str: TEXT, int: INTEGERS, bool: st.booleans(), float: st.floats(allow_nan=False), type(None): st.none()}
MADE: dict[type, st.SearchStrategy[Any]] = {}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values for a field with a type; trees where the type does not say which."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if origin in (typing.Union, types.UnionType):
        return st.one_of([values_of(choice) for choice in sorted(inner, key=repr)])
    if origin is typing.Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        return tuples_of(inner)
    if origin is Map:
        return st.dictionaries(values_of(inner[0]), values_of(inner[1]), max_size=2).map(lambda made: Map(made.items()))
    if origin is Keys:
        return st.lists(values_of(inner[0]), max_size=3).map(Keys)
    if hint is FrozenMap:
        return MAPPINGS
    if isinstance(hint, type) and WORDS.get(hint.__name__) is hint:
        return instances(hint)
    assert not (isinstance(hint, type) and issubclass(hint, enum.Enum)), f"{hint} cannot stand in a journal"
    return TREES


def tuples_of(inner: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if len(inner) == 2 and inner[1] is Ellipsis:
        return st.lists(values_of(inner[0]), max_size=2).map(tuple)
    return st.tuples(*[values_of(item) for item in inner])


def instances(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Instances of a vocabulary class with fields of the right types."""
    if cls not in MADE:
        MADE[cls] = st.deferred(lambda: st.builds(cls, **arguments(cls)))
    return MADE[cls]


def arguments(cls: type[Any]) -> dict[str, st.SearchStrategy[Any]]:
    hints = typing.get_type_hints(cls)
    if not attrs.has(cls):
        return {name: values_of(hints[name]) for name in cls._fields}
    return {field.alias: values_of(hints[field.name]) for field in attrs.fields(cls) if field.init}


def test_every_module_was_asked_for_its_words():
    assert BROKEN == {}


@pytest.mark.parametrize("name", sorted(WORDS))
@settings(max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_word_comes_back_the_same(name, data):
    body = data.draw(instances(WORDS[name]))
    came = read_bytes(written([record(0, body)])).at(0)
    assert came.body == body
    assert first_difference([record(0, body)], [came]) is None
    assert written([came]) == written([record(0, body)])


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(body=TREES)
def test_every_tree_comes_back_the_same(body):
    came = read_bytes(written([record(0, body)])).at(0)
    assert repr(came.body) == repr(body)
