"""Watches, controllers, the xDS server and kubelets at work in small worlds of real parts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from random_worlds import MINUTE, SECOND, Played, Story, mend, played, story

from kumasim.domain.resource import Key, Resource, resource
from kumasim.domain.tree import dig
from kumasim.domain.writes import ApiResponse, Write
from kumasim.runtime.engine import finish
from kumasim.runtime.world import WorldConfig, ZoneConfig


def zones(count: int) -> tuple[ZoneConfig, ...]:
    return tuple(ZoneConfig(f"zone-{number}") for number in range(1, count + 1))


def held(told: Played, store: str, kind: str, group: str = "kuma.io") -> tuple[Resource, ...]:
    found: tuple[Resource, ...] = told.engine.actors[f"{store}/cluster"].state.store.list(group, kind)
    return found


def submit(told: Played, store: str, tree: dict[str, Any], settle: bool = True) -> ApiResponse:
    wanted = resource(tree)
    answer = finish(told.session.submit(f"{store}/cluster", Write("apply", wanted.key, wanted)))
    assert answer.failure is None, answer.failure
    if settle:
        finish(told.session.settle())
    return answer


def meshtimeout(name: str) -> dict[str, Any]:
    to = [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "2s"}}]
    return {
        "apiVersion": "kuma.io/v1alpha1",
        "kind": "MeshTimeout",
        "metadata": {"name": name, "namespace": "kuma-system", "labels": {"kuma.io/mesh": "default"}},
        "spec": {"targetRef": {"kind": "Mesh"}, "to": to},
    }


def namespace(name: str) -> dict[str, Any]:
    meta = {"name": name, "labels": {"kuma.io/sidecar-injection": "enabled"}}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": meta}


def app(name: str, replicas: int = 1) -> list[dict[str, Any]]:
    labels = {"app": name}
    container = {"name": name, "image": name, "ports": [{"containerPort": 8080}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    meta = {"name": name, "namespace": "demo"}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    ports = [{"name": "http", "port": 80, "targetPort": 8080}]
    return [
        {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"selector": labels, "ports": ports}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec},
    ]


def demo(*apps: str) -> Played:
    """One zone with these apps running."""
    told = played(Story(WorldConfig(zones=zones(1)), ()))
    submit(told, "zone-1", namespace("demo"))
    for name in apps:
        for tree in app(name):
            submit(told, "zone-1", tree)
    return told


def cache_is_store(told: Played, place: str) -> None:
    """A control plane knows exactly what its API server holds of the kinds that it watches."""
    plane, store = told.engine.actors[place].state, told.engine.actors[f"{place}/cluster"].state.store
    watched = set(plane.kinds)
    expected = [item for item in store.everything() if (item.key.group, item.kind) in watched]
    assert list(plane.cache.everything()) == expected


# --------------------------------------------------------------------------- watches


def test_a_control_planes_cache_is_its_store_when_the_world_has_settled() -> None:
    told = demo("web")
    for place in ("global", "zone-1"):
        cache_is_store(told, place)


@pytest.mark.parametrize("number", range(400, 406))
def test_after_any_story_and_healing_every_cache_is_its_store(number: int) -> None:
    told = played(story(number))
    finish(mend(told.session))
    for place in ["global", *(zone.name for zone in told.records[0].body.zones)]:
        cache_is_store(told, place)


def test_a_lost_watch_is_asked_for_again_once_a_second_and_no_more() -> None:
    """However many writes fail meanwhile, one control plane has one watch to ask for."""
    told = demo("web")
    told.session.crash("zone-1/cluster")
    before = len(told.records)
    finish(told.session.advance(60 * SECOND))
    asked = [record for record in told.records[before:] if (record.kind, record.actor) == ("WatchAsked", "zone-1")]
    assert 55 <= len(asked) <= 61
    told.session.restart("zone-1/cluster")
    finish(told.session.advance(3 * SECOND))
    assert list(told.engine.actors["zone-1/cluster"].state.watchers.keys()) == ["zone-1"]
    cache_is_store(told, "zone-1")


def test_a_relist_tells_of_what_was_deleted_meanwhile() -> None:
    told = demo("web")
    for direction in (("zone-1", "zone-1/cluster"), ("zone-1/cluster", "zone-1")):
        told.session.partition(*direction, "a-to-b")
    finish(told.session.advance(MINUTE))
    key = Key("", "Service", "demo", "web")
    finish(told.session.submit("zone-1/cluster", Write("delete", key)))
    finish(told.session.advance(MINUTE))
    assert key in told.engine.actors["zone-1"].state.cache
    told.session.heal()
    finish(told.session.advance(MINUTE))
    assert key not in told.engine.actors["zone-1"].state.cache
    cache_is_store(told, "zone-1")


# --------------------------------------------------------------------------- controllers


def test_keys_are_looked_at_in_the_order_of_reconcilers_and_keys() -> None:
    told = demo("web", "db")
    looked: dict[tuple[str, int, int, int], list[Any]] = {}
    for record in told.records:
        if record.kind == "Reconciled":
            work = (record.body.reconciler, record.body.key)
            looked.setdefault((record.actor, record.time_ns, record.delta, record.cause), []).append(work)
    assert any(len(works) > 1 for works in looked.values())
    for works in looked.values():
        assert works == sorted(works)


def test_no_key_is_reconciled_again_while_its_plan_is_in_progress() -> None:
    told = played(story(401))
    running: dict[tuple[str, str, Key], int] = {}
    looked_again = 0
    for record in told.records:
        if record.kind in ("ActorCrashed", "ActorStopped"):
            running = {work: left for work, left in running.items() if work[0] != record.actor}
        elif record.kind == "Reconciled":
            work = (record.actor, record.body.reconciler, record.body.key)
            assert running.get(work, 0) == 0, record
            running[work] = len(record.body.writes)
            looked_again += 1
        elif record.kind == "WriteSucceeded":
            running[record.actor, record.body.reconciler, record.body.key] -= 1
        elif record.kind == "WriteRefused":
            running[record.actor, record.body.reconciler, record.body.key] = 0
    assert looked_again > 50


def test_refused_writes_are_tried_again_after_a_delay_that_doubles() -> None:
    """GW-214 [U]: from 5 ms; the API server of the zone is away."""
    told = demo("web")
    finish(told.session.advance(MINUTE))
    told.session.crash("zone-1")
    before = len(told.records)
    finish(
        told.session.submit(
            "zone-1/cluster", Write("merge", Key("apps", "Deployment", "demo", "web"), patch=_replicas(3))
        )
    )
    finish(told.session.advance(30 * SECOND))
    tries: dict[Any, list[int]] = {}
    for record in told.records[before:]:
        if record.kind == "WriteRefused" and record.body.reconciler == "replicaset":
            tries.setdefault(record.body.key, []).append(record.time_ns)
    (times,) = tries.values()
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(gaps) >= 8
    for shorter, longer in pairwise(gaps):
        assert longer - shorter == pytest.approx(shorter, abs=5_000_000)


def _replicas(count: int) -> Any:
    from kumasim.domain.tree import freeze

    return freeze({"spec": {"replicas": count}})


def test_what_was_being_written_when_the_api_server_died_is_tried_again() -> None:
    told = demo("web")
    gateway = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "edge", "namespace": "demo"},
        "spec": {"gatewayClassName": "kuma", "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}]},
    }
    submit(told, "zone-1", gateway, settle=False)
    while not len(told.engine.actors["zone-1"].state.controllers.running):
        assert finish(told.engine.superstep())
    told.session.crash("zone-1/cluster")
    finish(told.session.advance(2 * SECOND))
    assert len(told.engine.actors["zone-1"].state.controllers.running) == 0
    told.session.restart("zone-1/cluster")
    finish(told.session.advance(20 * MINUTE))
    assert [item.name for item in held(told, "zone-1", "MeshGateway")] == ["edge.demo"]


# --------------------------------------------------------------------------- proxies


def test_a_proxy_makes_its_pod_ready_and_a_dead_one_unready() -> None:
    told = demo("web")

    def ready() -> list[bool]:
        (pod,) = [item for item in held(told, "zone-1", "Pod", "") if item.namespace == "demo"]
        return [status["ready"] for status in dig(pod.status, "containerStatuses", default=())]

    (proxy,) = [name for name in told.engine.actors if "/dp/web" in name]
    assert all(ready())
    told.session.crash(proxy)
    finish(told.session.settle())
    assert not all(ready())
    told.session.restart(proxy)
    finish(told.session.advance(5 * SECOND))
    assert all(ready())


def test_proxies_get_a_configuration_only_if_it_differs() -> None:
    told = demo("web", "db")
    last: dict[tuple[str, Key], Any] = {}
    count = 0
    for record in told.records:
        if record.kind == "ProxyConnected":
            last.pop((record.actor, record.body.dataplane), None)
        elif record.kind == "ProxyConfigured":
            place = (record.actor, record.body.dataplane)
            assert last.get(place) != record.body.config
            last[place] = record.body.config
            count += 1
    assert count >= 2
    before = len(told.records)
    finish(told.session.advance(60 * MINUTE))
    assert [record for record in told.records[before:] if record.kind == "ProxyConfigured"] == []


def test_a_proxy_goes_on_with_what_it_has_while_its_control_plane_is_away() -> None:
    """KDS-144."""
    told = demo("web")
    (proxy,) = [name for name in told.engine.actors if "/dp/web" in name]
    before = told.engine.actors[proxy].state
    assert before.config is not None
    told.session.crash("zone-1")
    finish(told.session.advance(5 * MINUTE))
    assert told.engine.actors[proxy].state.config == before.config
    told.session.restart("zone-1")
    finish(told.session.advance(MINUTE))
    assert told.engine.actors[proxy].state.config == before.config
    assert told.engine.actors["zone-1"].state.xds.proxies.get(before.identity.dataplane).actor == proxy


def test_every_proxy_serves_what_its_control_plane_sent_last() -> None:
    told = played(story(404))
    finish(mend(told.session))
    served = 0
    for zone in told.records[0].body.zones:
        for _, known in told.engine.actors[zone.name].state.xds.proxies.items():
            proxy = told.engine.actors[known.actor].state
            assert (proxy.config, proxy.version) == (known.config, known.version)
            assert known.acked == known.version
            served += known.version > 0
    assert served
