"""Loads scenario files: every problem at once, each with its place."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import Any

import attrs

from kumasim.domain.profile import NEWEST
from kumasim.errors import InputError, Problem, UsageError
from kumasim.scenario.cursor import INVALID, Cursor, Reading
from kumasim.scenario.document import Document
from kumasim.scenario.files import SCENARIO_SUFFIX, Files
from kumasim.scenario.known import Known, current
from kumasim.scenario.matrix import MATRIX
from kumasim.scenario.model import Scenario, Topology
from kumasim.scenario.profiles import PROFILE, SEMANTICS
from kumasim.scenario.shapes import Field, Integer, ListOf, Record, Text
from kumasim.scenario.steps import STEPS
from kumasim.scenario.topology import TOPOLOGY, declared_stores
from kumasim.scenario.yaml_reader import decode, read_documents

API_VERSION = "kumasim/v1"

METADATA = Record(
    {
        "name": Field(Text(), "the scenario's name; its file's name if left out"),
        "description": Field(Text(), "what it shows", default=""),
        "tags": Field(ListOf(Text()), "words to choose it by", default=()),
        "refs": Field(ListOf(Text()), "issues and documents behind it", default=()),
    },
    lambda _, values: values,
    empty=True,
    doc="what the scenario is called",
)

FIELDS: dict[str, Field] = {
    "apiVersion": Field(Text(choices=(API_VERSION,)), "the version of this format", required=True),
    "kind": Field(Text(choices=("Scenario",)), "Scenario", required=True),
    "metadata": Field(METADATA, default={"name": None, "description": "", "tags": (), "refs": ()}),
    "kuma": Field(PROFILE, "behaviour profile, as a string", default=NEWEST),
    "semantics": Field(SEMANTICS, "whose word counts where documents and code disagree", default="documented"),
    "seed": Field(Integer(), "of all that is drawn", default=0),
    "topology": Field(TOPOLOGY, default=Topology()),
    "matrix": Field(MATRIX, "runs the cross product", default=()),
    "steps": Field(STEPS, "what happens, in order", required=True),
}


def _scenario(at: Cursor, values: dict[str, Any]) -> Scenario:
    metadata = values["metadata"]
    return Scenario(
        name=metadata["name"] or _stem(at.document.file),
        description=metadata["description"],
        tags=metadata["tags"],
        refs=metadata["refs"],
        kuma=values["kuma"],
        semantics=values["semantics"],
        seed=values["seed"],
        topology=values["topology"],
        steps=values["steps"],
        matrix=values["matrix"],
        file=at.document.file,
    )


SCENARIO = Record(FIELDS, _scenario, doc="A scenario of kumasim")


def load(path: str | os.PathLike[str], *, stdin: str | None = None, known: Known | None = None) -> Scenario:
    """The scenario of a file.

    Args:
        path: the file.
        stdin: what `-` under `files:` reads; None for the real standard input.
        known: what the scenario is checked against; what this version knows if left out.

    Raises:
        UsageError: there is no such file.
        InputError: with every problem of the scenario and its manifests.
    """
    file = Path(path)
    if not file.is_file():
        raise UsageError(f"there is no file {os.fspath(path)}")
    text, problem = decode(file.read_bytes(), file.as_posix())
    if problem:
        raise InputError([problem])
    return load_text(text, file.as_posix(), file.parent, stdin=stdin, known=known)


def load_text(
    text: str,
    file: str,
    base_dir: str | os.PathLike[str] = "",
    *,
    stdin: str | None = None,
    known: Known | None = None,
) -> Scenario:
    """Like `load`, of a text.

    Args:
        text: the scenario.
        file: what problems call it.
        base_dir: the folder that `files:` are relative to.
    """
    documents, problems = read_documents(text, file, PurePath(file).name)
    if problems:
        raise InputError(problems)
    if len(documents) != 1:
        message = "the file is empty" if not documents else f"{len(documents)} documents in a scenario file"
        line, column = (documents[1].place.line, documents[1].place.column) if documents else (1, 1)
        raise InputError([Problem("KS1210", message, file, line, column, "a file holds one scenario")])
    reading = Reading(known or current(), Files(os.fspath(base_dir), stdin))
    scenario = _read(documents[0], reading)
    if scenario is INVALID or reading.problems:
        raise InputError(_ordered(reading.problems, file))
    assert isinstance(scenario, Scenario)
    return scenario


def _read(document: Document, reading: Reading) -> Any:
    at = Cursor(reading, document, document.value)
    if isinstance(document.value, dict):
        reading.stores = declared_stores(document.value.get("topology"))
        matrix = document.value.get("matrix")
        reading.matrix = tuple(matrix) if isinstance(matrix, dict) else ()
    return SCENARIO.read(at)


def _ordered(problems: list[Problem], file: str) -> list[Problem]:
    """The scenario's own problems first, by line; then those of each manifest file."""
    return sorted(problems, key=lambda problem: (problem.file != file, problem.file, problem.line, problem.column))


def _stem(file: str) -> str:
    name = PurePath(file).name
    return name.removesuffix(SCENARIO_SUFFIX) if name.endswith(SCENARIO_SUFFIX) else PurePath(name).stem


def override(scenario: Scenario, settings: dict[str, str], known: Known | None = None) -> Scenario:
    """A scenario with settings of the command line (`--set kuma=2.9`, `--seed 7`) in place of its own.

    A key of the matrix that is set keeps that value alone.

    Raises:
        UsageError: an unknown setting or value.
    """
    known = known or current()
    for name, text in settings.items():
        value = _setting(name, text, scenario, known)
        matrix = tuple((key, (value,) if key == name else values) for key, values in scenario.matrix)
        changes = {name: value} if name in ("kuma", "semantics", "seed") else {}
        scenario = attrs.evolve(scenario, matrix=matrix, **changes)
    return scenario


def _setting(name: str, text: str, scenario: Scenario, known: Known) -> Any:
    varied = dict(scenario.matrix)
    if name == "kuma":
        allowed: tuple[Any, ...] = tuple(known.profiles)
    elif name == "semantics":
        allowed = SEMANTICS.choices
    elif name == "seed":
        if text.isascii() and text.isdigit() and int(text) < 2**63:
            return int(text)
        raise UsageError(f"seed {text!r} is not between 0 and 2^63-1")
    elif name in varied:
        allowed = varied[name]
    else:
        raise UsageError(
            f"there is no setting {name!r}; known: {', '.join(sorted({*varied, 'kuma', 'semantics', 'seed'}))}"
        )
    for value in allowed:
        if str(value) == text:
            return value
    raise UsageError(f"{name} cannot be {text!r}; known: {', '.join(str(value) for value in allowed)}")
