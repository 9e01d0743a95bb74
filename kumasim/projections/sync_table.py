"""What became of each resource on its way to each other store: sent, renamed, refused or kept back, by which rule, when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.resource import Key
from kumasim.domain.sync.stream import Session, Told

PLAIN_RULE = "KDS-52"
"""The rule under which a resource keeps its name."""


@attrs.frozen
class Synced:
    """What became of one resource on its way to one other store.

    Args:
        source, target: the store that holds it, and the one that it was to go to.
        key: in its own store.
        outcome: "sent", "renamed", "refused" or "kept back".
        name: under which it was sent, "" if it was kept back.
        rule: that decided.
        at_ns: when.
    """

    source: str
    target: str
    key: Key
    outcome: str
    name: str
    rule: str
    at_ns: int


def sync_table(states: Mapping[str, Any], at: str | None = None) -> tuple[Synced, ...]:
    """One row for each resource and store that it might go to, sorted by stores and keys.

    Args:
        states: of the actors, by name, as the fold of a journal has them.
        at: only what this store sends, or keeps back.

    Of an end that is away its last session is shown; of a control plane that crashed nothing, until it is back.
    """
    return tuple([row for name in sorted(states) if at in (None, name) for row in _of(name, states[name])])


def _of(name: str, state: Any) -> Iterable[Synced]:
    kds = getattr(state, "kds", None)
    if kds is None:
        return
    for peer in sorted({*kds.sessions.keys(), *kds.last.keys()}):
        session: Session | None = kds.sessions.get(peer)
        told = session.sending.told if session is not None else kds.last[peer]
        refused: Any = session.sending.refused if session is not None else {}
        for key, outcome in told.items():
            yield _row(name, peer, key, outcome, refused)


def _row(name: str, peer: str, key: Key, told: Told, refused: Any) -> Synced:
    if told.id is None:
        return Synced(name, peer, key, "kept back", "", told.rule, told.at_ns)
    there = told.id[1]
    if f"{key.kind} {there}:" in (refused.get(key.kind) or ""):
        return Synced(name, peer, key, "refused", there, "KDS-81", told.at_ns)
    return Synced(name, peer, key, "renamed" if told.rule else "sent", there, told.rule or PLAIN_RULE, told.at_ns)
