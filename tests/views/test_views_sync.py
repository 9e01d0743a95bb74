"""The table of what was synced, and the picture of a stream."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import kumasim as ks
from kumasim.cli.get import command as get
from kumasim.cli.log import command as log
from kumasim.domain.sync.stream import KdsNack, KdsResponse
from kumasim.views.sequence import label, sequence

POLICY = {
    "apiVersion": "kuma.io/v1alpha1",
    "kind": "MeshTimeout",
    "metadata": {"name": "slow", "namespace": "kuma-system"},
    "spec": {"targetRef": {"kind": "Mesh"}},
}


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = ks.World(zones=["zone-1"])
    world["global"].apply(POLICY)
    world.advance("3s")
    world.partition("global", "zone-1", "a-to-b")
    world["global"].delete("MeshTimeout", "kuma-system", "slow")
    world.advance("40s")
    world.crash("zone-1")
    path = tmp_path_factory.mktemp("sync") / "world.journal"
    world.run.save(path)
    return path


def test_sync_has_a_row_for_each_resource_and_store() -> None:
    world = ks.World(zones=["zone-1", "zone-2"])
    table = world.run.table("sync")
    assert table.columns == ("From", "To", "Kind", "Namespace", "Name", "Sync", "Name there", "Rule", "When")
    rows = {(row[0], row[1], row[2], row[4]): row[5:8] for row in table.rows}
    assert rows["global", "zone-1", "Mesh", "default"] == ("sent", "default", "KDS-52")
    assert rows["global", "zone-2", "Secret", "envoy-admin-ca"] == ("kept back", "", "KDS-28")
    renamed = rows["global", "zone-1", "MeshRetry", "mesh-retry-all-default"]
    assert (renamed[0], renamed[2]) == ("renamed", "KDS-46")
    assert {row[5] for row in table.rows if row[0] == "zone-1" and row[2] == "MeshRetry"} == {"kept back"}


def test_what_an_end_was_told_last_is_shown_while_it_is_away() -> None:
    world = ks.World(zones=["zone-1"])
    before = world.run.table("sync", at="global").rows
    world.crash("zone-1")
    world.advance("1m")
    assert world.run.table("sync", at="global").rows == before


def test_get_sync_filters_and_prints(journal: Path) -> None:
    shown = CliRunner().invoke(get, ["sync", "default", "--in", str(journal), "--at", "global", "-o", "json"])
    rows = json.loads(shown.output)
    assert [(row["Kind"], row["Sync"], row["To"]) for row in rows] == [("Mesh", "sent", "zone-1")]
    table = CliRunner().invoke(get, ["sync", "--in", str(journal), "--at", "global"])
    assert table.output.startswith("FROM")


def test_a_picture_of_a_stream(journal: Path) -> None:
    options = ["--format", "mermaid", "--between", "global,zone-1", str(journal), "--limit", "1000"]
    drawn = CliRunner().invoke(log, options).output.splitlines()
    assert drawn[0] == "sequenceDiagram"
    assert {drawn[1].strip(), drawn[2].strip()} == {"participant a0 as zone-1", "participant a1 as global"}
    assert any(line.strip().startswith("a0->>a1:") and line.endswith("connect zone-1") for line in drawn)
    assert any("MeshTimeout" in line and "ACK" in line for line in drawn)
    assert any("-xa0" in line for line in drawn), "the cut link keeps a message back"
    assert any(line.endswith("global to zone-1 cut") for line in drawn)
    assert any(line.strip().startswith("Note over a0") and line.endswith("crashes") for line in drawn)


def test_a_picture_counts_what_it_leaves_out(journal: Path) -> None:
    drawn = CliRunner().invoke(log, ["--format", "mermaid", "--limit", "3", str(journal)]).output.splitlines()
    assert sum("->>" in line for line in drawn) == 3
    assert "more messages are left out" in drawn[-1]


def test_a_pair_of_actors_has_two_names(journal: Path) -> None:
    refused = CliRunner().invoke(log, ["--format", "mermaid", "--between", "global", str(journal)])
    assert "no pair of actors" in str(refused.exception)


def test_labels_hold_nothing_that_mermaid_would_take_for_its_own() -> None:
    assert label(KdsResponse("Mesh", 3, initial=True)) == "Mesh 3 all +0 -0"
    assert label(KdsNack("Mesh", 3, "a: b; c#d")) == "NACK Mesh 3 a  b, cd"
    assert len(label(KdsNack("Mesh", 3, "x" * 500))) <= 60


def test_nothing_to_draw_is_an_empty_picture() -> None:
    assert sequence(()) == "sequenceDiagram"
