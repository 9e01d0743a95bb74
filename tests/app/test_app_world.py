"""The Python interface: worlds without files, runs and their states at any moment."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import trio

import kumasim as ks

ROOT = Path(__file__).parents[2]
STORY = ROOT / "scenarios" / "gateway-api-multizone.kumasim.yaml"
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
}


@pytest.fixture(scope="module")
def run() -> ks.Run:
    return ks.load(STORY).run()


def test_what_a_store_answers_now_is_what_the_journal_says_at_its_end() -> None:
    world = ks.World(zones=["zone-1", "zone-2"])
    world["zone-1"].apply(SERVICE)
    world.settle()
    state = world.run.at(world.run.end)
    assert world["zone-1"].get("Service", "default", "web") == state.get("zone-1/Service/default/web")
    for store in ("global", "zone-1", "zone-2"):
        assert world[store].list("ZoneIngress") == state.list("ZoneIngress", store)
    assert world["zone-2"].get("Service", "default", "web") is None
    assert state.now_ns == world.now_ns


def test_a_refusal_is_raised_with_code_and_reason_after_the_other_objects_were_applied() -> None:
    world = ks.World()
    lost = {**SERVICE, "metadata": {"name": "web", "namespace": "nowhere"}}
    with pytest.raises(ks.Refused) as refused:
        world["zone-1"].apply([lost, SERVICE])
    assert (refused.value.code, refused.value.reason) == (404, "NotFound")
    assert world["zone-1"].get("Service", "default", "web") is not None


def test_patch_and_delete() -> None:
    world = ks.World()
    zone = world["zone-1"]
    zone.apply(SERVICE)
    zone.patch("Service", "default", "web", {"spec": {"selector": {"app": "other"}}})
    zone.patch("Service", "default", "web", [{"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}])
    found = zone.get("svc", "default", "web")
    assert found is not None
    assert (found["spec"]["selector"], found["metadata"]["labels"]) == ({"app": "other"}, {"a": "b"})
    zone.delete("Service", "default", "web")
    assert zone.get("Service", "default", "web") is None
    with pytest.raises(ks.Refused, match="not found"):
        zone.delete("Service", "default", "web")


def test_time_passes_as_much_as_it_is_told_to() -> None:
    world = ks.World()
    before = world.now_ns
    world.advance("1h30m")
    assert world.now_ns - before == 5400 * 10**9


def test_equal_worlds_have_equal_digests_and_other_seeds_other_ones() -> None:
    def digest(seed: int) -> str:
        world = ks.World(
            topology={"zones": {"a": {}}, "links": [{"between": ["global", "a"], "jitter": "5ms"}]}, seed=seed
        )
        world["a"].apply(SERVICE)
        world.advance("1m")
        return world.run.digest

    assert digest(1) == digest(1) != digest(2)


def test_states_of_a_run_by_time_and_by_position(run: ks.Run) -> None:
    assert run.ok
    assert run.failures == []
    assert run.at("1ns").get("zone-1/HTTPRoute/kuma-demo/db") is None
    late = run.at(run.end).get("zone-1/HTTPRoute/kuma-demo/db")
    assert late is not None
    created = next(
        record.position
        for record in run.journal.records
        if record.kind == "ResourceUpserted" and record.subject == "HTTPRoute/kuma-demo/db"
    )
    assert run.at(created).get("zone-1/HTTPRoute/kuma-demo/db") is None
    assert run.at(created + 1).get("zone-1/HTTPRoute/kuma-demo/db") is not None
    with pytest.raises(ks.UsageError):
        run.at(len(run.journal.records) + 1)


def test_a_run_works_inside_asyncio_and_under_trio(run: ks.Run) -> None:
    async def inside() -> Any:
        return ks.load(STORY).run()

    assert asyncio.run(inside()).digest == trio.run(ks.load(STORY).run_async).digest == run.digest


def test_partition_and_heal_crash_and_restart() -> None:
    world = ks.World(zones=["zone-1"])
    world.partition("global", "zone-1")
    world.advance("1m")
    world.heal()
    world.crash("zone-1")
    world.advance("10s")
    world.restart("zone-1")
    world.advance("2m")
    kinds = {record.kind for record in world.run.journal.records}
    assert kinds >= {"LinkCut", "LinkHealed", "ActorCrashed", "ActorRestarted", "SessionClosed"}
    with pytest.raises(ks.UsageError, match="no actor"):
        world.crash("zone-9")


def test_stores_that_are_not_there_are_usage_errors() -> None:
    world = ks.World(zones=["zone-1"])
    with pytest.raises(ks.UsageError, match="zone-9"):
        world["zone-9"]
    with pytest.raises(ks.UsageError):
        world.run.at(world.run.end).get("nonsense")
