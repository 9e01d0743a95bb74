"""The difference of two runs is what was done differently, and its consequences; nothing else."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import pytest

import kumasim as ks
from kumasim.journal import Comparison, Journal, Record, first_difference, read
from kumasim.replay.first import common_beginning, first_differing

APP = [
    {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "demo", "labels": {"kuma.io/sidecar-injection": "enabled"}},
    },
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "demo"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080, "appProtocol": "http"}]},
    },
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "demo"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "web", "ports": [{"containerPort": 8080}]}]},
            },
        },
    },
]
UNRELATED: list[dict[str, Any]] = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}},
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "notes", "namespace": "other"}, "data": {"a": "b"}},
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "lonely", "namespace": "other"},
        "spec": {"selector": {"app": "lonely"}, "ports": [{"port": 80}]},
    },
]
TOPOLOGY = {
    "zones": {"zone-1": {}, "zone-2": {}},
    "links": [
        {"between": ["global", "zone-1"], "latency": "40ms", "jitter": "30ms"},
        {"between": ["global", "zone-2"], "latency": "20ms", "jitter": "15ms"},
    ],
}


def played(where: str | None = None, extra: Any = (), seed: int = 5) -> ks.Run:
    """A story with jitter and faults, and something more at one of two moments of it."""
    world = ks.World(topology=TOPOLOGY, seed=seed)
    if where == "first":
        world["zone-1"].apply(list(extra))
    for zone in ("zone-1", "zone-2"):
        world[zone].apply(APP)
    world.partition("global", "zone-2")
    world.crash("zone-1")
    if where == "amid":
        world["zone-1"].apply(list(extra))
    world.advance("40s")
    world.restart("zone-1")
    world.heal()
    world.settle()
    world["zone-2"].patch("Deployment", "demo", "web", {"spec": {"replicas": 1}})
    world.settle()
    world.request(from_="zone-1/demo/Deployment/web", url="http://web.demo:80/")
    return world.run


@pytest.fixture(scope="module")
def plain() -> ks.Run:
    return played()


@pytest.mark.parametrize("where", ["first", "amid"])
def test_an_unrelated_resource_shows_alone(plain: ks.Run, where: str) -> None:
    found = ks.diff(plain, played(where, UNRELATED))
    assert found
    strangers = [change.words for change in found.changes if "other" not in change.where]
    assert strangers == []
    assert {"zone-1/Namespace/other", "zone-1/ConfigMap/other/notes", "zone-1/Service/other/lonely"} <= {
        change.where for change in found.objects
    }
    assert not found.statuses
    assert not found.proxies
    assert not found.requests


def test_equal_runs_have_no_difference(plain: ks.Run) -> None:
    found = ks.diff(plain, played())
    assert not found
    assert str(found) == "no difference"


def test_a_fork_differs_by_what_was_done_in_it(plain: ks.Run) -> None:
    alt = plain.at(plain.end).fork().patch("zone-1", "Deployment", "demo", "web", {"spec": {"replicas": 0}}).run()
    found = ks.diff(plain, alt)
    assert found.first is not None
    assert found.first.position == len(plain.journal.records)
    assert "zone-1/Deployment/demo/web: spec.replicas: 2 -> 0" in str(found)
    assert any(change.where == "zone-1/Deployment/demo/web" for change in found.statuses)
    assert all(change.where.startswith(("zone-1", "global", "zone-2")) for change in found.changes)


def test_bisection_finds_what_reading_finds(plain: ks.Run) -> None:
    records = list(plain.journal.records)
    for position in (0, 1, 1023, 1024, 1500, len(records) - 1):
        other = [*records[:position], records[position]._replace(subject="doctored"), *records[position + 1 :]]
        a, b = Journal(records), Journal(other)
        assert first_differing(a, b)[:1] == first_difference(a, b)[:1] == (position,)
        assert common_beginning(a, b) == position // 1024 * 1024


def test_files_and_memory_are_compared_alike(plain: ks.Run, tmp_path: Any) -> None:
    plain.save(tmp_path / "a.journal")
    shorter = Journal(plain.journal.records[:-1])
    shorter.save(tmp_path / "b.journal")
    a, b = read(tmp_path / "a.journal"), read(tmp_path / "b.journal")
    found = [first_differing(one, other) for one in (a, plain.journal) for other in (b, shorter)]
    assert {one.position for one in found} == {len(shorter)}
    assert first_differing(a, plain.journal) is None


def test_comparing_may_begin_in_the_middle() -> None:
    one = [Record(at, 0, 0, "user", -1, "Noted", "", ()) for at in range(4)]
    comparison = Comparison(2)
    assert [comparison.take(a, b) for a, b in zip_longest(one[2:], one[2:])] == [None, None]
    assert comparison.count == 4
