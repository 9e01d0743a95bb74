"""Guards: a handler that reaches for a clock, for chance, for the environment, a file, a socket or a thread is stopped.

A role's functions may depend on nothing but their arguments. While `guarded()` lasts, every role that it has wrapped
is watched: what Python tells its audit hooks (files, sockets, processes, threads) is refused there, and so is what it
does not tell (clocks, `random`, `uuid`, `os.urandom`, the environment), by replacing these functions wherever a module
of ours holds them. Outside of handlers all of them work as ever: the runtime, pytest and trio need them.

What is not seen: a clock that a module has hidden in a closure or a default argument.
"""

from __future__ import annotations

import datetime
import os
import random
import secrets
import sys
import sysconfig
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType, ModuleType
from typing import Any

CLOCK, CHANCE, ENVIRONMENT = "clock", "randomness", "environment"


class Escape(RuntimeError):
    """A handler used something that a run does not depend on.

    Args:
        what: "time.time()".
        cause: "clock", "randomness" or "environment".
        place: `file:line` of the use.
    """

    def __init__(self, what: str, cause: str, place: str) -> None:
        self.what = what
        self.cause = cause
        self.place = place
        super().__init__(f"{place}: a handler used {what}; a run must not depend on it ({cause})")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.what, self.cause, self.place)


_FORBIDDEN: tuple[tuple[Any, str, str], ...] = (
    *((time, name, CLOCK) for name in (
        "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time",
        "process_time_ns", "thread_time", "localtime", "gmtime", "ctime", "sleep",
    )),
    *((random, name, CHANCE) for name in (
        "random", "randint", "randrange", "choice", "choices", "sample", "shuffle", "uniform", "gauss", "getrandbits",
        "randbytes", "seed",
    )),
    (random.Random, "__init__", CHANCE),
    *((random.SystemRandom, name, CHANCE) for name in ("random", "getrandbits", "randbytes")),
    *((secrets, name, CHANCE) for name in ("token_bytes", "token_hex", "token_urlsafe", "randbelow", "randbits", "choice")),
    *((uuid, name, CHANCE) for name in ("uuid1", "uuid4", "getnode")),
    (os, "urandom", CHANCE),
    *((os, name, ENVIRONMENT) for name in ("getenv", "getpid", "getcwd", "cpu_count", "stat", "uname")),
    (type(os.environ), "__getitem__", ENVIRONMENT),
    (threading.Thread, "start", ENVIRONMENT),
)  # fmt: skip
"""What is replaced: the holder, the name, and what kind of escape it is."""

_AUDITED = ("open", "socket.", "subprocess.", "os.", "shutil.", "tempfile.", "_thread.", "urllib.", "ctypes.dlopen")
"""Audit events that a handler must not cause."""

_STDLIB = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib"))


class _Watch:
    """Whether a handler is at work, and what escaped from it."""

    def __init__(self) -> None:
        self.inside = 0
        self.active = 0
        self.hooked = False
        self.escapes: list[Escape] = []

    def refuse(self, what: str, cause: str) -> None:
        """Stop a handler.

        Raises:
            Escape: says what and where.
        """
        frame = _user_frame(sys._getframe(1))
        if frame is not None:
            escape = Escape(what, cause, f"{frame.f_code.co_filename}:{frame.f_lineno}")
            self.escapes.append(escape)
            raise escape


_WATCH = _Watch()


def _user_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame that is neither ours nor the standard library's; None while a module is being imported,
    which reads files whoever asks for it."""
    found = None
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return None
        if found is None and not _is_library(file):
            found = frame
        frame = frame.f_back
    return found


def _is_library(file: str) -> bool:
    """Whether code is ours or the standard library's, parts of which Python has frozen in."""
    return file == __file__ or file.startswith("<frozen") or (file.startswith(_STDLIB) and "site-packages" not in file)


class Watched:
    """A role whose functions are watched; otherwise the role itself."""

    def __init__(self, role: Any) -> None:
        self.role = role

    def initial(self, arguments: Any) -> Any:
        """The state at birth."""
        return _within(self.role.initial, arguments)

    def decide(self, state: Any, delivery: Any) -> list[Any]:
        """What follows from a delivery."""
        return list(_within(lambda: list(self.role.decide(state, delivery))))

    def evolve(self, state: Any, event: Any) -> Any:
        """The state after an event."""
        return _within(self.role.evolve, state, event)

    def react(self, state: Any, event: Any) -> list[Any]:
        """What is wanted because of an event."""
        return list(_within(lambda: list(self.role.react(state, event))))


def _within(function: Callable[..., Any], *arguments: Any) -> Any:
    _WATCH.inside += 1
    try:
        return function(*arguments)
    finally:
        _WATCH.inside -= 1


def watched(roles: Mapping[str, Any]) -> dict[str, Any]:
    """Roles that are watched while `guarded()` lasts."""
    return {name: Watched(role) for name, role in roles.items()}


@contextmanager
def guarded() -> Iterator[None]:
    """While the block lasts, an escape from a watched handler raises `Escape`.

    A handler that catches the exception does not get away with it: the block then raises it at its end.
    """
    if not _WATCH.hooked:
        # A hook stays for the life of the process; it asks at once whether anybody is guarded.
        sys.addaudithook(_audit)
        _WATCH.hooked = True
    undo = _replace() if not _WATCH.active else []
    _WATCH.active += 1
    known = len(_WATCH.escapes)
    try:
        yield
        if len(_WATCH.escapes) > known:
            raise _WATCH.escapes[known]
    finally:
        _WATCH.active -= 1
        del _WATCH.escapes[known:]
        for holder, name, original in reversed(undo):
            setattr(holder, name, original)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _WATCH.active and _WATCH.inside and event.startswith(_AUDITED):
        _WATCH.refuse(f"{event}{arguments[:1]!r}".replace(",)", ")"), ENVIRONMENT)


def _replace() -> list[tuple[Any, str, Any]]:
    """Put refusing functions in the place of the forbidden ones; answers with how to undo it."""
    undo: list[tuple[Any, str, Any]] = []
    stand_ins: dict[int, tuple[Any, Any]] = {}
    for holder, name, cause in _FORBIDDEN:
        original = getattr(holder, name, None)
        if original is not None:
            stand_in = _refusing(original, _called(holder, name), cause)
            stand_ins[id(original)] = (original, stand_in)
            undo.append((holder, name, original))
            setattr(holder, name, stand_in)
    for name in ("datetime", "date"):
        original = getattr(datetime, name)
        stand_ins[id(original)] = (original, _clockless(original, name))
        undo.append((datetime, name, original))
        setattr(datetime, name, stand_ins[id(original)][1])
    for module in _ours():
        for name, found in list(vars(module).items()):
            known = stand_ins.get(id(found))
            if known is not None and known[0] is found:
                undo.append((module, name, found))
                setattr(module, name, known[1])
    return undo


def _ours() -> list[ModuleType]:
    """Modules whose functions may be handlers: those of the domain."""
    return [module for name, module in sorted(sys.modules.items()) if name.startswith("kumasim.domain")]


def _called(holder: Any, name: str) -> str:
    return f"{holder.__name__}()" if name == "__init__" else f"{holder.__name__}.{name}()"


def _refusing(original: Any, what: str, cause: str) -> Any:
    def stand_in(*arguments: Any, **named: Any) -> Any:
        if _WATCH.inside:
            _WATCH.refuse(what, cause)
        return original(*arguments, **named)

    return stand_in


def _clockless(original: Any, name: str) -> Any:
    """A `datetime` or `date` whose readings of the clock are refused in handlers."""

    class Kind(type(original)):  # type: ignore[misc]
        def __instancecheck__(cls, instance: Any) -> bool:
            return isinstance(instance, original)

        def __call__(cls, *arguments: Any, **named: Any) -> Any:
            return original(*arguments, **named)

    def reading(method: str) -> Any:
        def read(*arguments: Any) -> Any:
            if _WATCH.inside:
                _WATCH.refuse(f"{name}.{method}()", CLOCK)
            return getattr(original, method)(*arguments)

        return staticmethod(read)

    readings = {method: reading(method) for method in ("now", "utcnow", "today") if hasattr(original, method)}
    return Kind(name, (original,), readings)
