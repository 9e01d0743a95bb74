"""Runs that were recorded: `ks.load_run("x.journal")`."""

from __future__ import annotations

import os
from pathlib import Path

from kumasim.app.run import Run
from kumasim.errors import JournalDamaged, UsageError
from kumasim.journal import FiledJournal, read
from kumasim.projections.keyframes import Keyframes
from kumasim.projections.shelf import shelf_of
from kumasim.runtime import world  # noqa: F401  (registers every word that a journal may hold)


def load_run(path: str | os.PathLike[str], partial: bool = False) -> Run:
    """A recorded run: everything can be asked of it that could be asked when it was made, but its expectations.

    Args:
        path: the journal file; its records are read as they are needed.
        partial: take what is readable of a journal that is cut or damaged.

    Raises:
        UsageError: there is no such file.
        JournalProblem: it is no journal, or it is damaged and `partial` was not said.
    """
    if not Path(path).is_file():
        raise UsageError(f"there is no file {os.fspath(path)}")
    file = read(os.fspath(path))
    if file.damage is not None and not partial:
        raise JournalDamaged(file.damage, file.path, len(file))
    return Run(FiledJournal(file), name=Path(path).stem, frames=Keyframes(file.records, shelf=shelf_of(file)))
