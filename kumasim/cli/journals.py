"""Reading journals for commands: whole or as far as they can be read, with a word about what is missing."""

from __future__ import annotations

from pathlib import Path

from kumasim.cli.errors import say
from kumasim.errors import UsageError
from kumasim.journal import DamagedJournalError, JournalFile, read
from kumasim.projections.keyframes import Keyframes
from kumasim.projections.shelf import shelf_of
from kumasim.runtime import world  # noqa: F401  (registers every word that a journal may hold)

LARGE = 64 * 1024 * 1024
"""Bytes from which on a journal is not checked as a whole before it is read, but chunk by chunk as it is."""


def opened(path: str) -> JournalFile:
    """A journal file.

    Raises:
        UsageError: there is no such file.
        JournalError: it is no journal, or nothing of it can be read.
    """
    if not Path(path).is_file():
        raise UsageError(f"there is no file {path}")
    file = read(path, check=Path(path).stat().st_size < LARGE)
    if file.damage is not None and not len(file.records):
        raise DamagedJournalError(file.path, "damaged", file.damage)
    return file


def keyframes(file: JournalFile) -> Keyframes:
    """A journal file to be sought in."""
    return Keyframes(file.records, shelf=shelf_of(file, lambda: say(f"making keyframes for {file.path} (once) ...")))


def damage(file: JournalFile) -> int:
    """Say what is wrong with a journal that was read in part; answers with the exit code."""
    if file.damage is None:
        return 0
    say(f"kumasim: {file.path}: {file.damage}")
    return 3
