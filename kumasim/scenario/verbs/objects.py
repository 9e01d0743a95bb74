"""`apply`, `delete`, `patch` and `scale`: writes to stores."""

from __future__ import annotations

from typing import Any

from kumasim.scenario.cursor import INVALID, Cursor
from kumasim.scenario.manifests import FILES, RESOURCES
from kumasim.scenario.model import Apply, Delete, Named, Patch, Scale
from kumasim.scenario.places import STORES
from kumasim.scenario.shapes import Anything as Any_
from kumasim.scenario.shapes import Field, Integer, ListOf, MapOf, Record, Shape, Text
from kumasim.scenario.verbs.verb import VerbSpec

_AT = Field(STORES, "the store, or several", required=True)
_SOURCES = {
    "files": Field(FILES, "paths, folders and globs relative to the scenario; - for standard input"),
    "resources": Field(RESOURCES, "the same objects inline"),
}


def _name(required: bool) -> dict[str, Field]:
    return {
        "apiVersion": Field(Text(), "where two kinds share a name", default=""),
        "kind": Field(Text(), "the object's kind", required=required),
        "namespace": Field(Text(), "its namespace", default=""),
        "name": Field(Text(), "its name", required=required),
        "mesh": Field(Text(), "its mesh, in a Universal store", default=""),
    }


def _named(values: dict[str, Any]) -> Named:
    return Named(values["kind"], values["name"], values["namespace"], values["apiVersion"], values["mesh"])


def _manifests(values: dict[str, Any]) -> tuple[Any, ...]:
    return (*(values["files"] or ()), *(values["resources"] or ()))


def _apply(at: Cursor, values: dict[str, Any]) -> Any:
    if values["files"] is None and values["resources"] is None:
        return at.problem("KS1209", "nothing to apply", "add `files` or `resources`", key=True)
    return Apply(values["at"], _manifests(values))


APPLY = VerbSpec(Record({"at": _AT, **_SOURCES}, _apply, doc="create or update objects, in order"), refusable=True)


def _delete(at: Cursor, values: dict[str, Any]) -> Any:
    named = [name for name in ("kind", "name", "namespace", "apiVersion", "mesh") if name in at.value]
    sources = [name for name in ("files", "resources") if name in at.value]
    if bool(named) == bool(sources):
        message = "`files` and a name exclude each other" if named else "nothing to delete"
        return at.problem("KS1209", message, "name either `kind` and `name`, or `files`", key=True)
    if sources:
        return Delete(values["at"], None, _manifests(values))
    missing = [name for name in ("kind", "name") if name not in at.value]
    for name in missing:
        at.problem("KS1202", f"`delete` lacks `{name}`", key=True)
    return INVALID if missing else Delete(values["at"], _named(values))


DELETE = VerbSpec(
    Record({"at": _AT, **_name(required=False), **_SOURCES}, _delete, doc="delete one object, or those of files"),
    refusable=True,
)


def _pointer(at: Cursor, text: str) -> Any:
    if text == "" or text.startswith("/"):
        return text
    return at.problem("KS1204", f"{text!r} is not a JSON pointer", f"write /{text.replace('.', '/')}")


_POINTER = Text(check=_pointer)
_OPERATIONS = ("add", "remove", "replace", "move", "copy", "test")
_NEEDS = {"add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from"}


def _operation(at: Cursor, values: dict[str, Any]) -> Any:
    needed = _NEEDS.get(values["op"])
    if needed and needed not in at.value:
        return at.problem("KS1202", f"operation {values['op']} lacks `{needed}`", key=True)
    return {name: at.value[name] for name in ("op", "path", "from", "value") if name in at.value}


OPERATION: Shape = Record(
    {
        "op": Field(Text(choices=_OPERATIONS), "what to do", required=True),
        "path": Field(_POINTER, "where, as a JSON pointer", required=True),
        "from": Field(_POINTER, "where from, for move and copy"),
        "value": Field(Any_(), "the value, for add, replace and test"),
    },
    _operation,
    doc="one RFC 6902 operation",
)


def _patch(at: Cursor, values: dict[str, Any]) -> Any:
    if ("merge" in at.value) == ("json" in at.value):
        return at.problem("KS1209", "a patch is either `merge` or `json`", key=True)
    return Patch(values["at"], _named(values), values["merge"], values["json"])


PATCH = VerbSpec(
    Record(
        {
            "at": _AT,
            **_name(required=True),
            "merge": Field(MapOf(Any_()), "an RFC 7386 patch"),
            "json": Field(ListOf(OPERATION), "an RFC 6902 patch"),
        },
        _patch,
        doc="change one object",
    ),
    refusable=True,
)


def _scale(at: Cursor, values: dict[str, Any]) -> Any:
    named = Named(values["kind"], values["name"], values["namespace"])
    return Scale(values["at"], named, values["replicas"])


SCALE = VerbSpec(
    Record(
        {
            "at": _AT,
            "kind": Field(Text(choices=("Deployment",)), "Deployment", default="Deployment"),
            "namespace": Field(Text(), "its namespace", default=""),
            "name": Field(Text(), "its name", required=True),
            "replicas": Field(Integer(0, 100_000), "how many pods", required=True),
        },
        _scale,
        doc="set the replicas of a Deployment",
    ),
    refusable=True,
)
