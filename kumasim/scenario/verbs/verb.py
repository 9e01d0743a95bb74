"""What the scenario format knows of a verb."""

from __future__ import annotations

import attrs

from kumasim.scenario.shapes import Shape


@attrs.frozen
class VerbSpec:
    """One verb.

    Args:
        shape: its value.
        refusable: whether the simulated system can refuse it, so that an `error:` makes sense.
    """

    shape: Shape
    refusable: bool = False
