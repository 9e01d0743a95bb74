"""Whether what a controller wants is already there, so that it writes nothing and the world comes to rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, freeze
from kumasim.domain.writes import Write, update_status


def same(one: Any, other: Any) -> bool:
    """Whether two trees say the same: an absent, null or empty entry of a mapping are one and the same thing."""
    return bool(_without_empties(one) == _without_empties(other))


def covers(observed: Any, wanted: Any) -> bool:
    """Whether an observed tree already holds everything that is wanted, whatever else it holds.

    Lists must have equal length and cover each other element by element; a wanted null asks for absence. This is how
    to compare with an object in which the API server has filled in defaults of its own.
    """
    if wanted is None:
        return observed is None
    if isinstance(wanted, Mapping):
        held = observed if isinstance(observed, Mapping) else EMPTY
        return all(covers(held.get(key), item) for key, item in wanted.items())
    if isinstance(wanted, tuple):
        return (
            isinstance(observed, tuple)
            and len(observed) == len(wanted)
            and all(map(covers, observed, wanted))
        )  # fmt: skip
    return bool(observed == wanted)


def replacing(observed: Any, wanted: Any) -> Any:
    """A merge patch that turns one tree into the other: what is no longer wanted is set to null."""
    if not (isinstance(observed, Mapping) and isinstance(wanted, Mapping)):
        return wanted
    patch = {key: replacing(observed.get(key), item) for key, item in wanted.items()}
    patch.update({key: None for key in observed if key not in wanted})
    return freeze(patch)


def status_write(observed: Resource, wanted: Mapping[str, Any]) -> tuple[Write, ...]:
    """The write that brings some top-level fields of a status to their wanted values; none if they have them.

    Args:
        observed: the object as last seen.
        wanted: the fields that this controller keeps; None removes a field.
    """
    held: FrozenMap = EMPTY if observed.status is None else observed.status
    patch = {
        field: replacing(held.get(field), freeze(value))
        for field, value in wanted.items()
        if not _same_field(held, field, freeze(value))
    }
    return (update_status(observed.key, patch),) if patch else ()


def _same_field(held: FrozenMap, field: str, value: Any) -> bool:
    # An empty list that has never been written is a fact worth writing: "looked, and found nothing" (GW-114).
    if value is None:
        return field not in held
    return field in held and same(held[field], value)


def _without_empties(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        kept = ((key, _without_empties(item)) for key, item in tree.items())
        return {key: item for key, item in kept if item is not None and item != {} and item != ()}
    if isinstance(tree, tuple | list):
        return tuple(_without_empties(item) for item in tree)
    return tree
