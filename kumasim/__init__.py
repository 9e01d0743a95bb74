"""kumasim: an event-sourced simulator of Kuma's multi-zone control plane.

import kumasim as ks

run = ks.load("scenarios/gateway-api-multizone.kumasim.yaml").run()
run.ok, run.digest
run.at("40s").get("zone-1/HTTPRoute/kuma-demo/db")

world = ks.World(zones=["zone-1", "zone-2"])
world["zone-1"].apply("manifests/*.yaml")
world.settle()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kumasim.app.diff import diff as diff
    from kumasim.app.loading import load_run as load_run
    from kumasim.app.run import Run as Run
    from kumasim.app.scenario_run import LoadedScenario as LoadedScenario
    from kumasim.app.scenario_run import load as load
    from kumasim.app.scenario_run import load_all as load_all
    from kumasim.app.state import State as State
    from kumasim.app.world import StoreHandle as StoreHandle
    from kumasim.app.world import World as World
    from kumasim.errors import BrokenInvariant as BrokenInvariant
    from kumasim.errors import InputError as InputError
    from kumasim.errors import KumasimError as KumasimError
    from kumasim.errors import Refused as Refused
    from kumasim.errors import UsageError as UsageError

__version__ = "0.1.0"

_WHERE = {
    "BrokenInvariant": "kumasim.errors",
    "InputError": "kumasim.errors",
    "KumasimError": "kumasim.errors",
    "LoadedScenario": "kumasim.app.scenario_run",
    "Refused": "kumasim.errors",
    "Run": "kumasim.app.run",
    "State": "kumasim.app.state",
    "StoreHandle": "kumasim.app.world",
    "UsageError": "kumasim.errors",
    "World": "kumasim.app.world",
    "diff": "kumasim.app.diff",
    "load": "kumasim.app.scenario_run",
    "load_all": "kumasim.app.scenario_run",
    "load_run": "kumasim.app.loading",
}

__all__ = [
    "BrokenInvariant",
    "InputError",
    "KumasimError",
    "LoadedScenario",
    "Refused",
    "Run",
    "State",
    "StoreHandle",
    "UsageError",
    "World",
    "__version__",
    "diff",
    "load",
    "load_all",
    "load_run",
]


def __getattr__(name: str) -> Any:
    # Importing kumasim costs next to nothing; what is used is imported when it is used.
    if name not in _WHERE:
        raise AttributeError(f"module 'kumasim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
