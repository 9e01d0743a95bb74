"""What is said on a KDS stream, and what each end remembers of it.

One session joins the global and a zone; each end is sender of some types and receiver of others. A sender says for each
type: once everything (also if that is nothing, KDS-86), then what changed, and nothing more of that type until the
receiver has answered (KDS-85). It remembers what it sent, not what was taken (KDS-83). The only repair is a new session.
"""

from __future__ import annotations

import attrs

from kumasim.domain.persistent import Keys, Map
from kumasim.domain.resource import Key
from kumasim.domain.sync.core import CoreResource
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import Write

Id = tuple[str, str]
"""Mesh and name of a resource on the wire."""


@value
class KdsConnect:
    """Message: a zone dials the global (KDS-1, KDS-6)."""

    zone: str
    hash_suffix: bool = True


@value
class KdsAccepted:
    """Message: the global serves the zone from now on."""


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
class Sending:
    """What the sender of a session remembers.

    Args:
        sent: everything that the other end was told, by type, mesh and name.
        names: under which id each object of the own store was sent.
        dirty: objects that changed since, by type.
        fresh: types of which nothing was said yet.
        awaiting: the nonce of the response that has to be answered first, by type.
        ticking: whether a tick is due.
        published: whether anything was ever said (KDS-87).
    """

    sent: Map[tuple[str, str, str], CoreResource] = attrs.field(factory=Map)
    names: Map[Key, Id] = attrs.field(factory=Map)
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


def next_tick_ns(started_ns: int, now_ns: int, period_ns: int) -> int:
    """How long until the next tick of a session's clock; the first is a full period after its start (KDS-10, KDS-11)."""
    elapsed = now_ns - started_ns
    return period_ns - elapsed % period_ns
