"""Distributions of outcomes: exact, order free, added up where nobody asks for the difference."""

from fractions import Fraction
from typing import Any

import pytest

from kumasim.scenario.model import ExpectedOutcome, Tree
from kumasim.scenario.outcomes import match_outcomes, match_response
from kumasim.scenario.shares import parse_share
from kumasim.scenario.yaml_reader import read_documents


def expected(text: str) -> list[ExpectedOutcome]:
    document = read_documents(text, "x.yaml")[0][0]
    made = []
    for index, item in enumerate(document.value):
        rest = {name: value for name, value in item.items() if name != "share"}
        made.append(ExpectedOutcome(parse_share(item["share"]), Tree(rest, document, (index,))))
    return made


def actual(*outcomes: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"share": Fraction(share), **outcome} for share, outcome in outcomes]


HALF_EACH = actual(
    ("1/2", {"status": 500}),
    ("1/4", {"status": 200, "zone": "z1", "pod": "a"}),
    ("1/4", {"status": 200, "zone": "z1", "pod": "b"}),
)


@pytest.mark.parametrize(
    "text",
    [
        "[{share: 50%, status: 500}, {share: 50%, status: 200}]",
        "[{share: 50%, status: 200, zone: z1}, {share: 50%, status: 500, zone: null}]",
        "[{share: 25%, pod: a}, {share: 25%, pod: b}, {share: 1/2, status: 500}]",
        "[{share: 25%, status: 200}, {share: 25%, status: 200}, {share: 50%, status: 500}]",
        "[{share: 100%}]",
        "[{share: 25%, status: 200}, {share: 25%, status: 200, pod: b}, {share: 50%, status: 500}]",
    ],
)
def test_a_distribution_matches_exactly(text: str) -> None:
    assert match_outcomes(expected(text), HALF_EACH) == []


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "[{share: 60%, status: 500}, {share: 40%, status: 200}]",
            [
                "share: {status: 500} is expected for 60% of requests, 50% end so",
                "share: {status: 200} is expected for 40% of requests, 50% end so",
            ],
        ),
        (
            "[{share: 50%, status: 503}, {share: 50%, status: 200}]",
            [
                "50% of requests end in {status: 500}, which is not expected (status: wanted 503, is 500)",
                "share: {status: 503} is expected for 50% of requests, none end so",
            ],
        ),
        (
            "[{share: 50%, status: 500}, {share: 50%, status: 200, pod: a}]",
            [
                '25% of requests end in {status: 200, pod: "b"}, which is not expected (pod: wanted "a", is "b")',
                'share: {status: 200, pod: "a"} is expected for 50% of requests, 25% end so',
            ],
        ),
    ],
)
def test_a_difference_is_told(text: str, messages: list[str]) -> None:
    assert [str(found) for found in match_outcomes(expected(text), HALF_EACH)] == messages


def test_shares_are_exact_and_not_nearly_right() -> None:
    thirds = actual(("1/3", {"status": 200}), ("2/3", {"status": 500}))
    assert match_outcomes(expected("[{share: 1/3, status: 200}, {share: 2/3, status: 500}]"), thirds) == []
    assert match_outcomes(expected("[{share: 33.3%, status: 200}, {share: 66.7%, status: 500}]"), thirds) != []


def test_an_ambiguous_outcome_goes_where_the_shares_come_out_right() -> None:
    both = actual(("1/4", {"status": 200, "zone": "z1"}), ("3/4", {"status": 200, "zone": "z2"}))
    assert match_outcomes(expected("[{share: 25%, status: 200, zone: z1}, {share: 75%, status: 200}]"), both) == []
    assert match_outcomes(expected("[{share: 75%, status: 200, zone: z1}, {share: 25%, status: 200}]"), both) != []


def response(text: str) -> Tree:
    document = read_documents(text, "x.yaml")[0][0]
    return Tree(document.value, document)


def test_a_response_holds_if_every_outcome_matches() -> None:
    assert match_response(response("{zone: z1, pod: a}"), HALF_EACH[1:2]) == []
    found = match_response(response("{status: 200}"), HALF_EACH)
    assert [(str(item), str(item.origin)) for item in found] == [
        ("status: wanted 200, is 500 (in 50% of requests)", "x.yaml:1:10")
    ]
    assert [str(item) for item in match_response(response("{status: 200}"), [])] == ["the request has no outcome"]
