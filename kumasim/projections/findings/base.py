"""What the rules of `kumasim check` see, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from kumasim.domain.diagnostics import PAGES
from kumasim.domain.reconcilers.base import Surroundings, View
from kumasim.domain.resource import Key, Origin, Resource
from kumasim.domain.store import Store
from kumasim.journal.record import Record

Path = tuple[str | int, ...]
"""A way into an object: `("spec", "rules", 0)`."""

RANK = {"info": 0, "warning": 1, "error": 2}
"""Severities, the mildest first."""


@attrs.frozen
class Written:
    """An object as the user wrote it.

    Args:
        store: where it was applied.
        resource: as in the file, in the namespace that it goes to.
        place: the position of something inside it, or of its start.
    """

    store: str
    resource: Resource
    place: Callable[[Path], Origin]

    @property
    def key(self) -> Key:
        return self.resource.key


@attrs.frozen
class Finding:
    """One problem.

    Args:
        code: "KS0301", a page of `kumasim.domain.diagnostics`.
        store: "zone-1".
        subject: the object concerned, as `Kind/namespace/name`.
        cause: one sentence.
        remedy: one sentence; the page's where a rule knows no better one.
        origin: the place in the user's files, None where no file is concerned.
    """

    code: str
    store: str
    subject: str
    cause: str
    remedy: str = ""
    origin: Origin | None = None

    @property
    def severity(self) -> str:
        """ "error", "warning" or "info"."""
        return PAGES[self.code].severity

    @property
    def advice(self) -> str:
        """What would change it."""
        return self.remedy or PAGES[self.code].remedy


@attrs.frozen
class Converged:
    """A world at rest, and what was applied to it.

    Args:
        stores: what each store holds, by name.
        around: what the control plane of each store knows of itself.
        written: everything that was applied, in order.
        records: the journal.
    """

    stores: Mapping[str, Store]
    around: Mapping[str, Surroundings]
    written: Sequence[Written]
    records: Sequence[Record]
    _by_key: dict[tuple[str, Key], Written] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        # The last one counts, as it does for kubectl apply.
        self._by_key.update({(one.store, one.key): one for one in self.written})

    @_by_key.default
    def _empty(self) -> dict[tuple[str, Key], Written]:
        return {}

    def view(self, store: str) -> View:
        """A store as the rules of the domain see it."""
        return View(self.stores[store], self.around[store])

    def of_kind(self, group: str, kind: str) -> Iterable[tuple[Written, Resource]]:
        """What users applied of a kind and the store has taken, with what the store has made of it."""
        for (store, key), written in self._by_key.items():
            if (key.group, key.kind) == (group, kind):
                stored = self.stores[store].get(key)
                if stored is not None:
                    yield written, stored

    def written_as(self, store: str, key: Key) -> Written | None:
        """What a user applied under a key, None if nobody did."""
        return self._by_key.get((store, key))

    def zones(self) -> tuple[str, ...]:
        """The stores that belong to zones, sorted."""
        return tuple(sorted(name for name in self.stores if self.around[name].mode != "global"))


def found(code: str, written: Written, cause: str, remedy: str = "", path: Path = ()) -> Finding:
    """A finding about an object, placed where its cause stands."""
    return Finding(code, written.store, str(written.key), cause, remedy, written.place(path))


Rule = Callable[[Converged], Iterable[Finding]]
"""A rule of analysis: looks at a world at rest and tells what is wrong."""
