"""Journals of every format that was ever released keep loading."""

from __future__ import annotations

import pytest
from journal_samples import GOLDEN, golden_records

from kumasim.journal import FORMAT, first_difference, read

DIGESTS = {1: "ebf838d6a907eda36a6f89d4be74a9aaa28e2a38ba4ef0f72ba71c956d89bc5a"}


def test_every_format_has_a_golden_journal():
    assert sorted(DIGESTS) == list(range(1, FORMAT + 1))
    assert sorted(path.name for path in GOLDEN.glob("*.journal")) == [
        f"format-{number}.journal" for number in sorted(DIGESTS)
    ]


@pytest.mark.parametrize("number", sorted(DIGESTS))
@pytest.mark.parametrize("check", [True, False])
def test_a_golden_journal_reads_as_it_was_meant(number, check):
    journal = read(GOLDEN / f"format-{number}.journal", check=check)
    assert journal.complete
    assert journal.digest == DIGESTS[number]
    assert first_difference(golden_records(), journal.records) is None
