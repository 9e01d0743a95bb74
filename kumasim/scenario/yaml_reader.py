"""Reads YAML and JSON files as kubectl reads them, and remembers where everything was written.

A file is first cut at its `---` lines, as kubectl cuts it, so that a broken document does not hide the problems of the
ones behind it. Within a document the parser stops at its first syntax error; everything after the syntax (keys written
twice, values that no JSON can hold) is reported together. Unlike kubectl, a key written twice is refused.

An alias stands where its anchor stands. A value that was left out (`key:`) stands where its key stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from kumasim.errors import Problem
from kumasim.scenario.construct import Constructor
from kumasim.scenario.document import Document
from kumasim.scenario.json_reader import JsonSyntax, json_nodes

_SEPARATOR = re.compile(r"---[ \t]*(#.*)?")
_CROWDED = re.compile(r"^---(?![ \t]*(#.*)?\r?$).*$", re.MULTILINE)
_BARE = re.compile(r"[ \t]*(#.*)?|%.*")
"""A line that holds no content: blank, a comment or a directive."""


DEEPEST = 200
"""How deep values may be nested: libyaml composes them by recursion in C, where depth ends the process."""

LONGEST_FILE = 16 * 1024 * 1024
"""Characters of a file; a file of manifests beyond that is a mistake."""


class _TooDeep(Exception):
    pass


class _Untagged:
    """Instead of PyYAML's own reading of scalars: says only whether one was plain. Counts how deep it is on its way."""

    _depth = 0

    def resolve(self, kind: type[yaml.Node], _: str | None, implicit: Any) -> str:
        return "plain" if kind is yaml.ScalarNode and implicit[0] else "quoted"

    def descend_resolver(self, *_: object) -> None:
        """Called by PyYAML for each value before those inside it."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise _TooDeep

    def ascend_resolver(self, *_: object) -> None:
        """Called by PyYAML when a value is complete."""
        self._depth -= 1

    def check_resolver_prefix(self, *_: object) -> None:
        """PyYAML's path resolvers are not used."""


class _PurePython(
    _Untagged, yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser, yaml.composer.Composer
):  # fmt: skip
    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)
        yaml.composer.Composer.__init__(self)


_composer: Any = _PurePython
if yaml.__with_libyaml__:

    class _LibYaml(_Untagged, yaml.cyaml.CParser):  # type: ignore[name-defined,misc]
        pass

    _composer = _LibYaml


def read_documents(text: str, file: str, name: str = "") -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """The documents of a YAML or JSON text, and everything that is wrong with it.

    Args:
        text: the content.
        file: how the user would open it, for problems and positions.
        name: how the scenario calls it; `file` if left out.

    Returns:
        The readable documents that are not empty or null, and the problems in the order of their lines.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > LONGEST_FILE:
        message = f"the file has {len(text)} characters; {LONGEST_FILE} are the most"
        return (), (Problem("KS1107", message, file, 1, 1, "split it"),)
    documents: list[Document] = []
    problems: list[Problem] = []
    for node, problem in _nodes(text, file):
        if problem is not None:
            problems.append(problem)
            continue
        constructor = Constructor(file)
        value, place = constructor.construct(node)
        problems += constructor.problems
        if value is not None and not constructor.problems:
            documents.append(Document(value, file, place, name or file))
    return tuple(documents), tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def decode(data: bytes, file: str) -> tuple[str, Problem | None]:
    """The text of a file, or the problem that it is not UTF-8."""
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return "", Problem("KS1003", message, file, line, column, "save the file as UTF-8")


def _nodes(text: str, file: str) -> Iterator[tuple[Any, Problem | None]]:
    """The root node of each document, or the problem that ended it."""
    if text.lstrip()[:1] in ("{", "[") or file.endswith(".json"):
        try:
            yield from ((node, None) for node in json_nodes(text))
            return
        except JsonSyntax as error:
            if file.endswith(".json"):
                yield None, Problem("KS1101", error.message, file, error.line, error.column)
                return
    for first_line, chunk in _chunks(text):
        told = _bad_separator(chunk, first_line, file)
        yield from [(None, told)] if told else _compose(chunk, first_line, file)


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The text between the `---` lines, each piece with the number of lines before it."""
    lines = text.splitlines(keepends=True) if "\r" not in text else re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    start = 0
    bare = True
    for number, line in enumerate(lines):
        content = line.rstrip("\r\n")
        if _SEPARATOR.fullmatch(content) and not bare:
            yield start, "".join(lines[start:number])
            start, bare = number, True
        bare = bare and (bool(_BARE.fullmatch(content)) or content.startswith("---"))
    yield start, "".join(lines[start:])


def _bad_separator(chunk: str, first_line: int, file: str) -> Problem | None:
    """kubectl wants nothing behind `---` but a comment."""
    found = _CROWDED.search(chunk)
    if found is None:
        return None
    line = first_line + chunk.count("\n", 0, found.start()) + 1
    return Problem("KS1101", "text behind the separator ---", file, line, 4, "put it on a line of its own")


def _compose(chunk: str, first_line: int, file: str) -> Iterator[tuple[Any, Problem | None]]:
    try:
        composer = _composer(chunk)
        while composer.check_node():
            yield _shifted(composer.get_node(), first_line), None
    except yaml.reader.ReaderError as error:
        yield None, _unreadable(error, chunk, first_line, file)
    except yaml.MarkedYAMLError as error:
        yield None, _syntax(error, chunk, first_line, file)
    except (_TooDeep, RecursionError):
        yield None, Problem("KS1101", f"values are nested deeper than {DEEPEST}", file, first_line + 1, 1)


def _shifted(node: Any, first_line: int) -> Any:
    """The node, told how many lines of the file come before its chunk."""
    node.first_line = first_line
    return node


_REMEDIES = (
    ("could not find expected ':'", 'a key is followed by ": "'),
    ("mapping values are not allowed", "quote the value, or check the indentation"),
    ("expected <block end>", "check the indentation"),
    ("did not find expected key", "check the indentation"),
    ("undefined alias", "an anchor (&name) must come before its alias (*name), in the same document"),
)


def _syntax(error: yaml.MarkedYAMLError, chunk: str, first_line: int, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    message = (error.problem or error.context or "not YAML").strip()
    written = chunk.splitlines()[line : line + 1]
    at = written[0][column : column + 1] if written else ""
    if "cannot start any token" in message:
        message = f"a value cannot begin with {at!r}" if at != "\t" else "a tab where YAML wants spaces"
        fix = "indent with spaces" if at == "\t" else "put the value in quotes"
    else:
        fix = next((remedy for text, remedy in _REMEDIES if text in message), "")
    return Problem("KS1101", message, file, first_line + line + 1, column + 1, fix)


def _unreadable(error: yaml.reader.ReaderError, chunk: str, first_line: int, file: str) -> Problem:
    before = chunk[: error.position or 0]
    line, column = before.count("\n"), len(before) - (before.rfind("\n") + 1)
    code = error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "\0")
    message = f"character #x{code:04x} is not allowed in YAML"
    return Problem("KS1101", message, file, first_line + line + 1, column + 1)
