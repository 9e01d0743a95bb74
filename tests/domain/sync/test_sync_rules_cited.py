"""Every rule on KDS is named where it is carried out, or listed with the reason why it is not."""

from __future__ import annotations

import re
from pathlib import Path

import kumasim
from kumasim.domain.sync.left_out import LEFT_OUT

ROOT = Path(kumasim.__file__).parent
CITED = re.compile(r"KDS-(\d+)(?:,?\s+to\s+KDS-(\d+))?")


def cited() -> set[int]:
    found: set[int] = set()
    for file in sorted(ROOT.rglob("*.py")):
        for first, last in CITED.findall(file.read_text(encoding="utf-8")):
            found |= set(range(int(first), int(last or first) + 1))
    return found


def test_every_rule_is_cited_or_left_out_with_a_reason() -> None:
    named = cited() | set(LEFT_OUT)
    missing = [number for number in range(1, 215) if number not in named]
    assert missing == []
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())
