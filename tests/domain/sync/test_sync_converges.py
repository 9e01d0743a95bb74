"""Worlds of policies, Secrets and generators under partitions and crashes: in the end every store holds what it should."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from sync_oracle import expected

import kumasim as ks

ZONES = ("zone-1", "zone-2")
KINDS = (
    "MeshTimeout",
    "MeshRetry",
    "MeshTrafficPermission",
    "MeshMetric",
    "TrafficLog",
    "CircuitBreaker",
    "Secret",
    "HostnameGenerator",
)
NEW = {
    "apiVersion": "kuma.io/v1alpha1",
    "kind": "MeshTimeout",
    "metadata": {"name": "new", "namespace": "kuma-system"},
    "spec": {"targetRef": {"kind": "Mesh"}},
}
GLOBAL_ONLY = ("TrafficLog", "CircuitBreaker", "Secret")


def manifest(dice: Random, store: str) -> dict[str, Any]:
    kind = dice.choice([kind for kind in KINDS if store == "global" or kind not in GLOBAL_ONLY])
    name = f"{dice.choice('abcde')}-{store}" if kind in ("Secret", "HostnameGenerator") else dice.choice("abcde")
    labels = {} if kind == "HostnameGenerator" else {"kuma.io/mesh": "default"}
    if store != "global":
        labels["kuma.io/origin"] = "zone"
    meta: dict[str, Any] = {"name": name, "namespace": "kuma-system", "labels": labels}
    if kind == "Secret":
        value = dice.choice(["YQ==", "Yg=="])
        return {
            "apiVersion": "v1",
            "kind": kind,
            "metadata": meta,
            "type": "system.kuma.io/secret",
            "data": {"value": value},
        }
    spec = {"targetRef": {"kind": "Mesh"}, "text": dice.choice("xyz")}
    if kind in ("TrafficLog", "CircuitBreaker"):
        body = {
            "sources": [{"match": {"kuma.io/service": "*"}}],
            "destinations": [{"match": {"kuma.io/service": "*"}}],
            **spec,
        }
        return {
            "apiVersion": "kuma.io/v1alpha1",
            "kind": kind,
            "mesh": "default",
            "metadata": {"name": name},
            "spec": body,
        }
    if kind == "HostnameGenerator":
        spec = {"template": "{{ .Name }}.mesh", "selector": {"meshService": {}}}
    return {"apiVersion": "kuma.io/v1alpha1", "kind": kind, "metadata": meta, "spec": spec}


class Told:
    """A world, what users made in it, and what befell it."""

    def __init__(self, number: int, faults: bool = True) -> None:
        self.dice = Random(number)
        self.world = ks.World(zones=list(ZONES), seed=number)
        self.start = {store: held(self.world, store) for store in ("global", *ZONES)}
        self.made: dict[str, dict[tuple[str, str, str], Any]] = {"global": {}, "zone-1": {}, "zone-2": {}}
        self.befell: Counter[str] = Counter()
        for _ in range(25):
            self.dice.choices([self.write, self.erase, self.wait, self.fault], [6, 2, 2, 3 if faults else 0])[0]()

    def write(self) -> None:
        store = self.dice.choice(list(self.made))
        tree = manifest(self.dice, store)
        try:
            self.world[store].apply(tree)
        except ks.Refused:
            self.befell["refused"] += 1
            return
        self.made[store][key(tree)] = tree

    def erase(self) -> None:
        store = self.dice.choice(list(self.made))
        for kind, namespace, name in sorted(self.made[store])[:1]:
            try:
                self.world[store].delete(kind, namespace or None, name)
            except ks.Refused:
                self.befell["refused"] += 1
            else:
                del self.made[store][kind, namespace, name]

    def wait(self) -> None:
        self.world.advance(self.dice.choice(["100ms", "1s", "45s"]))

    def fault(self) -> None:
        zone = self.dice.choice(ZONES)
        what = self.dice.choice(["both", "a-to-b", "b-to-a", "crash", "restart", "heal"])
        self.befell[what] += 1
        actor = self.dice.choice([zone, "global"])
        if what == "crash":
            self.world.crash(actor)
        elif what == "restart":
            self.world.restart(actor)
        elif what == "heal":
            self.world.heal()
        else:
            self.world.partition("global", zone, what)

    def mend(self) -> None:
        self.world.heal()
        for actor in ("global", *ZONES):
            self.world.restart(actor)
        self.world.advance("5m")

    def users_objects(self, store: str) -> set[tuple[str, str, str]]:
        return held(self.world, store) - self.start[store]


def key(tree: dict[str, Any]) -> tuple[str, str, str]:
    return tree["kind"], tree["metadata"].get("namespace", ""), tree["metadata"]["name"]


def held(world: ks.World, store: str) -> set[tuple[str, str, str]]:
    return {key(tree) for kind in KINDS for tree in world[store].list(kind)}


@pytest.mark.parametrize("number", range(10))
def test_after_healing_every_store_holds_what_the_rules_say(number: int) -> None:
    told = Told(number)
    told.mend()
    wanted = expected(told.made)
    for store in told.made:
        assert told.users_objects(store) == wanted[store], (number, store)


def test_each_fault_occurs_in_these_worlds() -> None:
    befell = sum((Told(number).befell for number in range(10)), Counter())
    assert min(befell[what] for what in ("both", "a-to-b", "b-to-a", "crash", "restart", "heal", "refused")) > 0


@pytest.mark.slow
@pytest.mark.parametrize("number", range(100, 300))
def test_after_healing_every_store_holds_what_the_rules_say_in_many_worlds(number: int) -> None:
    told = Told(number)
    told.mend()
    assert {store: told.users_objects(store) for store in told.made} == expected(told.made)


@pytest.mark.parametrize("number", range(3))
def test_during_a_cut_zones_go_on_with_their_last_state(number: int) -> None:
    told = Told(number, faults=False)
    told.world.advance("10s")
    before = {zone: held(told.world, zone) for zone in ZONES}
    told.world.partition("global", "zone-1")
    told.world.partition("global", "zone-2")
    told.world["global"].apply(NEW)
    told.world.advance("30m")
    assert {zone: held(told.world, zone) for zone in ZONES} == before


@pytest.mark.parametrize("number", range(2))
def test_an_idle_hour_produces_no_records(number: int) -> None:
    told = Told(number)
    told.mend()
    told.world.advance("15m")
    before = len(told.world.run.journal.records)
    told.world.advance("1h")
    assert len(told.world.run.journal.records) - before <= 1, "nothing but the passing of time itself"
