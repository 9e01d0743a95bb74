"""A fork has the past of its run and a future of its own."""

from __future__ import annotations

import pytest

import kumasim as ks

SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "db", "namespace": "default"},
    "spec": {"selector": {"app": "db"}, "ports": [{"port": 80}]},
}


@pytest.fixture(scope="module")
def run() -> ks.Run:
    world = ks.World(zones=["zone-1", "zone-2"])
    world["zone-1"].apply(SERVICE)
    world.settle()
    world.partition("global", "zone-2")
    world.advance("1m")
    return world.run


def test_a_fork_without_steps_is_the_run_itself(run: ks.Run) -> None:
    assert run.at(run.end).fork().run().digest == run.digest


@pytest.mark.parametrize("part", [0.3, 0.5, 0.8])
def test_a_fork_in_the_middle_begins_with_the_same_records(run: ks.Run, part: float) -> None:
    position = int(len(run.journal.records) * part)

    forked = run.at(position).fork().run()

    assert list(forked.journal.records[:position]) == list(run.journal.records[:position])


def test_another_future(run: ks.Run) -> None:
    other = run.at(run.end).fork().delete("zone-1", "Service", "default", "db").advance("10s").run()

    assert other.at(other.end).get("zone-1/Service/default/db") is None
    assert run.at(run.end).get("zone-1/Service/default/db") is not None


def test_steps_follow_one_another(run: ks.Run) -> None:
    fork = run.at(run.end).fork()
    fork.apply("zone-2", SERVICE).patch("zone-2", "Service", "default", "db", {"metadata": {"labels": {"a": "b"}}})

    other = fork.run()

    found = other.at(other.end).get("zone-2/Service/default/db")
    assert found is not None
    assert found["metadata"]["labels"] == {"a": "b"}


def test_a_refused_step_is_raised(run: ks.Run) -> None:
    wrong = {**SERVICE, "metadata": {"name": "db", "namespace": "nowhere"}}

    with pytest.raises(ks.Refused, match="nowhere"):
        run.at(run.end).fork().apply("zone-1", wrong).run()


def test_a_store_that_is_not_there(run: ks.Run) -> None:
    with pytest.raises(ks.UsageError, match="zone-9"):
        run.at(run.end).fork().apply("zone-9", SERVICE).run()
