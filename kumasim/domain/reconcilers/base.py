"""The shape of a reconciler, and what it may see.

A reconciler is level-triggered, as in Kubernetes: it is told *which* object to look at, never what happened. It reads
a `View` (what its control plane has observed so far, which may lag behind the store) and answers with a `Plan`: the
writes that would bring the world closer to what it should be. Writes are carried out one after the other; the first
that is refused ends the plan, and the key is tried again after a back-off (GW-214). A reconciler that finds everything
as it should be answers with an empty plan, and the world comes to rest.

To add one: a module beside this, a `Reconciler` in it, and its name in `reconcilers/__init__.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping

import attrs

from kumasim.domain.profile import Profile
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Index, Store
from kumasim.domain.tree import EMPTY, FrozenMap
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import Write


@value
class Surroundings:
    """What a control plane knows of itself.

    Args:
        profile: the version of Kuma it behaves as.
        zone: the zone's name ("default" for a zone that was never given one); "" on the global.
        mode: "global" or "zone".
        federated: whether the zone has a global.
        system_namespace: where the control plane lives.
        config: control plane variables that were set (KUMA_...), by name.
        universal: whether its store is a Universal one; a Universal control plane has no namespace.
    """

    profile: Profile
    zone: str = ""
    mode: str = "zone"
    federated: bool = True
    system_namespace: str = "kuma-system"
    config: FrozenMap = EMPTY
    universal: bool = False


@attrs.frozen
class View:
    """A store as a rule sees it: read only, through indexes, with the time and the control plane's surroundings."""

    store: Store
    around: Surroundings
    now_ns: int = 0

    def get(self, kind: str, namespace: str, name: str, group: str = "") -> Resource | None:
        """One object, or None. `group` is "" for core kinds."""
        return self.store.get(Key(group, kind, namespace, name))

    def list(self, kind: str, namespace: str | None = None, group: str = "") -> tuple[Resource, ...]:
        """All objects of a kind, in one namespace if given, sorted by namespace and name."""
        return self.store.list(group, kind, namespace)

    def find(self, index: str, under: Hashable) -> tuple[Resource, ...]:
        """What a declared index finds."""
        return self.store.find(index, under)

    def owned(self, uid: str) -> tuple[Resource, ...]:
        """The objects that an owner with this uid has."""
        return self.store.owned(uid)


@value
class Diagnostic:
    """Something a user should know, reported once.

    Args:
        code: "KS0410"; stable, listed in `kumasim.diagnostics`.
        message: one sentence.
        subject: the object concerned, as `Kind/namespace/name`.
        store: where it is (set by the control plane that reports it).
    """

    code: str
    message: str
    subject: str = ""
    store: str = ""


@attrs.frozen
class Plan:
    """What a reconciler wants done.

    Args:
        writes: in order; the first refused one ends the plan.
        error: it could not do its work; the key is tried again later with a growing delay.
        again_in_ns: look at this key again after this time, although nothing failed.
        diagnostics: what the user should know.
    """

    writes: tuple[Write, ...] = ()
    error: str = ""
    again_in_ns: int | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


NOTHING = Plan()

Wakes = Callable[[Resource, View], Iterable[Key]]
"""Given a changed object (called for its old and its new form), the keys that a reconciler must look at."""


@attrs.frozen
class Reconciler:
    """One controller.

    Args:
        name: "http-route"; unique among the controllers of a control plane.
        wakes: for each kind it watches, which keys a change of such an object wakes.
        reconcile: the rule.
        indexes: what it needs to find objects by.
        source: the rules it carries out, "GW-84 to GW-159".
    """

    name: str
    wakes: Mapping[tuple[str, str], Wakes]
    """(group, kind) -> wakes."""
    reconcile: Callable[[View, Key], Plan]
    indexes: tuple[Index, ...] = ()
    source: str = ""


def itself(changed: Resource, _: View) -> Iterable[Key]:
    """Wakes the changed object's own key."""
    return (changed.key,)


def controller_of(kind: str) -> Wakes:
    """Wakes the object of a kind that controls the changed one."""

    def owner(changed: Resource, _: View) -> Iterable[Key]:
        for reference in changed.meta.owners:
            if reference.controller and reference.kind == kind:
                group = reference.api_version.rpartition("/")[0]
                yield Key(group, kind, changed.namespace, reference.name)

    return owner
