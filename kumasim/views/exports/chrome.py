"""A journal as a Chrome trace, which Perfetto and chrome://tracing open: a process for each place, a track for each
actor, an instant for each event, and an arrow for each message from its sending to what it brought about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from kumasim.journal.record import Record


def chrome_trace(records: Iterable[Record]) -> Iterator[str]:
    """The lines of a trace in Chrome's JSON array format.

    Args:
        records: in order.
    """
    tracks = _Tracks()
    sent: dict[int, Record] = {}
    before = "["
    for record in records:
        for event in _events(record, tracks, sent):
            yield before + json.dumps(event, separators=(",", ":"), sort_keys=True)
            before = ","
    yield "]" if before == "," else "[]"


class _Tracks:
    """Numbers for places and actors, given in the order in which they first do something."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._actors: dict[str, int] = {}

    def of(self, actor: str) -> tuple[dict[str, int], list[dict[str, Any]]]:
        """An actor's track, and what introduces it when it is new."""
        place = actor.partition("/")[0] or "run"
        told: list[dict[str, Any]] = []
        known = len(self._places), len(self._actors)
        pid = self._places.setdefault(place, known[0] + 1)
        tid = self._actors.setdefault(actor, known[1] + 1)
        track = {"pid": pid, "tid": tid}
        if len(self._places) > known[0]:
            told.append({"ph": "M", "name": "process_name", "pid": pid, "tid": 0, "args": {"name": place}})
        if len(self._actors) > known[1]:
            told.append({"ph": "M", "name": "thread_name", **track, "args": {"name": actor or "run"}})
        return track, told


def _events(record: Record, tracks: _Tracks, sent: dict[int, Record]) -> Iterator[dict[str, Any]]:
    track, told = tracks.of(record.actor)
    yield from told
    at = _microseconds(record.time_ns)
    name = f"{record.kind} {record.subject}".rstrip()
    args = {"position": record.position, "cause": record.cause, "delta": record.delta}
    # A slice of no length would carry no arrow; an instant is drawn as one of a nanosecond.
    yield {"ph": "X", "name": name, "cat": record.kind, "ts": at, "dur": 0.001, **track, "args": args}
    message = sent.pop(record.cause, None)
    if message is not None and message.actor != record.actor:
        yield {"ph": "f", "bp": "e", "id": message.position, "name": "message", "cat": "message", "ts": at, **track}
    if record.kind == "MessageSent":
        sent[record.position] = record
        yield {"ph": "s", "id": record.position, "name": "message", "cat": "message", "ts": at, **track}


def _microseconds(time_ns: int) -> int | float:
    whole, rest = divmod(time_ns, 1000)
    return whole if not rest else time_ns / 1000
