"""What a state means to people: objects, statuses, what each proxy serves; without numbers that count how it came about.

Versions, uids, generations and times of writing differ between any two runs in which one more thing was written, and
nobody reads a meaning into them. Everything else is compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kumasim.domain.store import Store
from kumasim.domain.universal.form import shown
from kumasim.journal.record import Record
from kumasim.projections.fold import WorldState
from kumasim.projections.records import plain
from kumasim.runtime.stores import place_of

NOISE = frozenset(
    (
        "resourceVersion",
        "uid",
        "generation",
        "observedGeneration",
        "creationTimestamp",
        "creationTime",
        "modificationTime",
        "deletionTimestamp",
        "lastTransitionTime",
        "lastUpdateTime",
        "lastProbeTime",
        "startTime",
        "startedAt",
    )
)
"""Names of fields that tell when or how often something was written, and not what."""

_BOOKKEEPING = frozenset(
    ("ZoneInsight", "DataplaneInsight", "MeshInsight", "ServiceInsight", "ZoneIngressInsight", "ZoneEgressInsight")
)
"""Kinds that count messages: what they count is no meaning, whether they exist is."""


class Change(NamedTuple):
    """One difference of meaning.

    Args:
        where: what it concerns: "zone-1/HTTPRoute/kuma-demo/db".
        path: the field, "" for the whole.
        before, after: on the one side and on the other; None where it is missing.
    """

    where: str
    path: str
    before: Any
    after: Any

    @property
    def words(self) -> str:
        """One line."""
        if not self.path:
            return f"{self.where}: {'only in the second' if self.before is None else 'only in the first'}"
        return f"{self.where}: {self.path}: {_short(self.before)} -> {_short(self.after)}"


def objects(world: WorldState) -> dict[str, dict[str, Any]]:
    """Every object of every store by `store/Kind/namespace/name`, without noise."""
    found = {}
    for actor, state in sorted(world.states.items()):
        place, store = place_of(actor), getattr(state, "store", None)
        if place and isinstance(store, Store):
            for one in store.everything():
                tree = {"kind": one.kind} if one.kind in _BOOKKEEPING else quiet(shown(one))
                found[f"{place}/{one.key}"] = tree
    return found


def synced(trees: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """Which objects came to their store from another: the place they come from, by object."""
    found = {}
    for where, tree in trees.items():
        labels = (tree.get("metadata") or tree).get("labels") or {}
        place, origin = where.partition("/")[0], labels.get("kuma.io/origin")
        if place == "global" and origin == "zone":
            found[where] = labels.get("kuma.io/zone", "a zone")
        elif place != "global" and origin == "global":
            found[where] = "global"
    return found


def served(world: WorldState) -> dict[str, Any]:
    """What each proxy has received, by actor."""
    configs = ((name, getattr(state, "config", None)) for name, state in sorted(world.states.items()) if "/dp/" in name)
    return {name: quiet(plain(config)) for name, config in configs if config is not None}


def answered(records: Iterable[Record]) -> dict[str, Any]:
    """The outcomes of each request, by what it asked for and its number among those that asked the same."""
    found: dict[str, Any] = {}
    counts: dict[str, int] = {}
    for record in records:
        if record.kind == "RequestAnswered":
            counts[record.subject] = number = counts.get(record.subject, 0) + 1
            found[f"request {number} to {record.subject}"] = plain(record.body)
    return found


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """What differs between two collections, sorted by what it concerns."""
    for where in sorted({*before, *after}):
        one, other = before.get(where), after.get(where)
        if one is None or other is None:
            yield Change(where, "", one, other)
        else:
            yield from _fields(where, one, other, "")


def quiet(tree: Any) -> Any:
    """A tree without noise."""
    if isinstance(tree, Mapping):
        return {key: quiet(item) for key, item in tree.items() if key not in NOISE}
    return [quiet(item) for item in tree] if isinstance(tree, list | tuple) else tree


def _fields(where: str, one: Any, other: Any, path: str) -> Iterator[Change]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in [*one, *(key for key in other if key not in one)]:
            step = f"{path}.{key}" if path else str(key)
            yield from _fields(where, one.get(key), other.get(key), step)
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _fields(where, left, right, f"{path}[{index}]")
    elif one != other:
        yield Change(where, path or ".", one, other)


def _short(found: Any) -> str:
    text = "nothing" if found is None else str(found)
    return text if len(text) <= 120 else text[:117] + "..."
