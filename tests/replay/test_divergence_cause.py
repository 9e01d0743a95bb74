"""A replay that diverges says where, what the actor's state was, who wrote the field last, and what is likely behind it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import attrs
import pytest

import kumasim as ks
from kumasim.domain.resource import Resource
from kumasim.journal import Record
from kumasim.replay import verify as verifying
from kumasim.replay.divergence import told
from kumasim.replay.verify import Verdict, verify
from kumasim.runtime.engine import finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.world import EPOCH, roles


@pytest.fixture(scope="module")
def records() -> list[Record]:
    world = ks.World(zones=["zone-1"], seed=9)
    world["zone-1"].apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "demo"}})
    world.settle()
    world["zone-1"].patch("Namespace", None, "demo", {"metadata": {"labels": {"a": "b"}}})
    world.settle()
    return list(world.run.journal.records)


def replayed(records: list[Record]) -> Verdict:
    return finish(verify(records, Inline()))


def doctored(records: list[Record], position: int, **fields: Any) -> list[Record]:
    return [*records[:position], records[position]._replace(**fields), *records[position + 1 :]]


def last_upsert(records: list[Record], subject: str) -> Record:
    return [one for one in records if one.kind == "ResourceUpserted" and one.subject == subject][-1]


def test_an_honest_journal_is_identical(records: list[Record]) -> None:
    verdict = replayed(records)
    assert verdict.identical
    assert verdict.records == len(records)
    assert verdict.divergence is None


def test_a_doctored_body_is_found_with_its_state_and_last_writer(records: list[Record]) -> None:
    honest = last_upsert(records, "Namespace/demo")
    resource: Resource = honest.body.resource
    changed = attrs.evolve(honest.body, resource=resource.with_meta(labels=resource.meta.labels.with_(a="c")))
    verdict = replayed(doctored(records, honest.position, body=changed))
    assert verdict.difference is not None
    assert verdict.difference.position == honest.position
    assert verdict.difference.path == "body.resource.meta.labels.a"
    known = verdict.divergence
    assert known is not None
    assert known.actor == "zone-1/cluster"
    assert "store" in {change.field for change in known.state}
    assert all(change.recorded != "" for change in known.state)
    assert known.likely == "code change"
    assert known.last_writer is None or known.last_writer.position < honest.position
    assert any("likely cause: code change" in line for line in told(known))


def test_the_last_writer_of_a_field_is_named(records: list[Record]) -> None:
    honest = last_upsert(records, "Namespace/demo")
    resource: Resource = honest.body.resource
    changed = attrs.evolve(honest.body, resource=resource.with_meta(uid="forged"))
    known = replayed(doctored(records, honest.position, body=changed)).divergence
    assert known is not None
    assert known.last_writer is not None
    assert known.last_writer.subject == "Namespace/demo"
    assert known.last_writer.position < honest.position


def test_swapped_records_look_like_iteration_order(records: list[Record]) -> None:
    outside = ("InputGiven", "ActorStarted")
    place = next(
        at
        for at, (one, two) in enumerate(pairwise(records))
        if at > 50 and one.time_ns == two.time_ns and two.cause < at and not {one.kind, two.kind} & set(outside)
    )
    one, two = records[place : place + 2]
    swapped = [
        *records[:place],
        two._replace(position=one.position),
        one._replace(position=two.position),
        *records[place + 2 :],
    ]
    verdict = replayed(swapped)
    assert verdict.difference is not None
    assert verdict.difference.position == place
    assert verdict.divergence is not None
    assert verdict.divergence.likely == "iteration order"


def test_another_delay_looks_like_chance(records: list[Record]) -> None:
    late = next(one for one in records if one.time_ns > 0)
    verdict = replayed(
        [one if one.position < late.position else one._replace(time_ns=one.time_ns + 7) for one in records]
    )
    assert verdict.difference is not None
    assert verdict.difference.position == late.position
    assert verdict.divergence is not None
    assert verdict.divergence.likely == "randomness"


def test_another_epoch_is_told_as_a_change_of_rules(records: list[Record]) -> None:
    older = attrs.evolve(records[0].body, epoch=EPOCH + 1)
    verdict = replayed(doctored(records, 0, body=older))
    assert verdict.epoch == EPOCH + 1
    honest = last_upsert(records, "Namespace/demo")
    wrong = attrs.evolve(honest.body, resource=honest.body.resource.with_meta(uid="forged"))
    verdict = replayed(doctored(doctored(records, 0, body=older), honest.position, body=wrong))
    assert verdict.divergence is not None
    assert verdict.divergence.likely == "code change"
    assert f"epoch {EPOCH + 1}" in verdict.divergence.reason


def test_a_handler_that_escapes_ends_the_replay(records: list[Record], monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    def leaky() -> dict[str, Any]:
        known = roles()
        decide = known["user"].decide

        def with_a_clock(state: Any, delivery: Any) -> Any:
            time.time()
            return decide(state, delivery)

        known["user"].decide = with_a_clock
        return known

    monkeypatch.setattr(verifying, "roles", leaky)
    verdict = replayed(records)
    assert not verdict.identical
    assert verdict.escape is not None
    assert verdict.escape.cause == "clock"
    assert verdict.escape.place.startswith(__file__)
