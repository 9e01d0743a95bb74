"""Every rule of the Gateway API rulebook is cited where it is carried out, or listed with the reason why it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kumasim.domain.gateway_api_rules as listed

DOMAIN = Path(listed.__file__).parent
PACKAGE = DOMAIN.parent
RULES = range(1, 217)
WIDEST = 8
"""A range such as "GW-32 to GW-36" counts as a citation of each; wider ones are headings."""


def _cited() -> set[int]:
    found: set[int] = set()
    for file in sorted(PACKAGE.rglob("*.py")):
        if file == Path(listed.__file__):
            continue
        text = file.read_text()
        found |= {int(number) for number in re.findall(r"GW-(\d+)", text)}
        for first, last in re.findall(r"GW-(\d+) to GW-(\d+)", text):
            if int(last) - int(first) <= WIDEST:
                found |= set(range(int(first), int(last) + 1))
    return found


def test_every_rule_is_cited_or_listed() -> None:
    known = _cited() | set(listed.LEFT_OUT) | set(listed.CARRIED_OUT)

    assert sorted(set(RULES) - known) == []


def test_a_rule_is_left_out_or_carried_out_but_not_both() -> None:
    assert set(listed.LEFT_OUT) & set(listed.CARRIED_OUT) == set()
    assert set(listed.LEFT_OUT) | set(listed.CARRIED_OUT) <= set(RULES)


@pytest.mark.parametrize("module", sorted(set(listed.CARRIED_OUT.values())))
def test_modules_that_are_named_exist(module: str) -> None:
    assert (DOMAIN / module).is_file()
