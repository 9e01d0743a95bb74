"""Namespace: labelled with its own name; held back until its contents are gone."""

from __future__ import annotations

import attrs

from kumasim.domain.kubernetes.api.context import ApiContext
from kumasim.domain.kubernetes.api.strategies.base import Strategy
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig

NAME_LABEL = "kubernetes.io/metadata.name"


def _default(wanted: Resource) -> Resource:
    return wanted.with_meta(labels=wanted.meta.labels.with_(**{NAME_LABEL: wanted.name}))


def _prepare(old: Resource | None, wanted: Resource, _: ApiContext) -> Resource:
    if old is not None:
        return wanted
    spec = wanted.spec.with_(finalizers=("kubernetes",))
    return attrs.evolve(wanted, body=wanted.body.with_(spec=spec), status=FrozenMap(phase="Active"))


def _leave(stored: Resource) -> Resource:
    return attrs.evolve(stored, status=(stored.status or EMPTY).with_(phase="Terminating"))


def _holders(stored: Resource) -> tuple[str, ...]:
    return (*stored.meta.finalizers, *dig(stored.spec, "finalizers", default=()))


STRATEGY = Strategy(default=_default, prepare=_prepare, leave=_leave, holders=_holders, name="label")
