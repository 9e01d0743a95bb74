"""The scenario format as JSON Schema, made of the same tables that read it."""

from __future__ import annotations

from typing import Any

from kumasim.scenario.load import SCENARIO

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file. What depends on other parts of the file (zones, profiles) is left to the reader."""
    return {"$schema": DIALECT, "title": "kumasim scenario", **SCENARIO.schema()}
