"""Rules about gateways and their neighbours that this version does not carry out, each with the reason.

Every other rule of the sections A, B and D to H is cited where it stands in the code.
"""

from __future__ import annotations

LEFT_OUT: dict[str, str] = {
    "A-2": "about 2.6, which is no profile here yet",
    "B-41": "transparent proxying inside a pod is not modelled: no packet of a pod's own probes is",
    "B-47": "the overview status of a Dataplane is shown by kumactl, which is not modelled",
    "D-42a": "about 2.9 and later, which are no profiles here yet",
}
"""Rule number -> why it is left out."""
