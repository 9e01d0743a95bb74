"""In which order the types of a new session are told.

Kuma goes through a Go map there, so the order is another one on every connection (KDS-88, KDS-172). Here it follows from
the session itself: another one each time, and the same whenever the run is repeated. A zone whose Mesh cannot be stored
before its Secret so gets both in one of its sessions (KDS-111).
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.kubernetes.names import digest


def told_in_order(types: Iterable[str], peer: str, started_ns: int) -> list[str]:
    """Types in the order in which a session tells of them.

    Args:
        types: those that there is something to say of.
        peer: the other end.
        started_ns: when the session began.
    """
    return sorted(types, key=lambda type_: (digest("kds order", peer, started_ns, type_), type_))
