"""The documentation's story as each release recorded it: folds forever, whatever became of the rules since."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import pytest

from kumasim.app.state import State
from kumasim.journal import FORMAT, read
from kumasim.projections.keyframes import Keyframes
from kumasim.replay.cursor import Cursor
from kumasim.replay.verify import verify
from kumasim.runtime.engine import finish
from kumasim.runtime.inline import Inline
from kumasim.runtime.world import EPOCH

JOURNALS = sorted(Path(__file__).parent.glob("story-*.journal"))


def axes(path: Path) -> tuple[int, int]:
    """The format and the semantics epoch that a golden journal is of."""
    found = re.fullmatch(r"story-format-(\d+)-epoch-(\d+)", path.stem)
    assert found is not None
    return int(found[1]), int(found[2])


def test_every_format_has_one() -> None:
    assert {axes(path)[0] for path in JOURNALS} == set(range(1, FORMAT + 1))


@pytest.mark.parametrize("path", JOURNALS, ids=lambda path: path.stem)
def test_it_folds(path: Path) -> None:
    file = read(path)
    assert file.complete
    assert file.at(0).body.epoch == axes(path)[1]
    state = State(Keyframes(file.records).at(len(file)), file.records)
    route = state.get("zone-1/HTTPRoute/kuma-demo/db")
    assert route is not None
    conditions = {one["type"]: one["reason"] for one in route["status"]["parents"][0]["conditions"]}
    assert conditions["ResolvedRefs"] == "ResolvedRefs"
    assert (
        Cursor(file.records, 0).next(match="contains(to_string(body.resource.status), 'BackendNotFound')") is not None
    )
    assert state.get("zone-2/Service/kuma-demo/db") is not None


@pytest.mark.parametrize("path", JOURNALS, ids=lambda path: path.stem)
def test_across_epochs_replay_says_so(path: Path) -> None:
    """Within the epoch no promise is made to a journal of an unreleased version; across epochs a divergence is named."""
    records = list(read(path).records)
    other = axes(path)[1] if axes(path)[1] != EPOCH else EPOCH + 1
    records[0] = records[0]._replace(body=attrs.evolve(records[0].body, epoch=other))
    verdict = finish(verify(records, Inline()))
    assert verdict.epoch == other
    if verdict.divergence is not None:
        assert verdict.divergence.likely == "code change"
        assert f"epoch {other}" in verdict.divergence.reason
