"""A Universal store as KDS reads and writes it, and which storage a control plane has.

Everything is kept by type, mesh and name. All labels are labels, the display name too, and no namespace is made up, so
names come out as the table of kds.md says for Universal (KDS-45, KDS-46, KDS-54).
"""

from __future__ import annotations

from typing import Protocol

import attrs

from kumasim.domain.reconcilers.base import Surroundings
from kumasim.domain.resource import Key, Metadata, Resource
from kumasim.domain.store import Store
from kumasim.domain.sync import labels
from kumasim.domain.sync.core import GROUP, CoreResource
from kumasim.domain.sync.storage import KubernetesStorage, Owners
from kumasim.domain.sync.traits import table
from kumasim.domain.tree import FrozenMap
from kumasim.domain.universal.form import API_VERSION, key_of
from kumasim.domain.writes import Write


class Storage(Protocol):
    """A store as KDS reads and writes it."""

    def type_of(self, stored: Resource) -> str:
        """The type of Kuma's that an object is, "" if it is none that KDS carries."""

    def listed(self, store: Store, type_: str) -> tuple[Resource, ...]:
        """All objects of a type, sorted by key."""

    def read(self, stored: Resource, type_: str) -> CoreResource:
        """An object of a type as control planes exchange it."""

    def key(self, core: CoreResource) -> Key:
        """Where a synced resource is stored."""

    def made(self, core: CoreResource, owners: Owners) -> Resource:
        """A synced resource as the object that it becomes."""

    def status_writes(self, core: CoreResource) -> tuple[Write, ...]:
        """What gives the object its status, where that is a write of its own."""


@attrs.frozen
class UniversalStorage:
    """The storage of a Universal control plane."""

    def type_of(self, stored: Resource) -> str:
        """The type of Kuma's that an object is, "" if it is none that KDS carries."""
        return stored.kind if stored.key.group == GROUP and stored.kind in table() else ""

    def listed(self, store: Store, type_: str) -> tuple[Resource, ...]:
        """All objects of a type, sorted by key."""
        return store.list(GROUP, type_)

    def read(self, stored: Resource, type_: str) -> CoreResource:
        """An object of a type as control planes exchange it."""
        all_labels = FrozenMap({labels.DISPLAY_NAME: stored.name, **stored.meta.labels})
        content = FrozenMap({name: part for name, part in stored.body.items() if name != "mesh"})
        return CoreResource(type_, stored.namespace, stored.name, all_labels, content, stored.status)

    def key(self, core: CoreResource) -> Key:
        """Where a synced resource is stored."""
        return key_of(core.type, core.mesh, core.name)

    def made(self, core: CoreResource, owners: Owners) -> Resource:
        """A synced resource as the object that it becomes."""
        key = self.key(core)
        body = FrozenMap({"mesh": key.namespace, **core.content}) if key.namespace else core.content
        meta = Metadata(core.name, key.namespace, core.labels, owners=owners)
        return Resource(API_VERSION, core.type, meta, body, core.status)

    def status_writes(self, core: CoreResource) -> tuple[Write, ...]:
        """Nothing: a Universal store writes an object together with its status."""
        return ()


def storage(around: Surroundings) -> Storage:
    """The storage of a control plane, by the type of its store."""
    return UniversalStorage() if around.universal else KubernetesStorage(around.system_namespace)
