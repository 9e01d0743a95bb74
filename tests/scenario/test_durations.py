"""Durations: Go's, exactly, there and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumasim.scenario.durations import LONGEST_NS, format_duration, parse_duration

S = 1_000_000_000


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("0", 0), ("0s", 0), ("1ns", 1), ("1us", 1000), ("1µs", 1000), ("1μs", 1000), ("250ms", 250_000_000), ("1s", S),
        ("1m30s", 90 * S), ("1.5h", 5400 * S), ("1h1m1s", 3661 * S), (".5s", S // 2), ("1.s", S), ("-2m", -120 * S),
        ("+5s", 5 * S), ("0.1ns", 0), ("0.3s", 300_000_000), ("1s500ms", 1_500_000_000), ("100h", 360_000 * S),
        ("9223372036.854775807s", LONGEST_NS),
    ],
)  # fmt: skip
def test_a_duration_is_read_as_go_reads_it(text: str, ns: int) -> None:
    assert parse_duration(text) == ns


@pytest.mark.parametrize(
    "text", ["", "5", "s", "1 s", "1d", "1m 30s", "5 minutes", ".s", "1e3s", "--1s", "1S", "٣s", "9223372037s"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|longer"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0s"), (1, "1ns"), (1100, "1.1µs"), (1_500_000, "1.5ms"), (S, "1s"), (90 * S, "1m30s"), (3600 * S, "1h0m0s"),
        (3_661_500_000_000, "1h1m1.5s"), (-2 * S, "-2s"), (S + 1, "1.000000001s"), (60 * S, "1m0s"),
    ],
)  # fmt: skip
def test_a_duration_is_printed_as_go_prints_it(ns: int, text: str) -> None:
    assert format_duration(ns) == text


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.integers(-LONGEST_NS, LONGEST_NS))
def test_printing_and_reading_lose_nothing(ns: int) -> None:
    assert parse_duration(format_duration(ns)) == ns
