"""Worlds with Universal stores beside Kubernetes ones, in any mix: what converges, what survives, what comes back."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterable
from itertools import product
from typing import Any

import pytest
import trio

import kumasim as ks
from kumasim.app.config import topology_of, world_config
from kumasim.app.requests import request_of
from kumasim.domain.resource import Resource
from kumasim.domain.universal.form import taken
from kumasim.domain.writes import Write
from kumasim.journal import Journal
from kumasim.projections.fold import fold
from kumasim.replay.verify import verify
from kumasim.runtime.engine import Dispatcher, Engine, finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.session import Session
from kumasim.runtime.stores import store_actor
from kumasim.runtime.trio import tasks
from kumasim.runtime.world import populated
from kumasim.scenario.manifests import read_manifests

TYPES = ("universal", "kubernetes")
MIXES = [mix for mix in product(TYPES, repeat=3) if "universal" in mix]
MESHES = {
    "Mesh",
    "MeshTrafficPermission",
    "MeshTimeout",
    "MeshGateway",
    "TrafficPermission",
    "Dataplane",
    "ZoneIngress",
}
CLUSTER_SCOPED = {"Mesh", "MeshGateway", "TrafficPermission"}


# ------------------------------------------------------------------ what users make


def universal(kind: str, mesh: str, name: str, **content: Any) -> dict[str, Any]:
    return {"type": kind, **({"mesh": mesh} if mesh else {}), "name": name, **content}


def policy(store: str, kind: str, mesh: str, name: str, own: bool = False) -> dict[str, Any]:
    """A policy for a type of store; with the origin label if it is a zone's own."""
    side = "to" if kind == "MeshTimeout" else "from"
    default: dict[str, Any] = {"connectionTimeout": "1s"} if kind == "MeshTimeout" else {"action": "Allow"}
    spec = {"targetRef": {"kind": "Mesh"}, side: [{"targetRef": {"kind": "Mesh"}, "default": default}]}
    labels = {"kuma.io/origin": "zone"} if own else {}
    if store == "universal":
        return universal(kind, mesh, name, labels=labels, spec=spec)
    meta = {"name": name, "namespace": "kuma-system", "labels": {"kuma.io/mesh": mesh, **labels}}
    return {"apiVersion": "kuma.io/v1alpha1", "kind": kind, "metadata": meta, "spec": spec}


def of_mesh(store: str, kind: str, mesh: str, name: str, **spec: Any) -> dict[str, Any]:
    """An object of an older kind, cluster-scoped on Kubernetes."""
    if store == "universal":
        return universal(kind, mesh, name, **spec)
    tree = {"apiVersion": "kuma.io/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}
    return {**tree, "mesh": mesh} if mesh else tree


GATEWAY = {
    "selectors": [{"match": {"kuma.io/service": "edge"}}],
    "conf": {"listeners": [{"port": 80, "protocol": "HTTP"}]},
}
ANY = {"sources": [{"match": {"kuma.io/service": "*"}}], "destinations": [{"match": {"kuma.io/service": "*"}}]}


def dataplane(mesh: str, name: str, address: str, service: str) -> dict[str, Any]:
    inbound = [{"port": 8080, "tags": {"kuma.io/service": service, "kuma.io/protocol": "http"}}]
    return universal("Dataplane", mesh, name, networking={"address": address, "inbound": inbound})


def ingress(name: str, address: str) -> dict[str, Any]:
    networking = {"address": address, "port": 10001, "advertisedAddress": address, "advertisedPort": 10001}
    return universal("ZoneIngress", "", name, networking=networking)


# ------------------------------------------------------------------ the oracle: the rules in one plain function

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
Facts = tuple[str, str, str]
"""Type, mesh and name of an object, the name as Kuma's core has it."""


def kds_name(*parts: str) -> str:
    digest = 0xCBF29CE484222325
    for byte in "".join(parts).encode():
        digest = ((digest ^ byte) * 0x100000001B3) % 2**64
    return f"{parts[1][:236]}-{''.join(ALPHABET[ord(digit) % 27] for digit in f'{digest:016x}')}"


def read(store: str, one: Resource) -> tuple[str, str, str, dict[str, str]]:
    """Type, mesh, name and labels of an object, with what a Kubernetes store adds (KDS-45, KDS-54, KDS-56)."""
    labels = dict(one.meta.labels)
    if store == "universal":
        return one.kind, one.namespace, one.name, labels
    mesh = "" if one.kind in ("Mesh", "ZoneIngress") else one.body.get("mesh") or labels.get("kuma.io/mesh", "default")
    labels["kuma.io/display-name"] = one.meta.annotations.get("kuma.io/display-name") or one.name
    if one.namespace:
        labels.setdefault("k8s.kuma.io/namespace", one.namespace)
    return one.kind, mesh, one.name, labels


def where(labels: dict[str, str]) -> tuple[str, ...]:
    return tuple(labels[name] for name in ("kuma.io/zone", "k8s.kuma.io/namespace") if name in labels)


def expected(types: dict[str, str], stores: dict[str, list[Resource]], place: str) -> set[Facts]:
    """What a store holds beside its own objects once everything has settled."""
    found: set[Facts] = set()
    if place == "global":
        for zone, held in stores.items():
            for one in held if zone != "global" else ():
                kind, mesh, name, labels = read(types[zone], one)
                own = is_own("zone", zone, one)
                goes_up = kind in ("Dataplane", "ZoneIngress") or labels.get("kuma.io/origin") == "zone"
                if own and goes_up and kind not in ("Mesh", "TrafficPermission"):
                    namespace = labels.get("k8s.kuma.io/namespace")
                    display = labels.get("kuma.io/display-name", name)
                    found.add((kind, mesh, kds_name(mesh, display, zone, *([namespace] if namespace else []))))
        return found
    for one in stores["global"]:
        kind, mesh, name, labels = read(types["global"], one)
        display = labels.get("kuma.io/display-name", name)
        if kind == "ZoneIngress" and labels.get("kuma.io/zone") not in (None, place):
            found.add((kind, "", name))
        elif kind not in ("ZoneIngress", "Dataplane") and is_own("global", "global", one):
            found.add((kind, mesh, name if kind == "Mesh" else kds_name(mesh, display, *where(labels))))
    return found


def is_own(mode: str, place: str, one: Resource) -> bool:
    """Whether an object was made where it is."""
    origin = one.meta.labels.get("kuma.io/origin")
    if mode == "global":
        return origin in (None, "global")
    if one.kind == "ZoneIngress":
        return one.spec.get("zone", "") in ("", place)
    return one.kind == "Dataplane" or origin == "zone"


def copies(types: dict[str, str], stores: dict[str, list[Resource]], place: str) -> set[Facts]:
    mode = "global" if place == "global" else "zone"
    return {read(types[place], one)[:3] for one in stores[place] if not is_own(mode, place, one)}


def assert_converged(types: dict[str, str], world: ks.World) -> None:
    stores = {place: [one for one in world.store(place).everything() if one.kind in MESHES] for place in types}
    for place in types:
        assert copies(types, stores, place) == expected(types, stores, place), place


# ------------------------------------------------------------------ mixes


def made(mix: Iterable[str], seed: int = 0, **config: str) -> tuple[dict[str, str], ks.World]:
    types = dict(zip(("global", "zone-1", "zone-2"), mix, strict=True))
    made = {name: {"type": kind, "config": config if kind == "universal" else {}} for name, kind in types.items()}
    topology = {"global": made.pop("global"), "zones": made}
    return types, ks.World(topology=topology, seed=seed)


def populate(types: dict[str, str], world: ks.World) -> None:
    on_global = types["global"]
    world["global"].apply(
        of_mesh(on_global, "Mesh", "", "demo"),
        policy(on_global, "MeshTrafficPermission", "demo", "allow-web"),
        of_mesh(on_global, "TrafficPermission", "demo", "old", **ANY),
        of_mesh(on_global, "MeshGateway", "demo", "edge", **GATEWAY),
    )
    world.advance("5s")
    for number, zone in enumerate(("zone-1", "zone-2"), start=1):
        world[zone].apply(policy(types[zone], "MeshTimeout", "demo", "timeouts", own=True))
        world[zone].apply(of_mesh(types[zone], "MeshGateway", "demo", "inner", **GATEWAY))
        if types[zone] == "universal":
            world[zone].apply(dataplane("demo", "web-01", f"192.168.{number}.1", "web"))
            world[zone].apply(ingress("ingress-1", f"172.30.{number}.1"))


@pytest.mark.parametrize("mix", MIXES, ids="-".join)
def test_any_mix_converges(mix: tuple[str, ...]) -> None:
    types, world = made(mix)
    populate(types, world)
    world.advance("15s")

    assert_converged(types, world)
    # Nothing passes by being empty: each zone has the global's policies, the global has both zones' objects.
    kinds = {one.kind for one in world.store("global").everything() if one.meta.labels.get("kuma.io/zone")}
    assert kinds >= {"ZoneIngress", "MeshTimeout", "MeshGateway"}
    assert ("Dataplane" in kinds) == ("universal" in mix[1:])
    for zone in ("zone-1", "zone-2"):
        assert {one.kind for one in world.store(zone).everything()} >= MESHES - {"Dataplane"}


@pytest.mark.parametrize("mix", MIXES, ids="-".join)
def test_what_is_deleted_at_home_goes_everywhere(mix: tuple[str, ...]) -> None:
    types, world = made(mix)
    populate(types, world)
    world.advance("15s")
    place = "demo" if types["global"] == "universal" else "kuma-system"

    world["global"].delete("MeshTrafficPermission", place, "allow-web")
    world["zone-1"].delete("MeshTimeout", "demo" if types["zone-1"] == "universal" else "kuma-system", "timeouts")
    world.advance("15s")

    assert_converged(types, world)
    assert not [one for zone in types for one in world.store(zone).everything() if one.kind == "MeshTrafficPermission"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 200))
def test_after_cuts_and_restarts_in_many_worlds(seed: int) -> None:
    test_after_cuts_and_restarts_every_store_holds_what_it_should(seed)


@pytest.mark.parametrize("seed", range(6))
def test_after_cuts_and_restarts_every_store_holds_what_it_should(seed: int) -> None:
    """Whatever is lost with a memory store, the rest of the world comes to agree with what is left."""
    dice = random.Random(seed)
    types, world = made(dice.choice(MIXES), seed, **({"KUMA_STORE_TYPE": "postgres"} if seed % 2 else {}))
    populate(types, world)
    for _ in range(5):
        zone = dice.choice(("zone-1", "zone-2"))
        if dice.random() < 0.5:
            world.partition("global", zone, dice.choice(("both", "a-to-b", "b-to-a")))
        else:
            place = dice.choice(("global", zone))
            world.crash(place)
            world.advance(f"{dice.randrange(1, 20)}s")
            world.restart(place)
        name = f"p{dice.randrange(3)}"
        world.advance(f"{dice.randrange(1, 40)}s")
        # The mesh may not have come back yet; that is refused, as is everything while a control plane is down.
        with contextlib.suppress(ks.Refused):
            world["global"].apply(policy(types["global"], "MeshTrafficPermission", "default", name))
            world[zone].apply(policy(types[zone], "MeshTimeout", "default", name, own=True))
    world.heal()
    world.advance("5m")

    assert_converged(types, world)
    before = len(world.run.journal.records)
    world.advance("1h")
    assert len(world.run.journal.records) - before <= 1, "somebody still tries something"


def test_an_idle_hour_writes_nothing() -> None:
    types, world = made(("universal",) * 3)
    populate(types, world)
    world.advance("2m")
    before = len(world.run.journal.records)

    world.advance("1h")

    assert len(world.run.journal.records) - before <= 1


# ------------------------------------------------------------------ lives of stores and proxies


def names(world: ks.World, place: str, kind: str) -> list[str]:
    return [one["name"] for one in world[place].list(kind)]


def test_a_memory_store_is_lost_and_proxies_register_again() -> None:
    types, world = made(("universal",) * 3)
    populate(types, world)
    world.crash("zone-1")
    world.restart("zone-1")
    world.advance("1ms")
    lost = names(world, "zone-1", "Dataplane")

    world.advance("2m")

    assert lost == []
    assert names(world, "zone-1", "Dataplane") == ["web-01"]
    assert "timeouts" not in names(world, "zone-1", "MeshTimeout")
    assert_converged(types, world)


def test_postgres_keeps_everything() -> None:
    _, world = made(("universal",) * 3, KUMA_STORE_TYPE="postgres")
    populate({"global": "universal", "zone-1": "universal", "zone-2": "universal"}, world)
    before = world["zone-1"].list("MeshTimeout"), world["zone-1"].list("Dataplane")

    world.crash("zone-1")
    world.restart("zone-1")
    world.advance("2m")

    assert (world["zone-1"].list("MeshTimeout"), world["zone-1"].list("Dataplane")) == before


def test_a_proxy_that_leaves_is_deregistered_and_one_that_returns_registers() -> None:
    types, world = made(("universal",) * 3)
    populate(types, world)
    world.advance("10s")

    world.crash("zone-2/dp/ingress-1")
    world.advance("9s")
    still = names(world, "zone-2", "ZoneIngress")
    world.advance("10s")
    withdrawn = names(world, "zone-1", "ZoneIngress")
    world.restart("zone-2/dp/ingress-1")
    world.advance("10s")

    assert "ingress-1" in still
    assert withdrawn == ["ingress-1"]
    assert len(names(world, "zone-1", "ZoneIngress")) == 2
    assert_converged(types, world)


def test_a_control_plane_that_ends_withdraws_nothing() -> None:
    types, world = made(("universal",) * 3)
    populate(types, world)
    world.advance("10s")

    world.crash("zone-2")
    world.advance("1m")

    assert len(names(world, "zone-1", "ZoneIngress")) == 2


def test_a_proxy_that_ended_with_its_control_plane_is_cleared_away_after_three_days() -> None:
    types, world = made(("universal",) * 3, KUMA_STORE_TYPE="postgres")
    populate(types, world)
    world["zone-1"].apply(dataplane("demo", "db-01", "192.168.1.2", "db"))
    world.crash("zone-1/dp/web-01")
    world.crash("zone-1")
    world.restart("zone-1")

    world.advance("71h")
    kept = names(world, "zone-1", "Dataplane")
    world.advance("2h")

    assert kept == ["db-01", "web-01"]
    assert names(world, "zone-1", "Dataplane") == ["db-01"]


def test_two_meshes_may_have_proxies_of_one_name() -> None:
    _, world = made(("universal",) * 3)
    world["zone-1"].apply(dataplane("default", "web", "10.0.0.1", "web"))
    world["global"].apply({"type": "Mesh", "name": "demo"})
    world.advance("3s")
    world["zone-1"].apply(dataplane("demo", "web", "10.0.0.2", "web"))
    world["zone-1"].apply(ingress("web", "10.0.0.3"))
    world.advance("3s")

    actors = [record.actor for record in world.run.journal.records if record.kind == "ActorStarted"]

    assert [actor for actor in actors if "/dp/" in actor] == [
        "zone-1/dp/web",
        "zone-1/dp/web.demo",
        "zone-1/dp/web.zoneingress",
    ]
    outcome = world.request(from_="zone-1/Dataplane/web", to="10.0.0.2", port=8080)[0]
    assert (outcome.status, outcome.workload) == (200, "web")


def test_whoever_deletes_a_dataplane_stops_its_proxy() -> None:
    _, world = made(("universal",) * 3)
    world["zone-1"].apply(dataplane("default", "web", "10.0.0.1", "web"))
    world.advance("3s")

    world["zone-1"].delete("Dataplane", "default", "web")
    world.advance("30s")

    stopped = [record.actor for record in world.run.journal.records if record.kind == "ActorStopped"]
    assert stopped == ["zone-1/dp/web"]
    assert names(world, "global", "Dataplane") == []


def test_a_manifest_for_the_other_type_of_store_is_an_error() -> None:
    _, world = made(("universal", "kubernetes", "universal"))

    with pytest.raises(ks.InputError, match="KS1503"):
        world["zone-1"].apply({"type": "Mesh", "name": "demo"})
    with pytest.raises(ks.InputError, match="KS1503"):
        world["zone-2"].apply({"apiVersion": "kuma.io/v1alpha1", "kind": "Mesh", "metadata": {"name": "demo"}})


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ({"type": "universal", "config": {"KUMA_STORE_TYPE": "mysql"}}, "none of memory, postgres"),
        ({"type": "kubernetes", "config": {"KUMA_STORE_TYPE": "postgres"}}, "is for Universal"),
        ({"type": "universal", "ingress": 1}, "has no `ingress`"),
    ],
)
def test_settings_that_a_zone_cannot_have(zone: dict[str, Any], words: str) -> None:
    with pytest.raises(ks.InputError, match=words):
        ks.World(topology={"zones": {"zone-1": zone}})


# ------------------------------------------------------------------ one truth: journal, fold, replay, runtimes


async def tell(dispatcher: Dispatcher) -> tuple[Journal, Engine]:
    """A small story with every kind of thing that can happen to a Universal store."""
    zones = {"u": {"type": "universal"}, "k": {}}
    config = world_config(
        topology_of("2.8", "documented", 7, {"global": {"type": "universal"}, "zones": zones}), "2.8", "documented", 7
    )
    journal = Journal()
    engine = populated(config, dispatcher, journal.append)
    session = Session(engine)
    await session.settle()

    async def apply(place: str, tree: dict[str, Any]) -> None:
        for wanted in map(taken, read_manifests(tree)):
            await session.submit(store_actor(engine.actors, place), Write("apply", wanted.key, wanted))

    await apply("global", policy("universal", "MeshTrafficPermission", "default", "all"))
    await apply("u", dataplane("default", "web", "10.0.0.1", "web"))
    await apply("u", ingress("in", "10.0.0.9"))
    await apply("u", {"type": "Mesh", "name": "refused"})
    await session.advance(10_000_000_000)
    session.crash("u")
    await session.advance(3_000_000_000)
    session.restart("u")
    await session.advance(60_000_000_000)
    await session.request(request_of({"from_": "u/Dataplane/web", "to": "10.0.0.1", "port": 8080}))
    return journal, engine


def test_tasks_and_plain_calls_write_the_same_records() -> None:
    async def under_trio() -> str:
        async with tasks() as dispatcher:
            return (await tell(dispatcher))[0].digest()

    assert finish(tell(Inline()))[0].digest() == trio.run(under_trio)


def test_a_replay_gives_the_same_records_and_the_fold_the_same_states() -> None:
    journal, engine = finish(tell(Inline()))

    verdict = finish(verify(list(journal.records), Inline()))
    folded = fold(journal.records)

    assert verdict.difference is None
    assert folded.alive == set(engine.kernel.alive)
    for name, actor in engine.actors.items():
        assert folded.states[name] == actor.state, name
    assert ks.Run(journal).at(-1).get("u/Dataplane/default/web")["networking"]["address"] == "10.0.0.1"
