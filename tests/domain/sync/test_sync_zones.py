"""Zones: joining, being online, restarting, being renamed."""

from __future__ import annotations

from typing import Any

import kumasim as ks
from kumasim.projections.fold import fold
from kumasim.replay.verify import verify
from kumasim.runtime.engine import finish
from kumasim.runtime.inline import Inline


def subscriptions(world: ks.World, zone: str) -> list[dict[str, Any]]:
    insight = world["global"].get("ZoneInsight", None, zone)
    found: list[dict[str, Any]] = [] if insight is None else insight["spec"]["subscriptions"]
    return found


def online(world: ks.World, zone: str) -> bool:
    return any("disconnectTime" not in one for one in subscriptions(world, zone))


def test_a_zone_has_its_own_zone_and_no_insight_of_itself() -> None:
    """KDS-26, KDS-134."""
    world = ks.World(zones=["zone-1", "zone-2"])
    assert [tree["metadata"]["name"] for tree in world["zone-1"].list("Zone")] == ["zone-1"]
    assert world["zone-1"].list("ZoneInsight") == []


def test_an_insight_counts_what_the_global_said() -> None:
    """KDS-131, KDS-132, KDS-17: flushed each 10 s, and only when there is something new."""
    world = ks.World(zones={"zone-1": {"config": {"KUMA_MULTIZONE_ZONE_KDS_REFRESH_INTERVAL": "2s"}}})
    (one,) = subscriptions(world, "zone-1")
    assert one["status"]["stat"]["Mesh"] == {"responsesSent": 1, "responsesAcknowledged": 1}
    assert one["config"] == '{"KUMA_MULTIZONE_ZONE_KDS_REFRESH_INTERVAL": "2s"}'
    assert "MeshInsight" not in one["status"]["stat"]
    before = one["status"]["lastUpdateTime"]
    world.advance("30m")
    assert subscriptions(world, "zone-1")[0]["status"]["lastUpdateTime"] == before
    world["global"].apply({"apiVersion": "kuma.io/v1alpha1", "kind": "Mesh", "metadata": {"name": "demo"}})
    world.advance("12s")
    assert subscriptions(world, "zone-1")[0]["status"]["stat"]["Mesh"]["responsesSent"] == 2


def test_at_most_ten_subscriptions_are_kept_and_one_is_open() -> None:
    """KDS-138, KDS-139."""
    world = ks.World(zones=["zone-1"])
    for _ in range(12):
        world.crash("zone-1")
        world.advance("1s")
        assert not online(world, "zone-1")
        world.restart("zone-1")
        world.advance("15s")
    found = subscriptions(world, "zone-1")
    assert len(found) == 10
    assert ["disconnectTime" in one for one in found] == [True] * 9 + [False]


def test_a_killed_global_leaves_a_zone_online_until_the_finalizer_comes() -> None:
    """KDS-140."""
    world = ks.World(zones=["zone-1"])
    world.crash("global")
    world.crash("zone-1")
    world.advance("1m")
    world.restart("global")
    world.advance("4m")
    assert online(world, "zone-1")
    world.advance("7m")
    assert not online(world, "zone-1")


def test_an_insight_is_written_although_the_api_server_was_away() -> None:
    """KDS-133: a write that fails is tried again at the next flush."""
    world = ks.World(zones=["zone-1"])
    world.crash("global/cluster")
    world.crash("zone-1")
    world.advance("20s")
    world.restart("global/cluster")
    world.advance("30s")
    assert not online(world, "zone-1")


def test_renaming_and_federating_replay_and_fold() -> None:
    """KDS-158 to KDS-160, KDS-168, KDS-169."""
    world = ks.World(topology={"zones": {"zone-1": {}, "zone-2": {"federated": False}}})
    session = world._session
    session.reconfigure("zone-2", federated=True)
    world.advance("20s")
    session.reconfigure("zone-2", zone="zone-3")
    world.advance("20s")
    assert [tree["metadata"]["name"] for tree in world["zone-2"].list("Zone")] == ["zone-3"]
    assert [tree["metadata"]["name"] for tree in world["global"].list("Zone")] == ["zone-1", "zone-2", "zone-3"]
    records = world.run.journal.records
    folded = fold(records)
    assert {name: actor.state for name, actor in session.engine.actors.items()} == folded.states
    assert finish(verify(records, Inline())).identical


def test_a_mesh_stays_in_a_zone_that_has_dataplanes_of_it() -> None:
    """KDS-112: the zone's webhook refuses what KDS deletes, and the stream starts anew each time."""
    world = ks.World(zones=["zone-1"])
    world["global"].apply({"apiVersion": "kuma.io/v1alpha1", "kind": "Mesh", "metadata": {"name": "demo"}})
    world.advance("3s")
    world.partition("global", "zone-1")
    world.advance("1m")
    spec = {"networking": {"address": "10.0.0.1", "inbound": [{"port": 80, "tags": {"kuma.io/service": "web"}}]}}
    meta = {"name": "web", "namespace": "default"}
    world["zone-1"].apply(
        {"apiVersion": "kuma.io/v1alpha1", "kind": "Dataplane", "mesh": "demo", "metadata": meta, "spec": spec}
    )
    world["global"].delete("Mesh", None, "demo")
    world.heal()
    world.advance("3m")
    assert world["zone-1"].get("Mesh", None, "demo") is not None
    closed = [
        r for r in world.run.journal.records if r.kind == "SessionClosed" and "dataplanes attached" in r.body.reason
    ]
    assert closed
    world["zone-1"].delete("Dataplane", "default", "web")
    world.advance("3m")
    assert world["zone-1"].get("Mesh", None, "demo") is None


def test_a_mesh_service_loses_its_status_elsewhere_at_each_reconnect() -> None:
    """KDS-151, KDS-192: it goes up with its status and down without."""
    world = ks.World(zones=["zone-1", "zone-2"])
    meta = {"name": "backend", "namespace": "default", "labels": {"kuma.io/mesh": "default", "kuma.io/origin": "zone"}}
    spec = {"selector": {"dataplaneTags": {"app": "backend"}}, "ports": [{"port": 80}]}
    world["zone-1"].apply({"apiVersion": "kuma.io/v1alpha1", "kind": "MeshService", "metadata": meta, "spec": spec})
    world.advance("15s")
    (elsewhere,) = world["zone-2"].list("MeshService")
    assert elsewhere["metadata"]["labels"]["kuma.io/zone"] == "zone-1"
    before = len(world.run.journal.records)
    world.restart("zone-2")
    world.advance("15s")
    again = world["zone-2"].list("MeshService")[0]
    assert again["spec"] == elsewhere["spec"]
    if elsewhere.get("status"):
        later = world.run.journal.records[before:]
        assert any(r.kind == "StoringBegun" and r.body.type == "MeshService" and r.body.writes for r in later)
