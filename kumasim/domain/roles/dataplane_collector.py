"""The part that clears away Dataplanes whose proxies never came back: after 72 hours they are deleted.

A proxy that leaves is deregistered soon, so this concerns those alone that ended while their control plane was down, and
that a Postgres store has kept. Kuma looks once a minute; here a control plane that starts with Dataplanes in its store
looks once, when the time has come.

Source: KDS-196.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.decider import After, Delivery, Effect, Send
from kumasim.domain.resource import Key
from kumasim.domain.roles.parts import Part
from kumasim.domain.roles.watching import Observed
from kumasim.domain.sync import labels
from kumasim.domain.universal.form import GROUP
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, delete

OFFLINE_NS = 72 * 3600 * 1_000_000_000
"""How long a Dataplane may be offline (`KUMA_RUNTIME_UNIVERSAL_DATAPLANE_CLEANUP_AGE`)."""


@value
class CollectDataplanes:
    """Message to oneself: time to look for Dataplanes without proxies."""


@value
class DataplanesCollected:
    """Event: Dataplanes that no proxy has claimed for too long are to be deleted."""

    keys: tuple[Key, ...]

    @property
    def subject(self) -> str:
        return str(self.keys[0]) if len(self.keys) == 1 else ""


def _begin(state: Any, event: Observed) -> Iterable[Effect]:
    around = state.around
    if event.initial and around.universal and around.mode == "zone" and state.cache.list(GROUP, "Dataplane"):
        yield After(OFFLINE_NS, CollectDataplanes(), idle=True)


def _collect(state: Any, delivery: Delivery) -> Iterable[Any]:
    unclaimed = [
        one.key
        for one in state.cache.list(GROUP, "Dataplane")
        if one.key not in state.lifecycle.proxies and one.meta.labels.get(labels.ORIGIN) != labels.FROM_GLOBAL
    ]
    return [DataplanesCollected(tuple(unclaimed))] if unclaimed else []


def _delete(state: Any, event: DataplanesCollected) -> Iterable[Effect]:
    for key in event.keys:
        yield Send(state.cluster, ApiRequest(("collect", key), delete(key), state.account), topic=f"register {key}")


def dataplane_collector() -> Part:
    """The part of a Universal zone's control plane that clears away."""
    return Part(
        name="dataplane collector",
        decides={CollectDataplanes: _collect},
        reacts={Observed: _begin, DataplanesCollected: _delete},
    )
