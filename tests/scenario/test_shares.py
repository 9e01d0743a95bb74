"""Shares: exact fractions."""

from fractions import Fraction

import pytest

from kumasim.scenario.shares import format_share, parse_share


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("50%", Fraction(1, 2)),
        ("37.5%", Fraction(3, 8)),
        ("1/3", Fraction(1, 3)),
        ("100%", Fraction(1)),
        ("0.1%", Fraction(1, 1000)),
    ],
)
def test_a_share_is_read_exactly(text: str, share: Fraction) -> None:
    assert parse_share(text) == share


@pytest.mark.parametrize("text", ["", "50", "0.5", "0%", "101%", "3/2", "1/0", "-5%", "a third", "50 %", "1 / 3"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"share|between"):
        parse_share(text)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(1, 2), "50%"),
        (Fraction(3, 8), "37.5%"),
        (Fraction(1, 3), "1/3"),
        (Fraction(1), "100%"),
        (Fraction(1, 16), "6.25%"),
    ],
)
def test_a_share_is_printed_as_people_write_it(share: Fraction, text: str) -> None:
    assert format_share(share) == text
    assert parse_share(text) == share
