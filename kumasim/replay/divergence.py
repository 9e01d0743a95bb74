"""What can be known of a replay's first divergence: the actor's state around it, who wrote the differing field last,
and what kind of cause it most likely has."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import attrs

from kumasim.journal.compare import Difference
from kumasim.journal.record import Record
from kumasim.projections.keyframes import Keyframes, since
from kumasim.projections.records import record_tree
from kumasim.scenario.durations import format_duration

NEAR = 500
"""How far ahead the journal is searched for a record that came too early."""
LONGEST = 300


@attrs.frozen
class StateChange:
    """A part of the actor's state that the record touches.

    Args:
        field: its name.
        before: what it was.
        recorded, replayed: what it becomes by the one record and by the other, as text.
    """

    field: str
    before: str
    recorded: str
    replayed: str


@attrs.frozen
class Divergence:
    """What is known of a divergence.

    Args:
        actor: whose record differs.
        state: the parts of its state that the record touches.
        last_writer: the record that gave the differing field its value before; None if there is none.
        likely: the likely class of cause: "code change", "iteration order", "clock", "randomness" or "doctored journal".
        reason: why that is likely, in one sentence.
    """

    actor: str
    state: tuple[StateChange, ...]
    last_writer: Record | None
    likely: str
    reason: str


def examined(recorded: Sequence[Record], found: Difference, epoch: int | None = None) -> Divergence:
    """Look at a divergence.

    Args:
        recorded: the journal.
        found: the difference.
        epoch: the journal's semantics epoch, if it is not the present one.
    """
    record = found.a or found.b
    assert record is not None
    likely, reason = _likely(recorded, found, epoch)
    return Divergence(record.actor, _touched(recorded, found), _last_writer(recorded, found), likely, reason)


# --------------------------------------------------------------------------- state


def _touched(recorded: Sequence[Record], found: Difference) -> tuple[StateChange, ...]:
    """The fields of the actor's state that either record changes."""
    record = found.a or found.b
    assert record is not None
    world = Keyframes(recorded).at(min(found.position, len(recorded)))
    before = world.states.get(record.actor)
    if before is None or not attrs.has(type(before)):
        return ()
    after = [_after(world.copy(), one, before) for one in (found.a, found.b)]
    names = [field.name for field in attrs.fields(type(before))]
    changed = [name for name in names if any(getattr(one, name) is not getattr(before, name) for one in after)]
    return tuple(
        StateChange(name.lstrip("_"), *(_show(getattr(one, name)) for one in (before, *after))) for name in changed
    )


def _after(world: Any, record: Record | None, before: Any) -> Any:
    if record is None:
        return before
    try:
        world.take(record)
    except Exception:
        # A doctored record need not make sense to a fold; the state before is all there is to show then.
        return before
    return world.states.get(record.actor, before) if type(world.states.get(record.actor)) is type(before) else before


# --------------------------------------------------------------------------- last writer


def _last_writer(recorded: Sequence[Record], found: Difference) -> Record | None:
    """The last record before the difference in which the differing field stood, for the same actor and subject."""
    record = found.a or found.b
    assert record is not None
    path = [step for step in found.path.replace("[", ".").replace("]", "").replace("'", "").split(".") if step]
    if path[:1] != ["body"]:
        return None
    for position in range(min(found.position, len(recorded)) - 1, -1, -1):
        one = recorded[position]
        if one.actor == record.actor and one.subject == record.subject and one.kind == record.kind:
            return one if _has(record_tree(one), path) else None
    return None


def _has(tree: Any, path: list[str]) -> bool:
    for step in path:
        if isinstance(tree, dict):
            # The frame of a resource is typed in a record and flat in its tree.
            tree = tree.get({"meta": "metadata"}.get(step, step), tree if step in ("body", "resource") else None)
        elif isinstance(tree, list | tuple) and step.isdigit() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return tree is not None
    return tree is not None


# --------------------------------------------------------------------------- cause


def _likely(recorded: Sequence[Record], found: Difference, epoch: int | None) -> tuple[str, str]:
    if epoch is not None:
        return "code change", f"the journal is of semantics epoch {epoch}, and this version plays by other rules"
    if "in another order" in found.words:
        return "iteration order", "both sides hold the same entries, in another order"
    a, b = found.a, found.b
    if a is None or b is None:
        return "code change", "one side says more than the other: a rule was added or left out, or the journal is cut"
    if _same_but_moved(recorded, b, found.position):
        return "iteration order", "the replayed record is in the journal too, somewhat later"
    if a.time_ns != b.time_ns:
        return (
            "randomness",
            "the same thing happens at another time: a delay was drawn differently, or a clock was read",
        )
    if found.path.endswith(("_ns", "at_ns")):
        return "clock", f"the records differ in a time ({found.path})"
    if (a.actor, a.kind, a.subject) != (b.actor, b.kind, b.subject):
        return "code change", f"a rule decided otherwise: {a.kind} {a.subject} was recorded, {b.kind} {b.subject} came"
    return "code change", f"a rule gives another value for {found.path}; or the journal was changed by hand"


def _same_but_moved(recorded: Sequence[Record], wanted: Record, position: int) -> bool:
    def content(record: Record) -> Any:
        return record.time_ns, record.actor, record.kind, record.subject

    later = islice(since(recorded, position + 1), NEAR)
    return any(content(one) == content(wanted) and one.body == wanted.body for one in later)


def told(divergence: Divergence) -> list[str]:
    """A divergence in lines, for people."""
    lines = [f"likely cause: {divergence.likely}: {divergence.reason}"]
    for change in divergence.state:
        lines += [f"state of {divergence.actor}, {change.field}:", f"  before:   {change.before}"]
        lines += [f"  recorded: {change.recorded}", f"  replayed: {change.replayed}"]
    if divergence.last_writer is not None:
        one = divergence.last_writer
        lines.append(
            f"last written by record {one.position} at {format_duration(one.time_ns)}: {one.kind} {one.subject}"
        )
    return lines


def _show(found: Any) -> str:
    text = repr(found)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
