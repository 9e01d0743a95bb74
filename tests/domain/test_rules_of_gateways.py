"""Every rule about gateways is cited in the code, or listed as left out with the reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kumasim.domain.left_out import LEFT_OUT

PACKAGE = Path(__file__).parents[2] / "kumasim"
RULEBOOK = Path(__file__).parents[3] / "shared" / "rules" / "gateway_mesh.md"
LAST = {"A": 53, "B": 48, "D": 59, "E": 22, "F": 14, "G": 21, "H": 39}
WITH_LETTERS = [f"D-32{letter}" for letter in "abcdefg"] + [f"D-42{letter}" for letter in "abc"] + ["D-49b"]
NUMBERS = [f"{section}-{n}" for section, last in LAST.items() for n in range(1, last + 1)] + WITH_LETTERS
LONGEST_RANGE = 9
"""A range of more rules says too little of where each of them is."""


def order(number: str) -> tuple[str, int, str]:
    section, digits, letter = re.fullmatch(r"([A-H])-(\d+)([a-z]?)", number).groups()
    return section, int(digits), letter


def cited() -> set[str]:
    found: set[str] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name != "left_out.py":
            text = path.read_text(encoding="utf-8")
            found.update(re.findall(r"\b[A-H]-\d+[a-z]?\b", text))
            for first, last in re.findall(r"\b([A-H]-\d+[a-z]?) to ([A-H]-\d+[a-z]?)\b", text):
                inside = [number for number in NUMBERS if order(first) <= order(number) <= order(last)]
                found.update(inside if len(inside) <= LONGEST_RANGE else ())
    return found


def test_every_rule_is_cited_or_left_out_with_a_reason():
    known = cited()
    assert [number for number in NUMBERS if number not in known and number not in LEFT_OUT] == []


def test_nothing_is_both_carried_out_and_left_out():
    assert sorted(cited() & set(LEFT_OUT)) == []
    assert all(LEFT_OUT.values())


@pytest.mark.skipif(not RULEBOOK.is_file(), reason="the rulebook is not beside the checkout")
def test_the_numbers_are_those_of_the_rulebook():
    declared = re.findall(r"^- ([ABDEFGH]-\d+[a-z]?)\.", RULEBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(NUMBERS) == sorted(declared)
