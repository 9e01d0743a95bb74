"""A violation: one thing that is wrong with a manifest, where, and how to put it right.

Messages are those of the Kubernetes API server, so that users recognise them.
"""

from __future__ import annotations

import attrs

from kumasim.domain.tree import FrozenMap

Path = tuple[str | int, ...]
"""Keys and indexes from the root of a tree to a place in it."""

CAUSES = {
    "unknown": "FieldValueInvalid",
    "missing": "FieldValueRequired",
    "type": "FieldValueTypeInvalid",
    "enum": "FieldValueNotSupported",
    "duplicate": "FieldValueDuplicate",
    "many": "FieldValueTooMany",
    "forbidden": "FieldValueForbidden",
}
"""The cause that Kubernetes names for each of our reasons; any other reason is FieldValueInvalid."""


def path_text(path: Path) -> str:
    """A path as Kubernetes writes it: `spec.listeners[0].name`, with keys that are no names in brackets."""
    text = ""
    for step in path:
        if isinstance(step, int) or "." in step or "/" in step:
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


@attrs.frozen
class Violation:
    """One thing that is wrong with a manifest.

    Args:
        path: where; for a missing field, where it should be.
        message: as the API server says it, without the path.
        fix: what to do about it, "" when there is no better advice than the message.
        reason: "unknown", "missing", "type", "enum", "range", "pattern", "length", "many", "duplicate", "rule",
            "version", "forbidden".
    """

    path: Path
    message: str
    fix: str = ""
    reason: str = "rule"

    def __str__(self) -> str:
        return f"{path_text(self.path)}: {self.message}" if self.path else self.message

    @property
    def cause(self) -> FrozenMap:
        """This violation as one of the causes of a Kubernetes `Status`."""
        reason = CAUSES.get(self.reason, "FieldValueInvalid")
        return FrozenMap({"field": path_text(self.path), "message": self.message, "reason": reason})
