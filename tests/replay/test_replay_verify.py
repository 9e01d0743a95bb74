"""Replay: the same records, or the first one that differs, whatever was changed: a rule, a record, the journal's end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
import trio

sys.path.insert(0, str(Path(__file__).parents[1] / "worlds"))

from random_worlds import MINUTE, Played, mend, played, story

from kumasim.domain.reconcilers import service_annotations
from kumasim.domain.reconcilers.base import NOTHING
from kumasim.domain.sync import filters
from kumasim.journal import Journal, Record, read
from kumasim.replay.verify import Verdict, verify
from kumasim.runtime.engine import finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.trio import tasks


def again(records: list[Record]) -> Verdict:
    return finish(verify(records, Inline()))


@pytest.fixture(scope="module")
def told() -> Played:
    """One eventful world."""
    return played(story(300))


@pytest.mark.parametrize("number", range(300, 306))
def test_every_world_replays_to_the_same_records(number: int) -> None:
    one = played(story(number))
    finish(mend(one.session))
    verdict = again(one.records)
    assert verdict == Verdict(True, len(one.records))
    assert verdict.records > 800


def test_it_replays_under_trio_and_from_a_file_too(told: Played, tmp_path: Path) -> None:
    Journal(told.records).save(tmp_path / "one.journal")
    records = list(read(tmp_path / "one.journal").records)

    async def under_trio() -> Verdict:
        async with tasks() as dispatcher:
            return await verify(records, dispatcher)

    assert trio.run(under_trio) == again(records) == Verdict(True, len(told.records))


def test_a_changed_filter_is_found_at_the_first_record_that_it_changes(
    told: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zone that keeps everything back: the first difference is the first thing that it would have sent."""

    def keeps_back(core: Any, traits: Any, journey: Any) -> str:
        return "KDS-0" if core.type == "ZoneIngress" else ""

    monkeypatch.setattr(filters, "UP", (*filters.UP, keeps_back))
    verdict = again(told.records)
    assert not verdict.identical
    assert verdict.difference is not None
    first = next(
        record
        for record in told.records
        if record.kind == "ResponseSent"
        and record.actor != "global"
        and record.body.response.type == "ZoneIngress"
        and record.body.response.added
    )
    # Before it is said, the zone may already note that it keeps something back; nothing else differs earlier.
    assert verdict.difference.position == verdict.records <= first.position
    assert verdict.difference.a == told.records[verdict.records]
    assert verdict.difference.b is not None
    assert (verdict.difference.b.time_ns, verdict.difference.b.actor[:5]) == (first.time_ns, "zone-")


def test_a_changed_reconciler_is_found_at_the_first_plan_that_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    one = next(found for found in (played(story(number)) for number in range(300, 320)) if _annotated(found))
    rule = service_annotations.SERVICE_ANNOTATIONS
    lazy = attrs.evolve(rule, reconcile=lambda view, key: NOTHING)
    import kumasim.domain.reconcilers as chosen

    everywhere = tuple(lazy if one is rule else one for one in chosen.EVERYWHERE)
    monkeypatch.setattr(chosen, "EVERYWHERE", everywhere)
    verdict = again(one.records)
    assert verdict.difference is not None
    first = _annotated(one)[0]
    assert verdict.difference.position <= first.position
    assert verdict.difference.a is not None
    assert "service-annotations" in str(verdict.difference.a.body) + str(
        verdict.difference.b and verdict.difference.b.body
    )


def _annotated(one: Played) -> list[Record]:
    return [
        record
        for record in one.records
        if record.kind == "Reconciled" and record.body.reconciler == service_annotations.SERVICE_ANNOTATIONS.name
    ]


@pytest.mark.parametrize("kind", ["ResourceUpserted", "MessageSent", "TimerSet", "Observed", "ActorStarted"])
def test_a_doctored_record_is_found_where_it_is(told: Played, kind: str) -> None:
    records = list(told.records)
    place = [record.position for record in records if record.kind == kind][-1]
    records[place] = records[place]._replace(subject="doctored")
    verdict = again(records)
    assert verdict.difference is not None
    assert (verdict.difference.position, verdict.difference.path) == (place, "subject")
    assert verdict.difference.b == told.records[place]


def test_a_doctored_time_and_cause_are_found(told: Played) -> None:
    place = len(told.records) // 2
    for field, other in (("time_ns", 1), ("cause", -1), ("delta", 99)):
        records = list(told.records)
        records[place] = records[place]._replace(**{field: other})
        verdict = again(records)
        assert verdict.difference is not None
        assert (verdict.difference.position, verdict.difference.path) == (place, field)


def test_a_doctored_input_leads_elsewhere(told: Played) -> None:
    """An input that is changed is played as it stands; the first record that follows from it differs."""
    records = list(told.records)
    place = next(record.position for record in records if record.kind == "InputGiven")
    records[place] = records[place]._replace(body=attrs.evolve(records[place].body, subject="other"))
    verdict = again(records)
    assert verdict.difference is not None
    assert verdict.difference.position >= place


def test_a_record_too_many_and_one_too_few_are_found(told: Played) -> None:
    quiet = played(story(301, length=2, faults=False))
    finish(quiet.session.advance(MINUTE))
    last = quiet.records[-1]
    longer = again([*quiet.records, last._replace(position=last.position + 1)])
    assert longer.difference is not None
    assert longer.difference.position == len(quiet.records)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_truncated_journal_is_the_same_as_far_as_it_goes(told: Played, part: float) -> None:
    """A journal that ends within a round differs only by what would have come next."""
    end = int(len(told.records) * part)
    verdict = again(told.records[:end])
    assert verdict.records == end
    if verdict.difference is not None:
        assert verdict.difference.position == end
        assert verdict.difference.a is None
        assert verdict.difference.b == told.records[end]


def test_the_epoch_of_other_rules_is_told(told: Played) -> None:
    first = told.records[0]
    records = [first._replace(body=attrs.evolve(first.body, epoch=0)), *told.records[1:]]
    assert again(records).epoch == 0
