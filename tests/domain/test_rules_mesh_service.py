"""Every rule of section C of the rulebook is carried out somewhere, or left out with a reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kumasim.domain.reconcilers.mesh_service.left_out import LEFT_OUT

DOMAIN = Path(__file__).parents[2] / "kumasim" / "domain"
RULES = [f"C-{number}" for number in range(1, 51)]
CITED = re.compile(r"\bC-(\d+)(?: to C-(\d+))?")


def cited() -> set[str]:
    found: set[str] = set()
    for path in DOMAIN.rglob("*.py"):
        if path.name != "left_out.py":
            for first, last in CITED.findall(path.read_text()):
                found.update(f"C-{number}" for number in range(int(first), int(last or first) + 1))
    return found


EVERYWHERE = cited()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_cited_or_left_out_with_a_reason(rule: str) -> None:
    assert rule in EVERYWHERE or LEFT_OUT.get(rule)


def test_nothing_is_left_out_that_there_is_no_rule_for() -> None:
    assert set(LEFT_OUT) <= set(RULES)
