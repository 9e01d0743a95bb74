"""A cut link: nothing gets through in the cut direction until it is healed.

Every message travels over a TCP connection, so a lost one is sent again: when the link heals soon enough it arrives
late. After the keepalive time (KDS-9: 15 s + 15 s) both ends give the connection up, and what was under way is gone.
"""

from __future__ import annotations

import attrs

from kumasim.kernel.fault import Verdict
from kumasim.kernel.link import place

KEEPALIVE_NS = 30_000_000_000
"""How long a connection survives silence (KDS-9)."""
DIAL_TIMEOUT_NS = 20_000_000_000
"""How long a new connection is tried before its dialler is told that nobody is there."""


@attrs.frozen(order=True)
class Cut:
    """A cut from one end to the other; an end is a place ("zone-1") or, within one place, an actor.

    Args:
        start: whose messages are lost.
        end: to whom.
    """

    start: str
    end: str

    def concerns(self, sender: str, receiver: str) -> bool:
        """Whether a message from one actor to another runs into this cut."""
        if place(self.start) == place(self.end):
            return (sender, receiver) == (self.start, self.end)
        return _within(sender, self.start) and _within(receiver, self.end)


def _within(actor: str, end: str) -> bool:
    return actor == end or place(actor) == end


@attrs.define
class Partition:
    """The cuts that are in force, each with the time since when."""

    cuts: dict[Cut, int] = attrs.field(factory=dict)

    def verdict(self, sender: str, receiver: str) -> Verdict:
        """What becomes of a message between two actors."""
        if any(cut.concerns(sender, receiver) for cut in self.cuts):
            return Verdict.HOLD
        return Verdict.PASS

    def severed(self, one: str, other: str) -> bool:
        """Whether a connection between two actors is cut in at least one direction."""
        return bool(self.cuts) and Verdict.HOLD in (self.verdict(one, other), self.verdict(other, one))
