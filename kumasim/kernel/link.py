"""Links: how long a message takes from one place to another.

A place is the first part of an actor's name: `zone-1`, `zone-1/cluster` and `zone-1/dp/web` are all in zone-1.
"""

from __future__ import annotations

import attrs

MILLISECOND = 1_000_000


@attrs.frozen
class Link:
    """The delay of messages in one direction.

    Args:
        latency_ns: what every message needs.
        jitter_ns: up to this much more, drawn for each message.
    """

    latency_ns: int
    jitter_ns: int = 0


INSIDE = Link(MILLISECOND)
"""Between two actors of one zone."""
BETWEEN = Link(20 * MILLISECOND)
"""Between zones, and between a zone and the global."""
AT_HAND = Link(0)
"""Between the user and whatever they talk to: a step of a scenario happens at its instant."""


def place(actor: str) -> str:
    """Where an actor is: the first part of its name."""
    return actor.partition("/")[0]


@attrs.frozen
class Links:
    """All links of a world.

    Args:
        chosen: links between two places, by the sorted pair of their names.
    """

    chosen: dict[tuple[str, str], Link] = attrs.field(factory=dict)

    def between(self, sender: str, receiver: str) -> Link:
        """The link that a message from one actor to another takes."""
        start, end = place(sender), place(receiver)
        if start == end:
            return INSIDE
        if "user" in (start, end):
            return AT_HAND
        return self.chosen.get((min(start, end), max(start, end)), BETWEEN)
