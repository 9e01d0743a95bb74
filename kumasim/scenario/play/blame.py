"""Which record made a failed expectation fail: the last one that set the value in question.

Asked once a check is final, and never while it is watched: it reads the journal backwards.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from kumasim.domain.resource import Resource
from kumasim.journal.record import Record
from kumasim.scenario.model import Expectation, Outcomes, ResourceExpected, Response, Tree
from kumasim.scenario.play.result import Check
from kumasim.scenario.play.world import Stage
from kumasim.scenario.select import select


def blamed(stage: Stage, check: Check, wanted: Expectation) -> Check:
    """A failed check with the position of the record behind it; one that holds as it is."""
    if check.ok or check.position >= 0:
        return check
    if isinstance(wanted, Outcomes | Response):
        return attrs.evolve(check, position=_last(stage, lambda record: record.kind == "RequestAnswered"))
    if check.concerned is None:
        return check
    store, found = check.concerned
    actor, subject = stage.store_actor(store), str(found.key)
    universal = stage.universal(store)

    def writes(record: Record) -> bool:
        return record.kind == "ResourceUpserted" and record.actor == actor and record.subject == subject

    if not isinstance(wanted, ResourceExpected):
        return attrs.evolve(check, position=_last(stage, writes))
    told = (check.where, check.expected, check.actual)

    def sets(record: Record) -> bool:
        """Whether the value was another one, or there was no object, before this record."""
        return writes(record) and (
            record.body.before is None or told != _told(wanted.tree, check, record.body.before, universal)
        )

    return attrs.evolve(check, position=_last(stage, sets))


def _told(tree: Tree, check: Check, found: Resource, universal: bool) -> tuple[object, ...]:
    """The mismatch of an older form of the object that stands at the same place."""
    older = select(tree, [found.to_tree()], universal=universal).mismatches
    same = (item for item in older if item.where == check.where)
    return next(((item.where, item.expected, item.actual) for item in same), ())


def _last(stage: Stage, fits: Callable[[Record], bool]) -> int:
    return next((record.position for record in reversed(stage.records) if fits(record)), -1)
