"""Explains an object of a run: why its status is as it is, and which changes of it, tried in forks, would help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from kumasim.app import refs
from kumasim.domain.resource import Key
from kumasim.domain.writes import Write
from kumasim.errors import UsageError
from kumasim.journal.record import Record
from kumasim.kernel.kernel import Row
from kumasim.projections.explain import Dated, Repair, Scene, again, dated, explained
from kumasim.projections.fold import WorldState
from kumasim.replay.fork import revived
from kumasim.runtime.engine import Engine, finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.session import Session
from kumasim.runtime.stores import place_of, store_actor


@attrs.frozen
class Told:
    """One value of an object's status, why it is so, and what would change it.

    Args:
        dated: the value, its cause, and since when it has been so.
        repairs: those that were tried and work.
    """

    dated: Dated
    repairs: tuple[Repair, ...] = ()


@attrs.frozen
class Explanation:
    """Everything that can be said of an object.

    Args:
        reference: "zone-1/HTTPRoute/kuma-demo/db".
        position: of the journal, how many records have happened.
        told: each value.
    """

    reference: str
    position: int
    told: tuple[Told, ...]


def explain(records: Sequence[Record], reference: str, condition: str = "") -> Explanation:
    """Explains an object as it is at the end of some records.

    Args:
        records: a journal's, from the first on.
        reference: "zone-1/HTTPRoute/kuma-demo/db".
        condition: only values of this type.

    Raises:
        UsageError: there is no such store or object, or it has no such condition.
    """
    world = WorldState()
    for record in records:
        world.take(record)
    store, kind, namespace, name = refs.parse(reference)
    scene = scene_of(world.states, records, world.now_ns, store)
    key = refs.key_of(scene.stores[store], kind, namespace, name)
    found = scene.held(key)
    if found is None:
        raise UsageError(_absent(scene, key))
    values = explained(scene, found)
    chosen = [one for one in values if not condition or one.type == condition]
    if not chosen:
        said = ", ".join(sorted({one.type for one in values})) or "no conditions"
        raise UsageError(f"{reference} has no condition {condition or 'to explain'}; it has {said}")
    workshop = Workshop(records, store, key)
    told = tuple(Told(one, workshop.working(one)) for one in dated(scene, found, chosen))
    return Explanation(f"{store}/{key}", len(records), told)


def scene_of(states: dict[str, Any], records: Sequence[Record], now_ns: int, store: str) -> Scene:
    """The world as explanations see it.

    Raises:
        UsageError: there is no such store.
    """
    stores = {place: one.store for name, one in states.items() if (place := place_of(name))}
    if store not in stores:
        raise UsageError(f"there is no store {store!r}; there are {', '.join(sorted(stores))}")
    planes = {name: states[name] for name in stores if name in states}
    around = {name: plane.around for name, plane in planes.items()}
    return Scene(store, stores, around, planes[store].cache, states, records, now_ns)


def _absent(scene: Scene, key: Key) -> str:
    others = [line.what for line in scene.elsewhere(key)]
    others += [
        f"{scene.store}/{one.key}"
        for one in scene.stores[scene.store].list(key.group, key.kind)
        if one.name == key.name and one.key != key
    ]
    where = f"; there is {', '.join(others)}" if others else ""
    return f"there is no {key} in {scene.store}{where}"


class Workshop:
    """Where repairs are tried: each in a fork of the world as it is.

    Args:
        records: the journal.
        store: of the object that is to be repaired.
        key: of that object.
    """

    def __init__(self, records: Sequence[Record], store: str, key: Key) -> None:
        self._records = records
        self._store = store
        self._key = key
        self._now: Engine | None = None
        self._tried: dict[tuple[Write, ...], Scene | None] = {}

    def working(self, value: Dated) -> tuple[Repair, ...]:
        """The repairs of a value that make it good, in the order in which they were thought of."""
        if value.explained.good:
            return ()
        return tuple(one for one in value.explained.cause.repairs if self._works(one, value))

    def _works(self, repair: Repair, value: Dated) -> bool:
        scene = self._after(repair)
        if scene is None:
            return False
        found = again(scene, self._key, value.explained.about, value.explained.type)
        if found is not None:
            return found.good
        # A part that the repair took away or renamed is no longer bad; the rest has to be good then.
        return self._all_good(scene, value.explained.type)

    def _all_good(self, scene: Scene, type_: str) -> bool:
        held = scene.held(self._key)
        values = [] if held is None else [one for one in explained(scene, held) if one.type == type_]
        return bool(values) and all(one.good for one in values)

    def _after(self, repair: Repair) -> Scene | None:
        """The world with a repair carried out, None if a store refused it."""
        if repair.writes not in self._tried:
            self._tried[repair.writes] = self._carried_out(repair)
        return self._tried[repair.writes]

    def _carried_out(self, repair: Repair) -> Scene | None:
        if self._now is None:
            self._now = finish(revived(self._records, len(self._records), Inline(), lambda _: None))
        future: list[Row] = []
        engine = self._now.fork(Inline(), future.append)
        session = Session(engine)
        for write in repair.writes:
            if finish(session.submit(store_actor(engine.actors, repair.store), write)).failure is not None:
                return None
            finish(session.settle())
        states = {name: actor.state for name, actor in engine.actors.items()}
        records = [*self._records, *(Record(*row) for row in future)]
        return scene_of(states, records, engine.now_ns, self._store)
