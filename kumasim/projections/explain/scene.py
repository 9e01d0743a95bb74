"""What an explanation is made from, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from kumasim.domain.reconcilers.base import Surroundings, View
from kumasim.domain.resource import Key, Origin, Resource
from kumasim.domain.store import Store
from kumasim.domain.writes import Write
from kumasim.journal.record import Record

GOOD: Mapping[str, str] = {"Conflicted": "False"}
"""The status that a condition should have, where that is not "True"."""


@attrs.frozen
class Line:
    """A place in the user's files, and what stands there."""

    what: str
    origin: Origin | None = None


@attrs.frozen
class Repair:
    """Something that might help: writes to a store, and what they mean.

    Args:
        title: one sentence in the imperative.
        store: where the writes go.
        writes: in order.
        shown: what a user would apply or patch, as trees.
    """

    title: str
    store: str
    writes: tuple[Write, ...]
    shown: tuple[Any, ...] = ()


@attrs.frozen
class Cause:
    """Why a value is as it is, without its history.

    Args:
        rule: in one sentence.
        source: of the rule: "GW-127".
        lines: places in files that led to it.
        missing: what is not there.
        elsewhere: where that does exist.
        effect: what it means for requests.
        repairs: what might change it; not tried yet.
    """

    rule: str = ""
    source: str = ""
    lines: tuple[Line, ...] = ()
    missing: tuple[str, ...] = ()
    elsewhere: tuple[Line, ...] = ()
    effect: str = ""
    repairs: tuple[Repair, ...] = ()


@attrs.frozen
class Explained:
    """One value of an object's status, or one that should be there and is not.

    Args:
        about: the part of the object: "parent Gateway edge", "listener http", "" for the whole.
        type: "ResolvedRefs".
        status: "True", "False", "Unknown", or "-" where nothing is written.
        reason, message: as the status has them.
        cause: why.
    """

    about: str
    type: str
    status: str
    reason: str = ""
    message: str = ""
    cause: Cause = Cause()

    @property
    def good(self) -> bool:
        """Whether the value is what a user wants it to be."""
        return self.status == GOOD.get(self.type, "True")

    @property
    def value(self) -> tuple[str, str]:
        """What makes two of them the same value."""
        return self.status, self.reason


@attrs.frozen
class Scene:
    """A world at one moment, as an explanation sees it.

    Args:
        store: the one in question, "zone-1".
        stores: what each store holds.
        around: what the control plane of each store knows of itself.
        seen: what the control plane of the store in question has observed.
        states: every actor's state.
        records: the journal up to that moment.
        now_ns: virtual time.
    """

    store: str
    stores: Mapping[str, Store]
    around: Mapping[str, Surroundings]
    seen: Store
    states: Mapping[str, Any]
    records: Sequence[Record]
    now_ns: int

    @property
    def view(self) -> View:
        """What the control plane's reconcilers see."""
        return View(self.seen, self.around[self.store], self.now_ns)

    def held(self, key: Key) -> Resource | None:
        """An object of the store in question."""
        return self.stores[self.store].get(key)

    def elsewhere(self, key: Key) -> tuple[Line, ...]:
        """The other zones that have an object of this key."""
        found = ((name, store.get(key)) for name, store in sorted(self.stores.items()) if name != self.store)
        return tuple(line_of(one, name) for name, one in found if one is not None)


def line_of(resource: Resource, store: str = "") -> Line:
    """The place where an object was written."""
    return Line(f"{store}/{resource.key}" if store else str(resource.key), resource.origin)
