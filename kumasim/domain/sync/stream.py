"""What is said on a KDS stream, and what each end remembers of it.

One session joins the global and a zone; each end is sender of some types and receiver of others. A sender says for each
type: once everything (also if that is nothing, KDS-86), then what changed, and nothing more of that type until the
receiver has answered (KDS-85). It remembers what it sent, not what was taken (KDS-83), and forgets it with the session
(KDS-90). The only repair is a new session. Downwards the global is the xDS server, upwards the zone is (KDS-8).
"""

from __future__ import annotations

import attrs

from kumasim.domain.persistent import Keys, Map
from kumasim.domain.resource import Key
from kumasim.domain.sync.core import CoreResource
from kumasim.domain.sync.subscriptions import Subscription
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import Write

Id = tuple[str, str]
"""Mesh and name of a resource on the wire."""


@value
class KdsConnect:
    """Message: a zone dials the global (KDS-1, KDS-6)."""

    zone: str
    hash_suffix: bool = True
    version: str = ""
    config: str = ""
    """Its settings as JSON (KDS-132)."""
    dialled_ns: int = 0
    """When it dialled; the answer carries it back, so that an answer to an earlier attempt is known as such."""


@value
class KdsAccepted:
    """Message: the global serves the zone from now on."""

    dialled_ns: int = 0


@value
class KdsClosed:
    """Message: the session is over; the first error on any of its streams ends them all (KDS-3)."""

    reason: str


@value
class KdsResponse:
    """Message: the state of one type, whole at first, then what changed (KDS-68).

    Args:
        type: "MeshGateway".
        nonce: its number within the session.
        added: new and changed resources.
        removed: mesh and name of those that are gone.
        initial: whether this is everything.
    """

    type: str
    nonce: int
    added: tuple[CoreResource, ...] = ()
    removed: tuple[Id, ...] = ()
    initial: bool = False


@value
class KdsAck:
    """Message: a response was taken."""

    type: str
    nonce: int


@value
class KdsNack:
    """Message: a response was not taken, or not all of it; it is not sent again (KDS-83)."""

    type: str
    nonce: int
    reason: str


@value
class Told:
    """What became of one object of the sender's store.

    Args:
        id: mesh and name under which it was sent, None if it was kept back.
        rule: the rule that kept it back or gave it another name, "" if it was sent as it is.
        at_ns: when.
    """

    id: Id | None
    rule: str
    at_ns: int


@value
class Sending:
    """What the sender of a session remembers.

    Args:
        sent: everything that the other end was told, by type, mesh and name.
        told: what became of each object of the own store.
        dirty: objects that changed since, by type.
        fresh: types of which nothing was said yet.
        awaiting: the nonce of the response that has to be answered first, by type.
        ticking: whether a tick is due.
        published: whether anything was ever said (KDS-87).
    """

    sent: Map[tuple[str, str, str], CoreResource] = attrs.field(factory=Map)
    told: Map[Key, Told] = attrs.field(factory=Map)
    refused: Map[str, str] = attrs.field(factory=Map)
    """Why the other end did not take the last response of a type, or not all of it (KDS-81)."""
    dirty: Map[str, Keys[Key]] = attrs.field(factory=Map)
    fresh: Keys[str] = attrs.field(factory=Keys)
    awaiting: Map[str, int] = attrs.field(factory=Map)
    nonce: int = 0
    ticking: bool = False
    published: bool = False


@value
class Taking:
    """A response that is being stored: the writes that are still to be made, the first being under way."""

    type: str
    nonce: int
    writes: tuple[Write, ...]
    initial: bool = False
    invalid: tuple[str, ...] = ()
    """What was wrong with the items that are left out (KDS-81)."""


@value
class Receiving:
    """What the receiver of a session remembers: responses are handled strictly one after the other (KDS-67)."""

    waiting: tuple[KdsResponse, ...] = ()
    taking: Taking | None = None


@value
class Session:
    """One end of a session.

    Args:
        zone: the zone at its zone end.
        started_ns: when it began; its ticks are counted from there.
    """

    zone: str
    started_ns: int
    sending: Sending
    receiving: Receiving = attrs.field(factory=Receiving)


@value
class Tracked:
    """What a global notes of a zone's connection until it is written down in the ZoneInsight.

    Args:
        subscription: the connection.
        dirty: whether anything of it is still to be written.
        due: whether a flush is set.
        told: whether it was ever written.
    """

    subscription: Subscription
    dirty: bool = True
    due: bool = False
    told: bool = False


def next_tick_ns(started_ns: int, now_ns: int, period_ns: int) -> int:
    """How long until the next tick of a session's clock; the first is a full period after its start (KDS-10, KDS-11)."""
    elapsed = now_ns - started_ns
    return period_ns - elapsed % period_ns
