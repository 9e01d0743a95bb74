"""Scalars mean what they mean to kubectl. Every row of these tables was compared with kubectl 1.32."""

from typing import Any

import pytest

from kumasim.scenario.scalars import Unfitting, key_text, plain, tagged

PLAIN: list[tuple[str, Any]] = [
    *[(word, True) for word in ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"]],
    *[(word, False) for word in ["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"]],
    *[(word, None) for word in ("", "~", "null", "Null", "NULL")],
    *[(word, word) for word in ("tRue", "yEs", "nULL", "nan", "infinity", "None", "a", "=", "<<", "v1", "+.inf_")],
    ("0", 0), ("00", 0), ("-0", 0), ("12", 12), ("+12", 12), ("-3", -3), ("1_000", 1000), ("1__0", 10), ("1_", 1),
    ("0644", 420), ("0o644", 420), ("0O7", 7), ("+0o7", 7), ("-0644", -420), ("0_7", 7), ("089", 89), ("0o8", "0o8"),
    ("0x1F", 31), ("0X1f", 31), ("+0x1F", 31), ("0x_1F", 31), ("0x", "0x"), ("0x1p4", "0x1p4"),
    ("0b11", 3), ("0B1", 1), ("-0b11", -3), ("0b2", "0b2"), ("_1", "_1"), ("-_1", -1), ("12abc", "12abc"),
    ("1:30", "1:30"), ("190:20:30", "190:20:30"), ("1.5.5", "1.5.5"),
    ("2024-01-01", "2024-01-01"), ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
    ("1e3", 1000), ("1E3", 1000), ("1e+3", 1000), ("1.e3", 1000), (".5e1", 5), ("1.0", 1), ("0.0", 0), ("5.", 5),
    ("1e", "1e"), (".e3", ".e3"), ("1e5_0", 1e50), ("1e-400", 0), ("1e400", "1e400"), ("1e15", 10**15),
    (".5", 0.5), ("-.5", -0.5), ("+.5", 0.5), (".5_0", 0.5), ("1_0.5", 10.5), ("5e-7", 5e-7), ("100000000.5", 100000000.5),
    ("9007199254740993.0", 9007199254740992), ("1e21", 1e21), ("1e20", 1e20),
    ("9223372036854775807", 2**63 - 1), ("9223372036854775808", 9223372036854775808.0),
    ("-9223372036854775808", -(2**63)), ("-9223372036854775809", -9223372036854775808.0),
    ("18446744073709551616", 18446744073709551616.0), ("0777777777777777777777777", 7.777777777777778e23),
    ("0xFFFFFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFFFFFF"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), PLAIN)
def test_a_plain_scalar_means_what_it_means_to_kubectl(text: str, value: Any) -> None:
    read = plain(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("str", "123", "123"),
        ("str", "true", "true"),
        ("int", "3", 3),
        ("float", "3.5", 3.5),
        ("float", "3", 3),
        ("bool", "yes", True),
        ("null", "", None),
        ("binary", "aGVsbG8=", "hello"),
        ("timestamp", "2024-01-01", "2024-01-01"),
        ("!foo", "12", "12"),
    ],
)
def test_a_tag_says_what_a_scalar_is(tag: str, text: str, value: Any) -> None:
    assert tagged(tag, text) == value


@pytest.mark.parametrize(
    ("tag", "text"),
    [("int", "abc"), ("int", "3.5"), ("bool", "maybe"), ("float", "true"), ("null", "x"), ("binary", "/w==")],
)
def test_a_scalar_that_does_not_fit_its_tag_is_refused(tag: str, text: str) -> None:
    with pytest.raises(Unfitting):
        tagged(tag, text)


@pytest.mark.parametrize(
    ("value", "key"),
    [("a", "a"), (True, "true"), (False, "false"), (16, "16"), (1.5, "1.5"), (1e30, "1e+30"), (None, None), ([], None)],
)
def test_keys_become_strings_as_in_json(value: Any, key: str | None) -> None:
    assert key_text(value) == key
