"""Keyframes of a journal file, in a file beside it: any position of ten million records within a moment.

A journal holds what happened and nothing else: keyframes in it would make recording slower for those who never look
back, and would be part of the digest although they tell nothing new. So they are kept apart, in `NAME.keyframes`,
made when a long journal is first sought in, and made again when they do not belong to the journal any more (its digest,
its length or the rules have changed) or cannot be read. The file is a journal itself, one record a keyframe, each in a
chunk of its own: checked by CRC, resources written once by content, and a keyframe is read without the others.

Keyframes stand at fixed distances, farther apart where the world is large: then reading one costs as much as folding
from one to the next does, and all of them together stay smaller than the journal.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from kumasim.domain.vocabulary import value
from kumasim.journal import JournalError, JournalFile, JournalWriter, Record, read
from kumasim.projections.fold import WorldState
from kumasim.projections.frames import framed, unframed
from kumasim.runtime.collector import few_collections
from kumasim.runtime.world import EPOCH

APART = 2_048
"""Records from one keyframe to the next in a small world."""
SMALL = 400_000
"""Bytes a keyframe may have to count as small; if one has twice as many, the next is twice as far away."""
WORTH = 50_000
"""Records from which on a journal is worth keyframes of its own; shorter ones are folded in a moment."""


@value
class KeyframesBegun:
    """What journal the keyframes belong to, and which rules made them."""

    digest: str
    size: int
    epoch: int


@value
class KeyframesEnded:
    """The index: the positions at which keyframes stand."""

    positions: tuple[int, ...]


class FileShelf:
    """The keyframes in a file. Made by `shelf_of`."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file
        self._positions: tuple[int, ...] = file.at(len(file) - 1).body.positions

    def nearest(self, position: int) -> WorldState | None:
        """The latest keyframe at or before a position, None before the first."""
        place = bisect_right(self._positions, position)
        return unframed(self._file.at(place).body) if place else None


def shelf_of(file: JournalFile, begin: Callable[[], None] = lambda: None) -> FileShelf | None:
    """The keyframes of a journal file, made now if there are none that fit; None for a short journal, a damaged one,
    and where no file can be written.

    Args:
        file: the journal.
        begin: called before they are made, which takes a while.
    """
    if len(file) < WORTH or not file.complete:
        return None
    path = Path(file.path + ".keyframes")
    found = _fitting(path, file)
    if found is None:
        begin()
        try:
            build(file, path)
        except OSError:
            return None
        found = _fitting(path, file)
    return found


def build(file: JournalFile, path: Path) -> None:
    """Write the keyframes of a journal to a file, which is replaced at the end, in one go.

    Raises:
        OSError: it cannot be written.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as sink, few_collections():
            _write(file, sink)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _write(file: JournalFile, sink: BinaryIO) -> None:
    writer = JournalWriter(sink)
    begun = KeyframesBegun(file.digest, len(file), EPOCH)
    writer.append(Record(0, 0, 0, "", -1, "KeyframesBegun", "", begun))
    writer.flush()
    state, records, positions = WorldState(), file.since(0), []
    size = 0
    while state.position < len(file):
        state.take_all(islice(records, APART * max(1, size // SMALL)))
        before = sink.tell()
        frame = framed(state)
        positions.append(state.position)
        writer.append(Record(len(writer), state.now_ns, 0, "", -1, "WorldFrame", str(state.position), frame))
        writer.flush()
        size = sink.tell() - before
    ended = KeyframesEnded(tuple(positions))
    writer.append(Record(len(writer), state.now_ns, 0, "", -1, "KeyframesEnded", "", ended))
    writer.close()


def _fitting(path: Path, file: JournalFile) -> FileShelf | None:
    """The keyframes in a file if they are this journal's."""
    if not path.is_file():
        return None
    try:
        kept = read(path, check=False)
        begun = kept.at(0).body if kept.complete and len(kept) > 1 else None
        if begun != KeyframesBegun(file.digest, len(file), EPOCH):
            return None
        return FileShelf(kept)
    except (JournalError, TypeError, ValueError):
        return None
