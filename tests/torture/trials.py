"""What the torture suite does, as functions that count: how many trials there were and how many failed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import attrs

HERE = Path(__file__).parent
for folder in ("worlds", "journal"):
    sys.path.insert(0, str(HERE.parent / folder))

from random_worlds import played, story  # noqa: E402

import kumasim as ks  # noqa: E402
from kumasim.domain.vocabulary import VOCABULARY  # noqa: E402
from kumasim.journal import JournalError, JournalWriter, Record, first_difference, read, read_bytes  # noqa: E402
from kumasim.projections.fold import WorldState  # noqa: E402
from kumasim.projections.frames import framed, unframed  # noqa: E402
from kumasim.replay.verify import verify  # noqa: E402
from kumasim.runtime.engine import finish  # noqa: E402
from kumasim.runtime.inline import Inline  # noqa: E402


@attrs.define
class Tally:
    """How one kind of trial went."""

    name: str
    trials: int = 0
    failed: list[str] = attrs.field(factory=list)

    def count(self, fine: bool, what: object) -> None:
        """One more trial."""
        self.trials += 1
        if not fine:
            self.failed.append(str(what))

    @property
    def line(self) -> str:
        """The row of the table."""
        return f"{self.name:<58}{self.trials:>9}{len(self.failed):>8}"


def digests_agree(worlds: int, batch: int = 50) -> Tally:
    """Random worlds, both runtimes, each batch in processes with random hash seeds: equal digests."""
    tally = Tally("worlds x 2 runtimes x random hash seeds, equal digests")
    for begin in range(0, worlds, batch):
        end = min(begin + batch, worlds)
        inline, trio = (_digests(runtime, begin, end) for runtime in ("inline", "trio"))
        for number in range(begin, end):
            tally.count(inline[number] == trio[number], f"world {number}")
    return tally


def _digests(runtime: str, begin: int, end: int) -> dict[int, str]:
    environment = {**os.environ, "PYTHONHASHSEED": str(random.Random(f"{runtime}{begin}").randrange(2**32))}
    told = subprocess.run(
        [sys.executable, HERE / "torture_one_world.py", runtime, str(begin), str(end)],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    return {int(number): digest for number, digest in (line.split() for line in told.stdout.splitlines())}


def kills(count: int) -> Tally:
    """A recorder killed with SIGKILL at random moments leaves a beginning that reads, and is right."""
    tally = Tally("SIGKILLs at random moments, the rest reads and is right")
    right = list(ks.World(zones=["zone-1", "zone-2"]).run.journal.records)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "killed.journal"
        for number in range(count):
            _kill(path, random.Random(number).random() / 4)
            found = read(path)
            shared = min(len(right), len(found))
            same = first_difference(list(found.records[:shared]), right[:shared]) is None
            tally.count(same and not found.complete and len(found) % 1024 == 0, f"kill {number}: {found.damage}")
    return tally


def _kill(path: Path, after_s: float) -> None:
    recorder = HERE.parent / "journal" / "journal_recorder.py"
    with subprocess.Popen([sys.executable, recorder, path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after_s)
        process.kill()


def small_journal(number: int, length: int = 60) -> bytes:
    """The beginning of a random world as a journal of three chunks."""
    sink = BytesIO()
    writer = JournalWriter(sink)
    for record in played(story(number, length=2)).records[:length]:
        writer.append(record)
        if record.position % 20 == 19:
            writer.flush()
    writer.close()
    return sink.getvalue()


def damages(data: bytes, every_bit: int = 1) -> Tally:
    """Every cut, and every n-th bit flipped: what is returned is a beginning of what was written, or an error."""
    tally = Tally("cuts and bit flips, nothing but a true beginning is returned")
    whole = list(read_bytes(data).records)
    for what, damaged in _damaged(data, every_bit):
        try:
            found = read_bytes(damaged)
        except JournalError:
            tally.count(True, what)
            continue
        items = list(found.records)
        tally.count(not found.complete and first_difference(items, whole[: len(items)]) is None, what)
    return tally


def _damaged(data: bytes, every_bit: int) -> Iterator[tuple[str, bytes]]:
    for size in range(0, len(data), every_bit):
        yield f"cut at {size}", data[:size]
    for bit in range(0, len(data) * 8, every_bit):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        yield f"bit {bit}", bytes(flipped)


def keyframes_hold(worlds: Iterable[int], every: int = 256) -> Tally:
    """The fold equals the live state, and a keyframe equals the fold, at every keyframe."""
    tally = Tally("fold == live state, keyframe == fold, at every keyframe")
    for number in worlds:
        state = WorldState()

        def look(engine: Any, records: list[Record], state: WorldState = state, number: int = number) -> None:
            state.take_all(records[state.position :])
            live = {name: actor.state for name, actor in engine.actors.items()}
            tally.count(_same(live, state.states), f"world {number} at {state.position}")

        told = played(story(number), look)
        again = WorldState()
        for begin in range(0, len(told.records), every):
            again.take_all(told.records[begin : begin + every])
            frame = framed(again)
            tally.count(_equal(framed(unframed(frame)), frame), f"world {number}, keyframe at {again.position}")
    return tally


def _same(live: dict[str, Any], folded: dict[str, Any]) -> bool:
    return sorted(live) == sorted(folded) and all(_alike(live[name], folded[name]) for name in live)


def _alike(one: Any, other: Any) -> bool:
    """Whether two states hold the same; behaviour, which each is born with, is left out."""
    names = [field.name for field in attrs.fields(type(one)) if field.name != "reconcilers"]
    return all(
        _stored(getattr(one, name)) == _stored(getattr(other, name)) for name in names if not _fixed(getattr(one, name))
    )


def _stored(part: Any) -> Any:
    everything = getattr(part, "everything", None)
    return everything() if everything is not None else part


def _fixed(part: Any) -> bool:
    return (
        attrs.has(type(part))
        and VOCABULARY.get(type(part).__name__) is not type(part)
        and not hasattr(part, "everything")
    )


def _equal(one: Any, other: Any) -> bool:
    records = [[Record(0, 0, 0, "", -1, "WorldFrame", "", frame)] for frame in (one, other)]
    return first_difference(*records) is None


def kinds_go_round(worlds: Iterable[int]) -> Tally:
    """Every kind of record that random worlds bring about is read back as it was written."""
    tally = Tally("round trip of every record kind that came up")
    seen: dict[str, Record] = {}
    for number in worlds:
        for record in played(story(number)).records:
            seen.setdefault(record.kind if record.kind != "InputGiven" else type(record.body).__name__, record)
    for kind in sorted(seen):
        item = seen[kind]._replace(position=0, cause=-1)
        sink = BytesIO()
        writer = JournalWriter(sink)
        writer.append(item)
        writer.close()
        tally.count(first_difference(read_bytes(sink.getvalue()).records, [item]) is None, kind)
    return tally


def doctored(worlds: Iterable[int], each: int = 5) -> Tally:
    """A journal in which one record was changed diverges on replay at that position, and nowhere before."""
    tally = Tally("doctored journals diverge at the known position")
    for number in worlds:
        records = played(story(number, length=6)).records
        dice = random.Random(number)
        for _ in range(each):
            position = dice.randrange(1, len(records))
            forged = [*records]
            forged[position] = records[position]._replace(subject="forged")
            verdict = finish(verify(forged, Inline()))
            tally.count(verdict.records == position and not verdict.identical, f"world {number}, record {position}")
    return tally


def replays(worlds: Iterable[int]) -> Tally:
    """A random world's journal replays to the same records, with the guards on."""
    tally = Tally("random worlds replay to the same records, guarded")
    for number in worlds:
        verdict = finish(verify(played(story(number)).records, Inline()))
        tally.count(verdict.identical, f"world {number}: {verdict.difference or verdict.escape}")
    return tally


def suite(share: float) -> list[Callable[[], Tally]]:
    """All trials: 1 is the whole torture, less of it a short form."""

    def many(count: int, least: int = 1) -> int:
        return max(int(count * share), least)

    return [
        lambda: digests_agree(many(1000)),
        lambda: kills(many(1000)),
        lambda: damages(small_journal(7), max(int(1 / share), 1)),
        lambda: keyframes_hold(range(many(200))),
        lambda: kinds_go_round(range(many(100, 2))),
        lambda: doctored(range(many(100))),
        lambda: replays(range(many(300))),
    ]


def table(tallies: Iterable[Tally]) -> str:
    """How many of each were run and how many failed."""
    return "\n".join([f"{'':<58}{'trials':>9}{'failed':>8}", *(tally.line for tally in tallies)])


__all__ = ["Tally", "suite", "table"]
