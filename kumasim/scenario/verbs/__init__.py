"""The verbs of a step. To add one: a module beside this, and its name in the table."""

from __future__ import annotations

from kumasim.scenario.verbs.components import CRASH, FEDERATE, RESTART
from kumasim.scenario.verbs.links import HEAL, PARTITION
from kumasim.scenario.verbs.objects import APPLY, DELETE, PATCH, SCALE
from kumasim.scenario.verbs.request import REQUEST
from kumasim.scenario.verbs.time import ADVANCE, SETTLE
from kumasim.scenario.verbs.verb import VerbSpec

VERBS: dict[str, VerbSpec] = {
    "apply": APPLY,
    "delete": DELETE,
    "patch": PATCH,
    "scale": SCALE,
    "advance": ADVANCE,
    "settle": SETTLE,
    "partition": PARTITION,
    "heal": HEAL,
    "crash": CRASH,
    "restart": RESTART,
    "federate": FEDERATE,
    "request": REQUEST,
}
"""What a step can do, by the word for it."""

__all__ = ["VERBS", "VerbSpec"]
