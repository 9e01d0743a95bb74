"""What actors said to each other, as a sequence picture in Mermaid."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from kumasim.domain.sync.stream import KdsAck, KdsClosed, KdsConnect, KdsNack, KdsResponse
from kumasim.journal.record import Record
from kumasim.scenario.durations import format_duration

LIMIT = 200
"""How many messages a picture shows unless told otherwise: more nobody reads."""
LONGEST = 60


@attrs.define
class _Picture:
    """A picture that is being drawn."""

    lines: list[str] = attrs.field(factory=list)
    actors: dict[str, str] = attrs.field(factory=dict)
    shown: int = 0
    left: int = 0

    def actor(self, name: str) -> str:
        """An actor's short name in the picture; it appears in the order in which actors first speak."""
        return self.actors.setdefault(name, f"a{len(self.actors)}")

    def text(self) -> str:
        """The picture."""
        heads = [f"    participant {short} as {name}" for name, short in self.actors.items()]
        end = []
        if self.left:
            over = list(self.actors.values())
            end = [f"    Note over {over[0]},{over[-1]}: {self.left} more messages are left out"]
        return "\n".join(["sequenceDiagram", *heads, *self.lines, *end])


def sequence(records: Iterable[Record], between: tuple[str, str] | None = None, limit: int = LIMIT) -> str:
    """A picture of the messages among records.

    Args:
        records: in order; what is no message becomes a note if it is a crash, a restart or a cut link.
        between: only what these two actors said to each other; all messages between different actors otherwise.
        limit: how many messages are drawn; the rest is counted.
    """
    picture = _Picture()
    for record in records:
        draw = _DRAWN.get(record.kind)
        if draw is None or not _concerns(record, between):
            continue
        if picture.shown >= limit:
            picture.left += record.kind == "MessageSent"
        else:
            draw(picture, record)
    return picture.text()


def _concerns(record: Record, between: tuple[str, str] | None) -> bool:
    if record.kind in ("LinkCut", "LinkHealed"):
        return between is None or {place.partition("/")[0] for place in record.body} <= set(between)
    if record.kind in ("ActorCrashed", "ActorRestarted"):
        return between is None or record.actor in between
    return record.actor != record.subject and (between is None or {record.actor, record.subject} == set(between))


def _message(picture: _Picture, record: Record) -> None:
    arrives, _, _, body = record.body
    # A message that a cut link holds back has no time of arrival.
    arrow = "-x" if arrives < 0 else "->>"
    text = f"{format_duration(record.time_ns)} {label(body)}"
    picture.lines.append(f"    {picture.actor(record.actor)}{arrow}{picture.actor(record.subject)}: {text}")
    picture.shown += 1


def _lost(picture: _Picture, record: Record) -> None:
    short = picture.actor(record.subject)
    picture.lines.append(f"    {short}-x{picture.actor(record.actor)}: {format_duration(record.time_ns)} lost")


def _life(picture: _Picture, record: Record) -> None:
    what = "crashes" if record.kind == "ActorCrashed" else "starts again"
    picture.lines.append(f"    Note over {picture.actor(record.actor)}: {format_duration(record.time_ns)} {what}")


def _link(picture: _Picture, record: Record) -> None:
    start, end = record.body
    what = "cut" if record.kind == "LinkCut" else "whole again"
    over = f"{picture.actor(start)},{picture.actor(end)}"
    picture.lines.append(f"    Note over {over}: {format_duration(record.time_ns)} {start} to {end} {what}")


_DRAWN: dict[str, Callable[[_Picture, Record], None]] = {
    "MessageSent": _message,
    "MessageLost": _lost,
    "ActorCrashed": _life,
    "ActorRestarted": _life,
    "LinkCut": _link,
    "LinkHealed": _link,
}


def label(body: Any) -> str:
    """A message in a few words, free of what Mermaid takes for its own signs."""
    describe = _LABELS.get(type(body))
    text = type(body).__name__ if describe is None else describe(body)
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return text.replace(";", ",").replace("#", "").replace(":", " ")


def _response(body: KdsResponse) -> str:
    names = [core.name for core in body.added]
    what = "all" if body.initial else "changes"
    said = f"{body.type} {body.nonce} {what} +{len(names)} -{len(body.removed)}"
    return said if body.initial or not names else f"{said} {' '.join(names)}"


_LABELS: dict[type, Callable[[Any], str]] = {
    KdsConnect: lambda body: f"connect {body.zone}",
    KdsResponse: _response,
    KdsAck: lambda body: f"ACK {body.type} {body.nonce}",
    KdsNack: lambda body: f"NACK {body.type} {body.nonce} {body.reason}",
    KdsClosed: lambda body: f"closed {body.reason}",
}
