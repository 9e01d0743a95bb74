"""The rules on KDS that have no place in the simulator, each with the reason."""

from __future__ import annotations

_OTHER_VERSION = "holds for another version of Kuma than the profile 2.8"
_NO_CHECKS = "zone health checks are off by default and not modelled: a silent peer is noticed by the keepalive (KDS-9)"
_NO_INSIGHTS = "ServiceInsight and MeshInsight are carried if somebody writes them, but not computed"

LEFT_OUT: dict[int, str] = {
    12: "a control plane reads what its watch tells it, so a change is up to a tick old when it is sent, never two",
    13: "the event-based watchdog is off by default and has no variable in the simulator",
    18: _NO_CHECKS,
    19: _NO_CHECKS,
    37: _OTHER_VERSION,
    38: _OTHER_VERSION,
    64: _OTHER_VERSION,
    82: "holds for 2.8.0 to 2.8.6; the profile 2.8 is its newest release",
    84: "holds for 2.8.0 to 2.8.6; the profile 2.8 is its newest release",
    89: "the name of a mesh with a dot is refused where objects name it, so no key with one is ever removed",
    122: _NO_INSIGHTS,
    123: _OTHER_VERSION,
    137: "kumactl's summary of zones is not modelled; Zone and ZoneInsight, which it is made of, are",
    143: _NO_CHECKS,
    166: "kumactl export is not modelled: apply what it would have written before the zone joins",
    173: "a tick reads one state of the store, so the types of one tick fit together, which Kuma does not promise",
    186: "a public address that is a DNS name is used as it is; nobody's DNS outside the mesh is modelled",
    187: _NO_INSIGHTS,
    188: _NO_INSIGHTS,
    196: "Dataplanes of a Universal zone that have been offline for 72 h stay until somebody deletes them",
    214: _OTHER_VERSION,
}
"""The numbers of the rules left out, with the reason."""
