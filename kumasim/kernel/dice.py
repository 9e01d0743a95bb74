"""Keyed randomness: a draw depends on what it is for, never on how many draws came before it elsewhere."""

from __future__ import annotations

from hashlib import blake2b

import attrs


@attrs.define
class Dice:
    """Draws integers; the n-th draw of one purpose and subject is the same whatever else is drawn.

    Args:
        seed: 0 to 2**63-1.
    """

    seed: int
    counters: dict[tuple[str, str], int] = attrs.field(factory=dict)
    """How often each (purpose, who) has drawn."""

    def draw(self, purpose: str, who: str, below: int) -> int:
        """A number from 0 to below-1, evenly distributed.

        Args:
            purpose: what it decides ("latency").
            who: whom it concerns ("zone-1>global MeshGateway"); every pair of the two has a stream of its own.
            below: at least 1.
        """
        if below <= 1:
            return 0
        counter = self.counters.get((purpose, who), 0)
        self.counters[purpose, who] = counter + 1
        text = f"{self.seed}\x1f{purpose}\x1f{who}\x1f{counter}".encode()
        # 128 bits over a range of at most 63: the bias of the remainder is below 2**-65.
        return int.from_bytes(blake2b(text, digest_size=16).digest(), "big") % below
