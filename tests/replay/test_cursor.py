"""Moving through a journal, by step and by match; and the tree of causes."""

from __future__ import annotations

import pytest

import kumasim as ks
from kumasim.projections.causes import chain_of_causes, consequences


@pytest.fixture(scope="module")
def run() -> ks.Run:
    world = ks.World(zones=["zone-1"])
    world["zone-1"].apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "demo"}})
    world.settle()
    return world.run


def test_forward_and_back(run: ks.Run) -> None:
    cursor = run.cursor()
    assert cursor.record is None
    assert cursor.forward().position == 0
    assert cursor.forward(10).position == 10
    assert cursor.back().position == 9
    assert cursor.back(100) is None
    assert cursor.forward(10**9).position == len(run.journal.records) - 1
    assert cursor.world.position == len(run.journal.records)
    with pytest.raises(ks.UsageError, match="no position"):
        cursor.to(10**9)


@pytest.mark.parametrize(
    "wanted",
    [
        {"kind": "ResourceUpserted"},
        {"actor": "zone-1/*", "kind": "ResourceUpserted"},
        {"actor": "user"},
        {"match": "body.resource.kind == 'Namespace' && body.resource.metadata.name == 'demo'"},
        {"match": "length(body.resource.metadata.labels) > `0`"},
    ],
)
def test_next_goes_where_previous_comes_back_from(run: ks.Run, wanted: dict[str, str]) -> None:
    cursor = run.cursor()
    there = []
    while (record := cursor.next(**wanted)) is not None:
        assert cursor.position == record.position + 1
        there.append(record.position)
    assert there
    cursor.to(len(run.journal.records))
    back = []
    while (record := cursor.previous(**wanted)) is not None:
        back.append(record.position)
    # The last record of the journal has happened already where one stands at its end.
    last = len(run.journal.records) - 1
    assert back == [position for position in reversed(there) if position != last]


def test_a_bad_expression_is_told(run: ks.Run) -> None:
    with pytest.raises(ks.UsageError, match="is not JMESPath"):
        run.cursor().next(match="body.[")


def test_causes_lead_back_to_the_user_and_consequences_lead_on(run: ks.Run) -> None:
    records = run.journal.records
    last = run.cursor().next(actor="zone-1", match="kind == 'Observed' && subject == 'Namespace/demo'")
    chain = run.why(last.position)
    assert chain == chain_of_causes(records, last.position)
    assert (chain[0].kind, chain[0].cause) == ("InputGiven", -1)
    assert [one.cause for one in chain[1:]] == [one.position for one in chain[:-1]]
    came = list(consequences(records, chain[0].position))
    assert all(one in came for one in chain)
    assert all(one.cause in {other.position for other in came} for one in came[1:])
    with pytest.raises(ks.UsageError, match="not -1"):
        run.why(-1)
