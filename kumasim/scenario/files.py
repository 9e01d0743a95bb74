"""Which files a user means by a path, a folder, a glob or `-`, and what documents they hold.

A folder means its `*.yaml`, `*.yml` and `*.json`, not deeper; a glob takes files, and `**` goes deeper. Neither takes
scenarios (`*.kumasim.yaml`): those are no manifests. Files are read in the order of their paths.
"""

from __future__ import annotations

import glob
import sys
from collections.abc import Iterable
from pathlib import Path, PurePath

from kumasim.errors import Problem
from kumasim.scenario.document import Document
from kumasim.scenario.yaml_reader import decode, read_documents

SUFFIXES = (".yaml", ".yml", ".json")
SCENARIO_SUFFIX = ".kumasim.yaml"

Loaded = tuple[tuple[Document, ...], tuple[Problem, ...]]


class Files:
    """Reads files relative to a folder, each only once.

    Args:
        base_dir: the folder.
        stdin: the text of standard input; None reads the real one when `-` is named.
    """

    def __init__(self, base_dir: str = "", stdin: str | None = None) -> None:
        self._base = Path(base_dir)
        self._stdin = stdin
        self._read: dict[str, Loaded] = {}

    def named(self, pattern: str) -> tuple[tuple[str, ...], str]:
        """The files that a path, folder or glob names, relative to the base, and what is wrong if there are none."""
        if pattern == "-":
            return ("-",), ""
        if (self._base / pattern).is_dir():
            return self._folder(pattern)
        if (self._base / pattern).exists():
            return (PurePath(pattern).as_posix(),), ""
        if glob.has_magic(pattern):
            return self._glob(pattern)
        return (), f"there is no file {pattern}"

    def read(self, name: str) -> Loaded:
        """The documents of one file, and everything that is wrong with it."""
        if name not in self._read:
            self._read[name] = self._load(name)
        return self._read[name]

    def _folder(self, pattern: str) -> tuple[tuple[str, ...], str]:
        inside = ((PurePath(pattern) / path.name).as_posix() for path in (self._base / pattern).iterdir())
        found = _manifests(inside, self._base)
        return found, "" if found else f"folder {pattern} holds no *.yaml, *.yml or *.json"

    def _glob(self, pattern: str) -> tuple[tuple[str, ...], str]:
        matched = [PurePath(name).as_posix() for name in glob.glob(pattern, root_dir=self._base, recursive=True)]
        if PurePath(pattern).suffix:
            found = tuple(sorted(name for name in matched if _is_manifest(name, self._base, any_suffix=True)))
        else:
            found = _manifests(matched, self._base)
        return found, "" if found else f"no file matches {pattern}"

    def _load(self, name: str) -> Loaded:
        if name == "-":
            text = sys.stdin.read() if self._stdin is None else self._stdin
            return read_documents(text, "-")
        path = self._base / name
        shown = path.as_posix()
        try:
            data = path.read_bytes()
        except OSError as error:
            return (), (Problem("KS1001", f"cannot be read: {error.strerror}", shown),)
        text, problem = decode(data, shown)
        return ((), (problem,)) if problem else read_documents(text, shown, name)


def _manifests(names: Iterable[str], base: Path) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if _is_manifest(name, base, any_suffix=False)))


def _is_manifest(name: str, base: Path, *, any_suffix: bool) -> bool:
    fits = any_suffix or PurePath(name).suffix in SUFFIXES
    return fits and not name.endswith(SCENARIO_SUFFIX) and (base / name).is_file()
