"""A kernel on a bench: actors that only receive, and everything that reaches them written down."""

from __future__ import annotations

from typing import Any

from kumasim.domain.decider import Send
from kumasim.kernel.envelope import Envelope
from kumasim.kernel.kernel import Kernel, Row
from kumasim.kernel.link import Link, Links

SECOND = 1_000_000_000
START = "start"


class Bench:
    """A kernel with these actors alive, their start messages already handled.

    Args:
        names: the actors.
        chosen: links between two places.
        seed: for all chance.
    """

    def __init__(self, *names: str, chosen: dict[tuple[str, str], Link] | None = None, seed: int = 0) -> None:
        self.rows: list[Row] = []
        self.got: list[Envelope] = []
        self.kernel = Kernel.new(seed, Links(chosen or {}), self.rows.append, lambda peer: f"gone {peer}", START)
        for name in names:
            self.kernel.spawn(name, "toy", None, -1)
        self.run(0)
        self.got.clear()

    def run(self, until_ns: int | None = None) -> list[Envelope]:
        """Handle all that is due by a time; answers with what has been delivered so far."""
        while True:
            next_ns = self.kernel.agenda.next_ns()
            if next_ns is None or (until_ns is not None and next_ns > until_ns):
                break
            self.got += self.kernel.take(until_ns)
        if until_ns is not None:
            self.kernel.pass_time(until_ns)
        return self.got

    def send(self, sender: str, to: str, body: Any, topic: str = "", idle: bool = False) -> None:
        """Send a message that nothing recorded has brought about."""
        self.kernel.send(sender, Send(to, body, topic, idle), -1)

    def bodies(self, to: str) -> list[Any]:
        """What an actor was given, in order."""
        return [envelope.body for envelope in self.got if envelope.to == to]

    def times(self, to: str, body: Any) -> list[int]:
        """When an actor was given something."""
        return [envelope.at_ns for envelope in self.got if (envelope.to, envelope.body) == (to, body)]

    def kinds(self) -> list[str]:
        """The kinds of all records."""
        return [row[5] for row in self.rows]
