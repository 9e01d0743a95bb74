"""A Universal store without an actor around it, for tests of its rules."""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.persistent import Map
from kumasim.domain.profile import profile
from kumasim.domain.reconcilers.base import Surroundings, View
from kumasim.domain.resource import Resource, resource
from kumasim.domain.store import Store
from kumasim.domain.tree import FrozenMap, freeze
from kumasim.domain.universal.form import key_of, taken
from kumasim.domain.universal.writes import CONTROL_PLANE, Held, Saved, perform
from kumasim.domain.writes import Failure, Write
from kumasim.scenario.universal import as_kubernetes

USER = "mesh-system:admin"


def around(mode: str = "zone", federated: bool = True, **config: str) -> Surroundings:
    """A Universal control plane; `zone-1` if it is a zone's."""
    zone = "zone-1" if mode == "zone" else ""
    return Surroundings(
        profile(), zone, mode, federated and mode == "zone", "", FrozenMap(config), universal=True
    )  # fmt: skip


def manifest(**written: Any) -> Resource:
    """What a user writes in the REST form."""
    return taken(resource(as_kubernetes(written)))


@attrs.define
class UniversalStore:
    """A store that carries out one write after the other."""

    around: Surroundings = attrs.field(factory=around)
    store: Store = attrs.field(factory=Store)
    version: int = 0
    born: Map[Any, int] = attrs.field(factory=Map)

    def write(self, write: Write, user: str = USER) -> Saved | Failure:
        held = Held("s", View(self.store, self.around, 5), self.version, self.born)
        outcome = perform(held, write, user)
        if isinstance(outcome, Saved):
            for one in outcome.stored:
                self.store = self.store.put(one)
                self.version = max(self.version, one.meta.resource_version)
            for one in outcome.gone:
                self.store = self.store.drop(one.key)
        return outcome

    def put(self, user: str = USER, **written: Any) -> Saved | Failure:
        wanted = manifest(**written)
        return self.write(Write("apply", wanted.key, wanted), user)

    def given(self, **written: Any) -> UniversalStore:
        """With something that the control plane itself has put there, as KDS does."""
        assert isinstance(self.put(CONTROL_PLANE, **written), Saved)
        return self

    def patch(self, kind: str, mesh: str, name: str, patch: Any, verb: str = "merge") -> Saved | Failure:
        return self.write(Write(verb, key_of(kind, mesh, name), patch=freeze(patch)))

    def delete(self, kind: str, mesh: str, name: str, user: str = USER) -> Saved | Failure:
        return self.write(Write("delete", key_of(kind, mesh, name)), user)

    def get(self, kind: str, mesh: str, name: str) -> Resource | None:
        return self.store.get(key_of(kind, mesh, name))

    def names(self) -> list[str]:
        return [str(one.key) for one in self.store.everything()]
