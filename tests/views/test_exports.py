"""A journal in other tools' formats: well-formed there, and the same bytes each time."""

from __future__ import annotations

import json
import re

import pytest

import kumasim as ks
from kumasim.views.exports import EXPORTS
from kumasim.views.exports.shiviz import PARSER


@pytest.fixture(scope="module")
def run() -> ks.Run:
    return ks.World(zones=["zone-1"]).run


def text(run: ks.Run, name: str, between: tuple[str, str] | None = None) -> str:
    return "\n".join(EXPORTS[name](run.journal.records, between, 50))


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_equal_runs_give_equal_bytes(run: ks.Run, name: str) -> None:
    assert text(run, name) == text(ks.World(zones=["zone-1"]).run, name)
    assert text(run, name).isascii()


def test_a_chrome_trace_has_a_track_for_each_actor_and_an_arrow_for_each_message(run: ks.Run) -> None:
    events = json.loads(text(run, "chrome"))
    names = {event["args"]["name"] for event in events if event["name"] == "thread_name"}
    assert names == {record.actor or "run" for record in run.journal.records}
    slices = [event for event in events if event["ph"] == "X"]
    assert len(slices) == len(run.journal.records)
    begun, ended = ({event["id"] for event in events if event["ph"] == phase} for phase in "sf")
    assert ended
    assert ended <= begun
    assert [event["ts"] for event in slices] == sorted(event["ts"] for event in slices)


def test_no_records_are_an_empty_trace() -> None:
    assert json.loads("\n".join(EXPORTS["chrome"]([], None, 5))) == []


def test_shiviz_clocks_know_what_messages_told_them(run: ks.Run) -> None:
    lines = text(run, "shiviz").splitlines()
    assert lines[:2] == [PARSER, ""]
    pattern = re.compile(r"(\S*) ({.*})\n(.*)")
    events = pattern.findall("\n".join(lines[2:]))
    assert len(events) == len(run.journal.records)
    own: dict[str, int] = {}
    for host, clock, _ in events:
        own[host] = own.get(host, 0) + 1
        assert json.loads(clock)[host] == own[host]
    assert any(len(json.loads(clock)) > 1 for _, clock, _ in events)


def test_two_actors_alone(run: ks.Run) -> None:
    lines = text(run, "shiviz", ("zone-1", "zone-1/cluster")).splitlines()[2::2]
    assert {line.split()[0] for line in lines} == {"zone-1", "zone-1/cluster"}
