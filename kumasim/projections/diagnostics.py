"""What a run told its user: every diagnostic once, in the order it came up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from kumasim.domain.reconcilers.base import Diagnostic
from kumasim.domain.resource import resource as read
from kumasim.journal.record import Record
from kumasim.projections.unmodelled import Mark, marks, sentence

USER = "user"
"""The actor whose writes are looked at for what is not modelled."""


def diagnostics(records: Iterable[Record]) -> list[Diagnostic]:
    """The diagnostics of a journal: what control planes reported, and what users applied that is not modelled."""
    seen: dict[Diagnostic, None] = {}
    marked: set[Mark] = set()
    for record in records:
        if record.kind == "DiagnosticReported":
            seen[_placed(record)] = None
        elif record.kind == "ResourceUpserted" and record.body.asked.requester == USER:
            seen.update(dict.fromkeys(_unmodelled(record, marked)))
    return list(seen)


def reported(records: Iterable[Record]) -> list[Diagnostic]:
    """What control planes reported, without what is not modelled."""
    return list(dict.fromkeys(_placed(record) for record in records if record.kind == "DiagnosticReported"))


def _placed(record: Record) -> Diagnostic:
    told: Diagnostic = record.body.diagnostic
    return attrs.evolve(told, store=told.store or record.actor.partition("/")[0])


def _unmodelled(record: Record, marked: set[Mark]) -> Iterator[Diagnostic]:
    """Each field or kind once, at the first object that used it; what the API server filled in is not the user's."""
    body, store = record.body, record.actor.partition("/")[0]
    resource = body.resource if body.applied is None else read(body.applied)
    before = () if body.before is None or body.applied is not None else tuple(marks(body.before))
    for mark in marks(resource):
        if mark not in marked and mark not in before:
            marked.add(mark)
            yield Diagnostic(mark.code, sentence(mark.code, mark.kind, mark.field, mark.rule), str(resource.key), store)
