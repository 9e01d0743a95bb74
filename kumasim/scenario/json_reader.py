"""Reads JSON text into the same nodes that YAML becomes, so that positions and doubled keys are treated alike.

JSON is almost YAML, but tabs may indent it and `\\ud83d\\ude00` is one character. Several values may follow each other
in one file, as kubectl accepts them.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORD = re.compile(r"true|false|null")
_DEEPEST = 200


class JsonSyntax(ValueError):
    """The text is not JSON: `message`, `line` and `column` (from 1) say where."""

    def __init__(self, message: str, text: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = text.count("\n", 0, at) + 1
        self.column = at - text.rfind("\n", 0, at)


def json_nodes(text: str) -> list[Any]:
    """The root nodes of all JSON values in a text.

    Raises:
        JsonSyntax: it is not JSON.
    """
    reader = _Reader(text)
    nodes = []
    while not reader.at_end():
        nodes.append(reader.value(0))
    return nodes


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 0
        self._line_start = 0
        self._counted = 0

    def at_end(self) -> bool:
        self._skip()
        return self._at >= len(self._text)

    def value(self, depth: int) -> Any:
        if depth > _DEEPEST:
            raise self._error("the document is nested too deeply")
        self._skip()
        char = self._text[self._at : self._at + 1]
        if char == "{":
            return self._collection(yaml.MappingNode, "}", self._entry, depth)
        if char == "[":
            return self._collection(yaml.SequenceNode, "]", self.value, depth)
        return self._string() if char == '"' else self._plain()

    def _collection(self, node: Any, end: str, item: Any, depth: int) -> Any:
        mark = self._mark()
        self._at += 1
        items: list[Any] = []
        if self._next_is(end):
            return node("quoted", items, mark)
        while True:
            items.append(item(depth + 1))
            if self._next_is(end):
                return node("quoted", items, mark)
            if not self._next_is(","):
                raise self._error(f'expected "," or "{end}"')

    def _entry(self, depth: int) -> tuple[Any, Any]:
        self._skip()
        if self._text[self._at : self._at + 1] != '"':
            raise self._error("expected a key in double quotes")
        key = self._string()
        if not self._next_is(":"):
            raise self._error('expected ":" after the key')
        return key, self.value(depth)

    def _string(self) -> Any:
        found = _STRING.match(self._text, self._at)
        if found is None:
            raise self._error("a string without end, or with a control character in it")
        mark = self._mark()
        try:
            value = json.loads(found[0])
        except ValueError as error:
            raise self._error("a bad escape in a string") from error
        self._at = found.end()
        return yaml.ScalarNode("quoted", value, mark)

    def _plain(self) -> Any:
        found = _NUMBER.match(self._text, self._at) or _WORD.match(self._text, self._at)
        if found is None:
            raise self._error("expected a JSON value")
        mark = self._mark()
        self._at = found.end()
        return yaml.ScalarNode("plain", found[0], mark)

    def _next_is(self, char: str) -> bool:
        self._skip()
        if self._text[self._at : self._at + 1] != char:
            return False
        self._at += 1
        return True

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        if found is not None:
            self._at = found.end()

    def _mark(self) -> yaml.Mark:
        """The current place; counts only the lines since it was last asked."""
        newlines = self._text.count("\n", self._counted, self._at)
        if newlines:
            self._line += newlines
            self._line_start = self._text.rfind("\n", 0, self._at) + 1
        self._counted = self._at
        return yaml.Mark("", self._at, self._line, self._at - self._line_start, None, 0)

    def _error(self, message: str) -> JsonSyntax:
        return JsonSyntax(message, self._text, self._at)
