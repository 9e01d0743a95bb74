"""Whatever a handler reaches for that a run must not depend on is caught, with the line of the use."""

from __future__ import annotations

import datetime
import inspect
import os
import random
import secrets
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from kumasim.runtime.guards import Escape, Watched, guarded


def swallowed() -> None:
    with suppress(Exception):
        time.time()


ESCAPES: dict[str, Any] = {
    "time.time": lambda: time.time(),
    "time.time_ns": lambda: time.time_ns(),
    "time.monotonic": lambda: time.monotonic(),
    "time.perf_counter": lambda: time.perf_counter(),
    "time.sleep": lambda: time.sleep(0),
    "datetime.now": lambda: datetime.datetime.now(datetime.UTC),
    "datetime.today": lambda: datetime.datetime.today(),  # noqa: DTZ002
    "date.today": lambda: datetime.date.today(),  # noqa: DTZ011
    "random.random": lambda: random.random(),
    "random.randint": lambda: random.randint(1, 6),
    "random.choice": lambda: random.choice("ab"),
    "random.shuffle": lambda: random.shuffle([1, 2]),
    "Random": lambda: random.Random(7),
    "SystemRandom": lambda: random.SystemRandom().random(),
    "uuid1": lambda: uuid.uuid1(),
    "uuid4": lambda: uuid.uuid4(),
    "os.urandom": lambda: os.urandom(4),
    "secrets": lambda: secrets.token_hex(4),
    "getenv": lambda: os.getenv("HOME"),
    "environ": lambda: os.environ["HOME"],
    "environ.get": lambda: os.environ.get("HOME"),
    "open": lambda: open(os.devnull).close(),
    "Path.read_text": lambda: Path(__file__).read_text(),
    "Path.exists": lambda: os.stat(__file__),
    "listdir": lambda: os.listdir("."),
    "tempfile": lambda: tempfile.mkdtemp(),
    "socket": lambda: socket.socket().close(),
    "getaddrinfo": lambda: socket.getaddrinfo("localhost", 80),
    "thread": lambda: threading.Thread(target=int).start(),
    "subprocess": lambda: subprocess.run(["true"], check=True),
    "system": lambda: os.system("true"),
    "getpid": lambda: os.getpid(),
    "swallowed": swallowed,
}


class Leaky:
    """A role whose every function does something that it must not do."""

    def __init__(self, escape: Any) -> None:
        self.escape = escape

    def decide(self, state: Any, delivery: Any) -> Any:
        yield self.escape()

    def evolve(self, state: Any, event: Any) -> Any:
        return self.escape()

    def react(self, state: Any, event: Any) -> Any:
        yield self.escape()


@pytest.mark.parametrize("name", sorted(ESCAPES))
@pytest.mark.parametrize("function", ["decide", "evolve", "react"])
def test_an_escape_is_caught_where_it_happens(name: str, function: str) -> None:
    role = Watched(Leaky(ESCAPES[name]))
    with pytest.raises(Escape) as caught, guarded():
        getattr(role, function)(None, None)
    lines, begin = inspect.getsourcelines(ESCAPES[name])
    file, _, line = caught.value.place.rpartition(":")
    assert file == __file__
    assert begin <= int(line) < begin + len(lines)


def test_there_are_enough_of_them() -> None:
    assert len(ESCAPES) >= 20


@pytest.mark.parametrize("name", ["time.time", "random.random", "uuid4", "open", "getenv", "datetime.now"])
def test_outside_of_handlers_everything_works(name: str) -> None:
    with guarded():
        ESCAPES[name]()
    before = time.time
    with guarded():
        assert time.time is not before
    assert time.time is before


def test_what_is_pure_is_allowed() -> None:
    class Pure(Leaky):
        def evolve(self, state: Any, event: Any) -> Any:
            return datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC).strftime("%Y"), uuid.uuid5(
                uuid.NAMESPACE_DNS, "a"
            )

    with guarded():
        assert Watched(Pure(None)).evolve(None, None)[0] == "2024"


def test_a_module_may_be_imported_within_a_handler() -> None:
    class Importing(Leaky):
        def evolve(self, state: Any, event: Any) -> Any:
            import wave

            return wave

    with guarded():
        assert Watched(Importing(None)).evolve(None, None).__name__ == "wave"
