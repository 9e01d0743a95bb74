"""A message on its way, with everything that fixes its place in the order of the world."""

from __future__ import annotations

from typing import Any, NamedTuple


class Envelope(NamedTuple):
    """One message from one actor to another.

    The first four fields are the key of its order: envelopes are handled by time, then by the round of that instant,
    then by the sender's name, then in the sender's own order. An actor's name serves as its ordinal: a total order
    that no run can change, whereas a number given at birth would depend on who was born first.
    """

    at_ns: int
    delta: int
    sender: str
    seq: int
    to: str
    body: Any
    cause: int
    """Position of the record that tells of its sending."""
    epoch: int
    """Which life of the receiver it was sent to; a receiver that has crashed since never gets it."""
    idle: bool = False
    """Whether the world counts as settled while it is still to come."""

    @property
    def key(self) -> tuple[int, int, str, int]:
        """What orders envelopes."""
        return (self.at_ns, self.delta, self.sender, self.seq)
