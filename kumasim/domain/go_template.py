"""The little of Go's templates that Kuma's users need: `{{ .Field }}` and `{{ label "key" }}`.

Source: C-45; VirtualOutbound's host and port templates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_ACTION = re.compile(
    r"\s*\{\{-\s*(.*?)\s*-\}\}\s*|\s*\{\{-\s*(.*?)\s*\}\}|\{\{\s*(.*?)\s*-\}\}\s*|\{\{\s*(.*?)\s*\}\}", re.S
)
_FIELD = re.compile(r"\.([A-Za-z_]\w*)$")
_CALL = re.compile(r"([a-z]\w*)\s+(?:\"([^\"]*)\"|`([^`]*)`)$")

Functions = Mapping[str, Callable[[str], str]]


class TemplateError(ValueError):
    """A template cannot be parsed, or names something that is not there."""


def parsed(text: str, functions: tuple[str, ...] = ()) -> None:
    """Check that a template can be parsed.

    Args:
        text: the template.
        functions: the names that it may call.

    Raises:
        TemplateError: it cannot.
    """
    for action in _actions(text):
        call = _CALL.match(action)
        if _FIELD.match(action) is None and (call is None or call[1] not in functions):
            raise TemplateError(f'failed compiling gotemplate error="template: :1: unexpected {{{{{action}}}}}"')


def evaluated(text: str, fields: Mapping[str, str], functions: Functions) -> str:
    """What a template says.

    Args:
        text: the template.
        fields: what `{{ .Name }}` may name.
        functions: what `{{ name "argument" }}` may call; they raise TemplateError.

    Raises:
        TemplateError: it cannot be parsed, or a field is unknown, or a function says no.
    """
    parsed(text, tuple(functions))

    def one(found: re.Match[str]) -> str:
        action = next(part for part in found.groups() if part is not None)
        field = _FIELD.match(action)
        if field is not None:
            if field[1] not in fields:
                raise TemplateError(f"pre evaluation of template with parameters failed: no field {field[1]}")
            return fields[field[1]]
        call = _CALL.match(action)
        assert call is not None
        return functions[call[1]](call[2] if call[2] is not None else call[3])

    return _ACTION.sub(one, text)


def _actions(text: str) -> list[str]:
    rest = _ACTION.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise TemplateError('failed compiling gotemplate error="template: :1: unclosed action"')
    return [next(part for part in found if part is not None) for found in _groups(text)]


def _groups(text: str) -> list[tuple[str | None, ...]]:
    return [found.groups() for found in _ACTION.finditer(text)]
