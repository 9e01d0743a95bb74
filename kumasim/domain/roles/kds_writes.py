"""What has to be written to store a response: creates, then deletes, then updates (KDS-71).

The first response of a type is compared with everything the sender may own here, later ones only with what they name
(KDS-68, KDS-69).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.resource import Key, OwnerReference, Resource
from kumasim.domain.sync import labels, ownership, validation
from kumasim.domain.sync.core import API_VERSION, GROUP, CoreResource
from kumasim.domain.sync.stream import KdsResponse
from kumasim.domain.sync.traits import Traits, table
from kumasim.domain.writes import Write, create, delete, update


@attrs.frozen
class Storing:
    """How a response is to be stored.

    Args:
        writes: in order.
        invalid: what is wrong with the items that are left out; any makes the answer a NACK (KDS-81).
        impossible: why it cannot be stored at all; ends the session (KDS-80).
    """

    writes: tuple[Write, ...] = ()
    invalid: tuple[str, ...] = ()
    impossible: str = ""


def storing(state: Any, zone: str, response: KdsResponse) -> Storing:
    """How a response is to be stored.

    Args:
        state: of the control plane that received it.
        zone: at the zone's end of the session.
        response: what was said.
    """
    traits = table()[response.type]
    wanted, spoilt, invalid = _checked(state, zone, traits, response)
    removed = {state.storage.key(CoreResource(response.type, *id_)) for id_ in response.removed}
    mine = _touchable(state, zone, traits, set(wanted) | removed, response.initial)
    creates = [key for key in sorted(wanted) if key not in mine]
    owners = _owners(state, zone)
    if creates and owners is None:
        return Storing(impossible=f"Zone {zone} does not exist (KDS-78)")
    gone = (set(mine) if response.initial else removed & set(mine)) - set(wanted) - spoilt
    made = [write for key in creates for write in _creation(state, wanted[key], owners or ())]
    deleted = [delete(key, mine[key].meta.uid) for key in sorted(gone)]
    updated = [
        write for key in sorted(wanted) if key in mine for write in _update(state, mine[key], wanted[key], traits)
    ]
    return Storing((*made, *deleted, *updated), invalid)


Checked = tuple[dict[Key, CoreResource], set[Key], tuple[str, ...]]


def _checked(state: Any, zone: str, traits: Traits, response: KdsResponse) -> Checked:
    """The valid items that the sender may own here, the keys of the invalid ones, and what is wrong with those.

    What is stored of an invalid item stays as it is (KDS-81).
    """
    wanted: dict[Key, CoreResource] = {}
    spoilt: set[Key] = set()
    invalid: list[str] = []
    may_touch = _predicate(state)
    for core in response.added:
        found = validation.faults(core)
        if found:
            spoilt.add(state.storage.key(core))
            invalid.append(f"{core.type} {core.name}: {'; '.join(found)}")
        elif may_touch(core, traits, zone):
            wanted[state.storage.key(core)] = core
    return wanted, spoilt, tuple(invalid)


def _predicate(state: Any) -> ownership.Predicate:
    return ownership.global_may_touch if state.around.mode == "global" else ownership.zone_may_touch


def _touchable(state: Any, zone: str, traits: Traits, named: set[Key], initial: bool) -> dict[Key, Resource]:
    """The own objects that this session may touch: all of the type at first, later those that are named."""
    storage, type_ = state.storage, traits.type
    held: Iterable[Resource] = storage.listed(state.cache, type_) if initial else _named(state, type_, named)
    may_touch = _predicate(state)
    return {item.key: item for item in held if may_touch(storage.read(item, type_), traits, zone)}


def _named(state: Any, type_: str, named: set[Key]) -> Iterable[Resource]:
    for key in sorted(named):
        found = state.cache.get(key)
        if found is not None and state.storage.type_of(found) == type_:
            yield found


def _owners(state: Any, zone: str) -> tuple[OwnerReference, ...] | None:
    """What a zone sends is owned by its Zone on the global; what the global sends has no owner (KDS-78, KDS-79)."""
    if state.around.mode == "zone":
        return ()
    found = state.cache.get(Key(GROUP, "Zone", "", zone))
    return None if found is None else (OwnerReference(API_VERSION, "Zone", zone, found.meta.uid),)


def _creation(state: Any, core: CoreResource, owners: tuple[OwnerReference, ...]) -> Iterable[Write]:
    yield create(state.storage.made(core, owners))
    if core.status is not None:
        yield from state.storage.status_writes(core)


def _update(state: Any, held: Resource, core: CoreResource, traits: Traits) -> Iterable[Write]:
    """The writes that make a stored object what it was told to be: content, status and labels count (KDS-65).

    A resource that travels without status loses the one it was given here: so a MeshService of another zone gets a new
    address after each reconnect (KDS-151).
    """
    have = state.storage.read(held, traits.type)
    mine = {name: text for name, text in have.labels.items() if name in core.labels or name == labels.ZONE}
    apart = state.storage.status_writes(core)
    other_status = (have.status or None) != (core.status or None)
    if (have.content, mine) != (core.content, dict(core.labels)) or (other_status and not apart):
        yield update(_replacing(held, state.storage.made(core, ())))
    if other_status:
        yield from apart


def _replacing(held: Resource, wanted: Resource) -> Resource:
    """The wanted object in the frame of the held one."""
    meta = changed(held.meta, labels=wanted.meta.labels, annotations=wanted.meta.annotations)
    return changed(wanted, meta=meta)
