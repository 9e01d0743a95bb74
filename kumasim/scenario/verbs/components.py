"""`crash`, `restart` and `federate`: what becomes of a zone's components."""

from __future__ import annotations

from typing import Any

from kumasim.scenario.cursor import Cursor
from kumasim.scenario.model import Crash, Federate, Restart
from kumasim.scenario.places import COMPONENT, STORE, ZONE, ZONE_NAME
from kumasim.scenario.shapes import Field, Record
from kumasim.scenario.verbs.verb import VerbSpec

_AT = Field(STORE, "the zone, or global", required=True)
_COMPONENT = Field(COMPONENT, "control-plane, cluster or Pod/namespace/name", required=True)

CRASH = VerbSpec(
    Record(
        {"at": _AT, "component": _COMPONENT},
        lambda _, values: Crash(values["at"], values["component"]),
        doc="stop a component; what it held only in memory is lost",
    )
)


def _restart(at: Cursor, values: dict[str, Any]) -> Any:
    renamed = values["zoneName"]
    if renamed is not None and (values["component"] != "control-plane" or values["at"] == "global"):
        return at.child("zoneName").problem("KS1209", "only a zone's control plane can be renamed", key=True)
    return Restart(values["at"], values["component"], renamed)


RESTART = VerbSpec(
    Record(
        {"at": _AT, "component": _COMPONENT, "zoneName": Field(ZONE_NAME, "the zone's new name")},
        _restart,
        doc="start a component again",
    ),
    refusable=True,
)


def _federate(at: Cursor, values: dict[str, Any]) -> Any:
    if "global" not in at.reading.stores:
        return at.problem("KS1305", "there is no global to federate with", "leave `global: null` out", key=True)
    return Federate(values["at"])


FEDERATE = VerbSpec(
    Record({"at": Field(ZONE, "the zone", required=True)}, _federate, doc="join a non-federated zone to the global"),
    refusable=True,
)
