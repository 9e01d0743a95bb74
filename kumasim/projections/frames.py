"""States of the world as values that a journal can hold, and back.

A state holds what it was born with (reconcilers, indexes: functions, which are no data) and what has happened to it
since. Only the latter is written: a part that still is the one of the actor's birth is named as such, and birth is
repeated when the state is read. Indexes of a store are made again from its objects.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.store import Store
from kumasim.domain.vocabulary import value
from kumasim.projections.fold import WorldState
from kumasim.runtime.world import WorldConfig


@value
class AsBorn:
    """A part of a state that is as the actor was born with it."""


@value
class Parts:
    """A part of a state by its fields."""

    fields: tuple[Any, ...]


@value
class Held:
    """The objects of a store."""

    objects: tuple[Any, ...]


@value
class ActorFrame:
    """One actor: its role, what it was born with, and what has become of it."""

    name: str
    role: str
    arguments: Any
    alive: bool
    state: Any


@value
class WorldFrame:
    """The world at one position of a journal."""

    position: int
    now_ns: int
    config: WorldConfig
    cuts: tuple[tuple[str, str], ...]
    actors: tuple[ActorFrame, ...]


_BORN = AsBorn()


def framed(world: WorldState) -> WorldFrame:
    """A state as a value of the vocabulary."""
    actors = []
    for name in sorted(world.states):
        role, arguments = world.births[name]
        born = world.behaviours[role].initial(arguments)
        state = _framed(world.states[name], born)
        actors.append(ActorFrame(name, role, arguments, name in world.alive, state))
    return WorldFrame(world.position, world.now_ns, world.config, tuple(sorted(world.cuts)), tuple(actors))


def unframed(frame: WorldFrame) -> WorldState:
    """The state that a frame was made of."""
    world = WorldState(cuts=set(frame.cuts), now_ns=frame.now_ns, position=frame.position, config=frame.config)
    for actor in frame.actors:
        world.bear(actor.name, actor.role, actor.arguments)
        world.states[actor.name] = _unframed(actor.state, world.states[actor.name])
        if not actor.alive:
            world.alive.discard(actor.name)
    return world


def _framed(part: Any, born: Any) -> Any:
    cls = type(part)
    if part is born or (cls is type(born) and _behaves(part)):
        return _BORN
    if cls is Store:
        return Held(part.everything())
    if cls is type(born) and attrs.has(cls):
        return Parts(tuple(_framed(getattr(part, field), getattr(born, field)) for field, _ in _fields(cls)))
    return part


def _behaves(part: Any) -> bool:
    """Whether a part is behaviour, which an actor has from its birth, and no data: functions, and tuples of rules."""
    if type(part) is tuple and part:
        part = part[0]
    return callable(part) or (attrs.has(type(part)) and type(part).__name__ == "Reconciler")


def _unframed(part: Any, born: Any) -> Any:
    cls = type(part)
    if cls is AsBorn:
        return born
    if cls is Held:
        return _stored(born.indexes, part.objects)
    if cls is Parts:
        fields = zip(_fields(type(born)), part.fields, strict=True)
        return type(born)(**{alias: _unframed(item, getattr(born, name)) for (name, alias), item in fields})
    return part


def _stored(indexes: Any, objects: tuple[Any, ...]) -> Store:
    store = Store(indexes)
    for resource in objects:
        store = store.put(resource)
    return store


def _fields(cls: Any) -> list[tuple[str, str]]:
    return [(field.name, field.alias or field.name) for field in attrs.fields(cls) if field.init]
