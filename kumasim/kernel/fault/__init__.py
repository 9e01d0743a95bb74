"""Faults: what may befall messages and actors. One file each.

A fault answers for one message on its way with a `Verdict`; the first fault that does not let it pass decides.
"""

from __future__ import annotations

from enum import Enum


class Verdict(Enum):
    """What becomes of a message that is being sent."""

    PASS = "pass"
    HOLD = "hold"
    """It is lost now, but its connection sends it again until the fault ends or the connection is given up."""
