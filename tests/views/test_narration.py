"""A run is told while it goes on."""

from __future__ import annotations

import structlog

from kumasim.journal import Record
from kumasim.views.narration import narrator


def test_notable_records_are_told_with_virtual_time_and_the_others_are_not() -> None:
    """Given a refusal and a message, when they are told, then only the refusal is, as a warning."""
    with structlog.testing.capture_logs() as told:
        tell = narrator()
        tell(Record(7, 1_500_000_000, 0, "zone-1/cluster", 6, "ResourceRejected", "Pod/demo/web", None))
        tell(Record(8, 1_500_000_000, 0, "zone-1/cluster", 7, "MessageSent", "user", None))
    assert told == [
        {
            "event": "ResourceRejected",
            "log_level": "warning",
            "t": "1.5s",
            "actor": "zone-1/cluster",
            "subject": "Pod/demo/web",
            "position": 7,
        }
    ]
