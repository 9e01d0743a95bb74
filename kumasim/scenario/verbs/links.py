"""`partition` and `heal`: links between actors."""

from __future__ import annotations

from typing import Any

from kumasim.scenario.cursor import Cursor
from kumasim.scenario.model import Heal, Partition
from kumasim.scenario.places import ACTORS
from kumasim.scenario.shapes import Either, Field, Record, Text
from kumasim.scenario.verbs.verb import VerbSpec

PARTITION = VerbSpec(
    Record(
        {
            "between": Field(ACTORS, "two of global, zones and actors", required=True),
            "direction": Field(
                Text(choices=("both", "a-to-b", "b-to-a")), "a-to-b loses what the first sends", default="both"
            ),
        },
        lambda _, values: Partition(values["between"], values["direction"]),
        doc="cut a link",
    )
)


def _all(_: Cursor, __: Any) -> Heal:
    return Heal()


HEAL = VerbSpec(
    Either(
        {
            str: Text(choices=("all",), check=_all),
            dict: Record(
                {"between": Field(ACTORS, "the link's two ends", required=True)},
                lambda _, values: Heal(values["between"]),
                doc="mend one link",
            ),
        },
        "all, or {between: [A, B]}",
    )
)
