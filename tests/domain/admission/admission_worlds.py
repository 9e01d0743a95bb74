"""Worlds for tests of admission: what a control plane has observed, and writes that people and control planes make."""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.admission import CREATE, PERSON, Review, Verdict, review
from kumasim.domain.kinds import defaulted
from kumasim.domain.profile import profile
from kumasim.domain.reconcilers.base import Surroundings, View
from kumasim.domain.resource import Resource, resource
from kumasim.domain.store import Store

KUMA = "kuma.io/v1alpha1"

GLOBAL = Surroundings(profile=profile(), mode="global", federated=False)
ZONE = Surroundings(profile=profile(), zone="zone-1")
ALONE = Surroundings(profile=profile(), zone="default", federated=False)
SOURCE_GLOBAL = attrs.evolve(GLOBAL, profile=profile(semantics="source"))


def made(
    kind: str, spec: Any = None, *, name: str = "a", namespace: str = "", api_version: str = KUMA, **rest: Any
) -> Resource:
    """A resource with defaults; `labels`, `annotations` and `uid` go to its metadata, the rest to its body."""
    meta = {key: rest.pop(key) for key in ("labels", "annotations", "uid") if key in rest}
    tree: dict[str, Any] = {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, **meta},
    }
    return defaulted(resource({**tree, **rest} if spec is None else {**tree, **rest, "spec": spec}))


MESH = made("Mesh", name="default", uid="mesh-1")


def world(around: Surroundings, *objects: Resource, config: dict[str, str] | None = None) -> View:
    """A control plane that has observed these objects, and Mesh `default`."""
    store = Store()
    for item in (MESH, *objects):
        store = store.put(item)
    return View(store, attrs.evolve(around, config=config or {}))


def written(
    view: View, wanted: Resource | None, operation: str = CREATE, user: str = PERSON, old: Resource | None = None
) -> Verdict:
    """What the control plane answers to a write."""
    return review(view, Review(operation, user, old, wanted))


def code(verdict: Verdict) -> int:
    """200, or the code of the refusal."""
    return 200 if verdict.failure is None else verdict.failure.code
