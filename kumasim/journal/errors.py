"""What can be wrong with a journal; the kinds of `kumasim.errors.JournalProblem`, with a reason a program can read."""

from __future__ import annotations

from typing import Any

from kumasim.errors import JournalDamaged, JournalProblem, JournalTooNew


class JournalError(JournalProblem):
    """A journal cannot be read, or not in full.

    Args:
        path: the file, or "<memory>".
        reason: "empty", "not-a-journal", "unknown-format", "damaged", "unknown-class" or "changed-class".
        detail: one sentence for the user.
        readable: how many records from the start can be read all the same.
    """

    def __init__(self, path: str, reason: str, detail: str, readable: int = 0) -> None:
        super().__init__(detail, path, readable)
        self.path = path
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.reason, self.detail, self.readable)


class DamagedJournalError(JournalError, JournalDamaged):
    """A journal is cut or flipped, or holds what no journal can; its reason is "damaged"."""


class NewerJournalError(JournalError, JournalTooNew):
    """A journal was written by a later release; its reason is "unknown-format"."""
