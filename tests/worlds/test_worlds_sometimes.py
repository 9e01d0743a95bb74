"""Sometimes-properties: over the worlds that the tests play, everything that can happen does happen somewhere."""

from __future__ import annotations

from collections import Counter

from random_worlds import mend, played, story

from kumasim.runtime.engine import finish

EXPECTED = {
    "ActorCrashed",
    "ActorRestarted",
    "ActorStarted",
    "ActorStopped",
    "ConfigReceived",
    "ConnectionLost",
    "ControlPlaneLost",
    "DiagnosticReported",
    "LinkCut",
    "LinkHealed",
    "MessageLost",
    "MessageResent",
    "ProxyConfigured",
    "ProxyConnected",
    "ProxyDisconnected",
    "ProxyReported",
    "ProxyStopped",
    "Reconciled",
    "ResourceDeleted",
    "ResourceRejected",
    "ResourceUpserted",
    "ResponseStored",
    "SessionClosed",
    "SessionRefused",
    "SyncedWriteDone",
    "WatchBroke",
    "WatchClosed",
    "WriteRefused",
    "WriteUnchanged",
}


def test_everything_that_can_happen_happens_somewhere() -> None:
    kinds: Counter[str] = Counter()
    reasons: set[str] = set()
    for number in range(24):
        told = played(story(number))
        finish(mend(told.session))
        kinds.update(record.kind for record in told.records)
        reasons |= {record.body.failure.reason for record in told.records if record.kind == "ResourceRejected"}
    assert EXPECTED - set(kinds) == set()
    assert reasons >= {"NotFound", "InternalError"}


def test_stories_differ_and_are_always_the_same() -> None:
    assert story(1) == story(1)
    assert len({repr(story(number)) for number in range(50)}) == 50
