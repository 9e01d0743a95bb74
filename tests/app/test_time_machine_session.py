"""A user's session: load a journal, find why a route is unresolved, fork before it, fix it, look at the difference."""

from __future__ import annotations

from pathlib import Path

import pytest

import kumasim as ks

FILES = Path(__file__).parents[2] / "scenarios" / "gateway-api-multizone"


def recorded(path: Path) -> None:
    """The documentation's story up to the route whose service only the other zone has."""
    world = ks.World(zones=["zone-1", "zone-2"])
    for zone in ("zone-1", "zone-2"):
        world[zone].apply(FILES / "00-namespace.yaml", FILES / "backend.yaml")
    world["zone-2"].apply(FILES / "db.yaml")
    world["zone-1"].apply(FILES / "gateway.yaml", FILES / "routes.yaml")
    world.settle()
    world.run.save(path)


def test_from_an_unresolved_route_to_its_repair(tmp_path: Path) -> None:
    recorded(tmp_path / "story.journal")
    run = ks.load_run(tmp_path / "story.journal")

    # The route is unresolved. Since when?
    cursor = run.cursor()
    unresolved = cursor.next(
        actor="zone-1/cluster",
        kind="ResourceUpserted",
        match="subject == 'HTTPRoute/kuma-demo/db' && contains(to_string(body.resource.status), 'BackendNotFound')",
    )
    assert unresolved is not None

    # Why? The chain of causes leads back to a line of the user's manifest.
    chain = run.why(unresolved.position)
    assert chain[0].kind == "InputGiven"
    origins = [str(record.body.write.origin) for record in chain if getattr(record.body, "write", None) is not None]
    assert any("gateway-api-multizone" in origin for origin in origins)
    assert run.at(unresolved.position).get("zone-1/Service/kuma-demo/db") is None

    # Fork before it, bring the service first, and compare.
    before = run.at(chain[0].position)
    fixed = before.fork().apply("zone-1", FILES / "db.yaml").apply("zone-1", FILES / "routes.yaml").run()
    found = ks.diff(run, fixed)
    assert found.first is not None
    assert found.first.position == chain[0].position
    assert "zone-1/Service/kuma-demo/db" in {change.where for change in found.objects}
    healed = [change for change in found.statuses if change.where == "zone-1/HTTPRoute/kuma-demo/db"]
    assert ("BackendNotFound", "ResolvedRefs") in {(change.before, change.after) for change in healed}


def test_a_journal_that_is_not_there_is_usage(tmp_path: Path) -> None:
    with pytest.raises(ks.UsageError, match="there is no file"):
        ks.load_run(tmp_path / "none.journal")


def test_a_cut_journal_gives_a_run_as_far_as_it_goes(tmp_path: Path) -> None:
    run = ks.World(zones=["zone-1"]).run
    run.save(tmp_path / "whole.journal")
    (tmp_path / "cut.journal").write_bytes((tmp_path / "whole.journal").read_bytes()[:-10])
    with pytest.raises(ks.KumasimError, match="readable"):
        ks.load_run(tmp_path / "cut.journal")
    assert len(ks.load_run(tmp_path / "cut.journal", partial=True).journal) == len(run.journal)
