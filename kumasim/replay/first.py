"""The first record in which two journals differ, found without reading what they share.

Each chunk of a journal carries the hash of everything up to its end, so two journals that have the same hash there are
the same up to there: bisection over the chunks finds the first that differs, and only its records are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Protocol

from kumasim.journal import Comparison, Difference, Record
from kumasim.projections.keyframes import since


class Chained(Protocol):
    """A journal: in memory, in a file, or both."""

    @property
    def records(self) -> Sequence[Record]:
        """All records."""

    def chain(self) -> Sequence[tuple[int, bytes]]:
        """For each chunk the position after its last record, and the chained digest there."""


def common_beginning(a: Chained, b: Chained) -> int:
    """How many records two journals share at least, by the hashes of their chunks."""
    chain_a, chain_b = a.chain(), b.chain()
    low, high = 0, min(len(chain_a), len(chain_b))
    while low < high:
        middle = (low + high) // 2
        if chain_a[middle] == chain_b[middle]:
            low = middle + 1
        else:
            high = middle
    return chain_a[low - 1][0] if low else 0


def first_differing(a: Chained, b: Chained) -> Difference | None:
    """The first difference between two journals, None when they are the same.

    Raises:
        JournalProblem: a chunk cannot be read.
    """
    begin = common_beginning(a, b)
    comparison = Comparison(begin)
    for one, other in zip_longest(since(a.records, begin), since(b.records, begin)):
        found = comparison.take(one, other)
        if found is not None:
            return found
    return None
