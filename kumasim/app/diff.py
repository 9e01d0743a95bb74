"""Comparing two runs: `ks.diff(run, other)`."""

from __future__ import annotations

from kumasim.app.run import Run
from kumasim.replay import diff as replay_diff
from kumasim.replay.diff import Diff


def diff(run: Run, other: Run) -> Diff:
    """What two runs have different: the first record, then objects, statuses, what synced, what proxies serve, how
    requests ended.

    Args:
        run, other: two runs, for instance one and a fork of it.

    Returns:
        The differences; false if there are none, and told by `print`.
    """
    return replay_diff.diff(run.journal, other.journal, run.frames, other.frames)
