"""What two runs have different: the first record, and then what it comes to at their ends."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from kumasim.journal import Difference
from kumasim.projections.keyframes import Keyframes
from kumasim.projections.meaning import Change, answered, changes, objects, served, synced
from kumasim.replay.first import Chained, first_differing


@attrs.frozen
class Diff:
    """The differences of two runs; false if there are none.

    Args:
        first: the first record that differs, None if the journals are the same.
        objects: what exists in one of them only, and fields other than the status.
        statuses: fields of statuses.
        synced: what came to a store from another, in one of them only.
        proxies: what proxies have received.
        requests: how requests ended.
    """

    first: Difference | None = None
    objects: tuple[Change, ...] = ()
    statuses: tuple[Change, ...] = ()
    synced: tuple[Change, ...] = ()
    proxies: tuple[Change, ...] = ()
    requests: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return self.first is not None

    @property
    def changes(self) -> tuple[Change, ...]:
        """All differences of meaning."""
        return tuple(change for _, found in self.sections() for change in found)

    def sections(self) -> Iterator[tuple[str, tuple[Change, ...]]]:
        """The differences of meaning, with their headings."""
        for name in ("objects", "statuses", "synced", "proxies", "requests"):
            yield name, getattr(self, name)

    def __str__(self) -> str:
        if self.first is None:
            return "no difference"
        lines = [f"first difference: {self.first.words}"]
        for name, found in self.sections():
            if found:
                lines += [f"{name}:", *(f"  {change.words}" for change in found)]
        if not self.changes:
            lines.append("no difference of meaning at the end")
        return "\n".join(lines)


def diff(a: Chained, b: Chained, frames_a: Keyframes | None = None, frames_b: Keyframes | None = None) -> Diff:
    """Compare two journals.

    Args:
        a, b: the journals.
        frames_a, frames_b: their keyframes, where there are some.

    Raises:
        JournalProblem: one of them cannot be read.
    """
    first = first_differing(a, b)
    if first is None:
        return Diff()
    end_a = (frames_a or Keyframes(a.records)).at(len(a.records))
    end_b = (frames_b or Keyframes(b.records)).at(len(b.records))
    trees_a, trees_b = objects(end_a), objects(end_b)
    found = list(changes(trees_a, trees_b))
    return Diff(
        first,
        objects=tuple(change for change in found if not _of_status(change)),
        statuses=tuple(change for change in found if _of_status(change)),
        synced=tuple(changes(synced(trees_a), synced(trees_b))),
        proxies=tuple(changes(served(end_a), served(end_b))),
        requests=tuple(changes(answered(a.records), answered(b.records))),
    )


def _of_status(change: Change) -> bool:
    return change.path == "status" or change.path.startswith("status.")
