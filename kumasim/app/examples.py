"""The scenarios that come with kumasim, for `kumasim new`.

An installed package carries them as `kumasim/examples`; in a checkout they are the folder `scenarios`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from kumasim.errors import UsageError
from kumasim.scenario.files import SCENARIO_SUFFIX, Files

FIRST = "gateway-api-multizone"
"""The example that is made if none is named."""


def folder() -> Path:
    """Where the examples are."""
    package = Path(__file__).resolve().parents[1]
    packed = package / "examples"
    return packed if packed.is_dir() else package.parent / "scenarios"


def names() -> list[str]:
    """The examples by name: their path in the folder, without the suffix."""
    root = folder()
    found = (path.relative_to(root).as_posix() for path in root.rglob(f"*{SCENARIO_SUFFIX}"))
    return sorted(name.removesuffix(SCENARIO_SUFFIX) for name in found)


def copy(name: str, target: Path) -> list[Path]:
    """Copy an example and the manifests that it names; answers with the new files, the scenario first.

    Args:
        name: one of `names()`, or the last part of one.
        target: the folder that the scenario goes to; made if it is not there.

    Raises:
        UsageError: there is no such example, or a file is already there.
    """
    source = folder() / f"{_known(name)}{SCENARIO_SUFFIX}"
    pairs = {source: target / source.name}
    for manifest in _manifests(source):
        if ".." in PurePosixPath(manifest).parts:
            # Nothing is ever written outside of the folder that the user named.
            raise UsageError(f"{source.name} names {manifest}, outside of its own folder; run it where it is")
        pairs[source.parent / manifest] = target / manifest
    there = [path for path in pairs.values() if path.exists()]
    if there:
        raise UsageError(f"{there[0]} is already there; nothing was written")
    for origin, made in pairs.items():
        made.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, made)
    return list(pairs.values())


def _known(name: str) -> str:
    known = names()
    fits = [one for one in known if name in (one, PurePosixPath(one).name)]
    if len(fits) != 1:
        raise UsageError(f"there is no example {name!r}; there are:\n  " + "\n  ".join(known))
    return fits[0]


def _manifests(scenario: Path) -> list[str]:
    """The files that a scenario applies or deletes, relative to it."""
    files = Files(str(scenario.parent))
    documents, _ = files.read(scenario.name)
    patterns = dict.fromkeys(pattern for document in documents for pattern in _patterns(document.value))
    return list(dict.fromkeys(name for pattern in patterns for name in files.named(pattern)[0] if pattern != "-"))


def _patterns(tree: Any) -> Iterator[str]:
    for step in tree.get("steps", ()):
        for verb in step.values():
            given = verb.get("files", ()) if isinstance(verb, dict) else ()
            yield from [given] if isinstance(given, str) else given
