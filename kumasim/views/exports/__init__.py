"""A journal in the formats of other tools; the same journal gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kumasim.journal.record import Record
from kumasim.views.exports.chrome import chrome_trace
from kumasim.views.exports.shiviz import shiviz_log
from kumasim.views.sequence import sequence

Pair = tuple[str, str] | None
Export = Callable[[Iterable[Record], Pair, int], Iterator[str]]
"""Given records, the two actors that are asked for (None for all) and a limit: the lines of the export."""


def _mermaid(records: Iterable[Record], between: Pair, limit: int) -> Iterator[str]:
    yield sequence(records, between, limit)


def _chrome(records: Iterable[Record], between: Pair, limit: int) -> Iterator[str]:
    return chrome_trace(_of(records, between))


def _shiviz(records: Iterable[Record], between: Pair, limit: int) -> Iterator[str]:
    return shiviz_log(_of(records, between))


def _of(records: Iterable[Record], between: Pair) -> Iterator[Record]:
    return (record for record in records if between is None or record.actor in between)


EXPORTS: dict[str, Export] = {"chrome": _chrome, "mermaid": _mermaid, "shiviz": _shiviz}
"""The formats by name."""
