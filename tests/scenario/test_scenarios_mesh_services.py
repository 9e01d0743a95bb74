"""The scenarios about MeshServices, names and requests across zones hold, and read the same in both runtimes."""

from __future__ import annotations

from pathlib import Path

import pytest
import trio

from kumasim.app.scenario_run import LoadedScenario
from kumasim.scenario.load import load
from kumasim.scenario.matrix import expand

FOLDER = Path(__file__).parents[2] / "scenarios" / "mesh-services"
VARIANTS = [one for path in sorted(FOLDER.glob("*.kumasim.yaml")) for one in expand(load(path))]


@pytest.mark.parametrize("scenario", VARIANTS, ids=[one.name for one in VARIANTS])
def test_every_expectation_holds(scenario) -> None:  # type: ignore[no-untyped-def]
    run = LoadedScenario(scenario).run()

    assert run.ok, run.failures


@pytest.mark.slow
@pytest.mark.parametrize("scenario", VARIANTS, ids=[one.name for one in VARIANTS])
def test_both_runtimes_write_the_same(scenario) -> None:  # type: ignore[no-untyped-def]
    loaded = LoadedScenario(scenario)

    assert trio.run(loaded.run_async).digest == loaded.run().digest
