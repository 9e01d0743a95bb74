"""Reads manifests: the objects that users apply, from files or inline, as they are kept.

Every object is checked against its kind's schema. What is wrong becomes a problem with its place, except in a step that
expects an error: there the violations stay with the manifest, for the simulated API server to answer.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.kinds import Violation, path_text
from kumasim.domain.resource import Resource, resource
from kumasim.errors import InputError, Problem, UsageError
from kumasim.scenario.cursor import INVALID, Cursor, Reading
from kumasim.scenario.document import Document, Place
from kumasim.scenario.files import Files
from kumasim.scenario.known import Known, current
from kumasim.scenario.model import Manifest
from kumasim.scenario.shapes import ListOf, Text
from kumasim.scenario.universal import as_kubernetes, is_universal, path_as_written, universal_violations

_KEY_REASONS = frozenset(("unknown", "missing"))
"""Violations that concern a key, not its value."""

_IDENTITY = (("apiVersion",), ("kind",), ("metadata",), ("metadata", "name"), ("type",), ("name",))


def read_manifest(at: Cursor) -> tuple[Manifest, ...]:
    """The objects of one document or inline entry; several for a List, none where problems were reported instead."""
    if not isinstance(at.value, dict):
        at.wrong_type("a manifest, which is a mapping")
        return ()
    if _is_list(at.value):
        inside = at.child("items")
        return tuple(
            made for index in range(len(inside.value)) for made in read_manifest(_item(inside.child(index), at))
        )
    universal = is_universal(at.value)
    violations = universal_violations(at.value) if universal else ()
    tree = as_kubernetes(at.value) if universal else at.value
    violations = (*violations, *_violations(tree, at.value, universal, at.reading.known))
    if violations and not at.reading.leave_violations:
        for violation in violations:
            report(at, violation)
        return ()
    if not at.reading.leave_violations and not _fits_stores(at, universal):
        return ()
    return (Manifest(_resource(tree, at), at.document, at.path, universal, tuple(violations)),)


def _fits_stores(at: Cursor, universal: bool) -> bool:
    """Reports an object that is written for the other type of store."""
    for store in at.reading.default_at:
        wanted = at.reading.stores[store] == "universal"
        if wanted != universal:
            form, other = ("`type:`", "apiVersion and kind") if wanted else ("apiVersion and kind", "`type:`")
            type_ = "Universal" if wanted else "Kubernetes"
            at.problem("KS1503", f"{store} is {type_} and takes objects with {form}, not {other}")
            return False
    return True


def report(at: Cursor, violation: Violation) -> None:
    """Makes a problem of a violation, at its place in the file."""
    path = tuple(violation.path)
    reason = violation.reason
    code = "KS1501" if path in _IDENTITY and reason == "missing" else "KS1502"
    where = at.document.at((*at.path, *path), key=reason in _KEY_REASONS)
    name = path_text(path)
    message = f"{name}: {violation.message}" if name else violation.message
    at.reading.add(Problem(code, message, where.file, where.line, where.column, violation.fix))


def _violations(tree: Mapping[str, Any], written: Mapping[str, Any], universal: bool, known: Known) -> Iterable[Any]:
    if str(tree.get("apiVersion", "")).startswith("kumasim/"):
        return (Violation(("apiVersion",), "this is a scenario, not a manifest", "", "version"),)
    found = tuple(known.violations(tree))
    if universal:
        paths = (path_as_written(violation.path, written) for violation in found)
        return tuple(
            Violation(path, violation.message, violation.fix, violation.reason)
            for path, violation in zip(paths, found, strict=True)
        )
    missing = tuple(flaw for flaw in _frame_flaws(tree) if not any(flaw.path == other.path for other in found))
    return (*missing, *found)


def _frame_flaws(tree: Mapping[str, Any]) -> Iterable[Violation]:
    """What any Kubernetes object needs to be applied."""
    for field in ("apiVersion", "kind"):
        if field not in tree or tree[field] in (None, ""):
            yield Violation((field,), "Required value", f'add "{field}"', "missing")
    meta = tree.get("metadata")
    if meta is None or (isinstance(meta, Mapping) and not meta.get("name")):
        fix = 'apply needs a name; "generateName" is not enough' if meta and meta.get("generateName") else 'add "name"'
        yield Violation(("metadata", "name"), "Required value", fix, "missing")


def _is_list(tree: Mapping[str, Any]) -> bool:
    kind = tree.get("kind")
    return isinstance(kind, str) and kind.endswith("List") and isinstance(tree.get("items"), list)


def _item(at: Cursor, outer: Cursor) -> Cursor:
    """An item of a List; one of a typed list (`ConfigMapList`) takes kind and version from it where it has none."""
    kind = outer.value["kind"]
    if kind == "List" or not isinstance(at.value, dict):
        return at
    value = {"apiVersion": outer.value.get("apiVersion"), "kind": kind.removesuffix("List"), **at.value}
    return attrs.evolve(at, value=value)


def _resource(tree: Mapping[str, Any], at: Cursor) -> Resource:
    """The object, with what its frame lacks or garbles left empty (only violations that are the run's come here)."""
    meta = tree.get("metadata")
    meta = dict(meta) if isinstance(meta, Mapping) else {}
    for field, kind in _FRAME.items():
        if not isinstance(meta.get(field), kind):
            meta.pop(field, None)
    version = meta.get("resourceVersion", "0")
    meta["resourceVersion"] = version if version.isdigit() else "0"
    meta["ownerReferences"] = [owner for owner in meta.get("ownerReferences", ()) if isinstance(owner, Mapping)]
    for field in ("labels", "annotations"):
        held = meta.get(field, {})
        meta[field] = {key: item for key, item in held.items() if isinstance(item, str)}
    identity = {field: tree[field] if isinstance(tree.get(field), str) else "" for field in ("apiVersion", "kind")}
    return resource({**tree, **identity, "metadata": meta}, at.origin())


_FRAME: dict[str, Any] = {
    "name": str,
    "generateName": str,
    "namespace": str,
    "labels": dict,
    "annotations": dict,
    "uid": str,
    "resourceVersion": str,
    "generation": int,
    "finalizers": list,
    "ownerReferences": list,
}


_PATHS = ListOf(Text(), one=True)


@attrs.frozen
class _Names:
    """Shape of `files:`: each name is read into the manifests of its files."""

    def read(self, at: Cursor) -> Any:
        names = _PATHS.read(at)
        if names is INVALID:
            return INVALID
        single = not isinstance(at.value, list)
        before = len(at.reading.problems)
        made: list[Manifest] = []
        for index, name in enumerate(names):
            made += _from_files(at if single else at.child(index), name)
        return tuple(made) if len(at.reading.problems) == before else INVALID

    def schema(self) -> dict[str, Any]:
        return _PATHS.schema()


def _from_files(at: Cursor, pattern: str) -> list[Manifest]:
    reading = at.reading
    files, wrong = reading.files.named(pattern)
    if wrong:
        at.problem("KS1002" if "match" in wrong or "holds" in wrong else "KS1001", wrong)
    made: list[Manifest] = []
    for name in files:
        documents, problems = reading.files.read(name)
        for problem in problems:
            reading.add(problem)
        for document in documents:
            made += read_manifest(Cursor(reading, document, document.value))
    return made


@attrs.frozen
class _Inline:
    """Shape of `resources:`: each entry is an object."""

    def read(self, at: Cursor) -> Any:
        if not isinstance(at.value, list):
            return at.wrong_type("a list of objects", "begin with `- `" if isinstance(at.value, dict) else "")
        before = len(at.reading.problems)
        made = [manifest for index in range(len(at.value)) for manifest in read_manifest(at.child(index))]
        return tuple(made) if len(at.reading.problems) == before else INVALID

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "object"}}


FILES = _Names()
RESOURCES = _Inline()


def load_manifests(
    sources: Any,
    base: str | os.PathLike[str] = "",
    *,
    known: Known | None = None,
    stdin: str | None = None,
    stores: Mapping[str, str] | None = None,
) -> tuple[Manifest, ...]:
    """The objects of paths, folders, globs, mappings, or a list of them.

    Args:
        sources: "manifests/*.yaml", a path, `-`, a mapping that is an object, or a list of such.
        base: the folder that relative paths start from; the current one if left out.
        known: what objects are checked against.
        stdin: what `-` reads.
        stores: type ("kubernetes", "universal") of the stores that they are for, by name; left out, none is checked.

    Raises:
        InputError: with every problem of every file.
        UsageError: a source is none of these.
    """
    reading = Reading(known or current(), Files(os.fspath(base), stdin), dict(stores or {}))
    reading.default_at = tuple(reading.stores)
    made: list[Manifest] = []
    for source in sources if isinstance(sources, list | tuple) else [sources]:
        if isinstance(source, Mapping):
            place = Place(0, 0)
            document = Document(_plain(source), "", place)
            made += read_manifest(Cursor(reading, document, document.value))
        elif isinstance(source, str | os.PathLike):
            name = os.fspath(source)
            made += _from_files(Cursor(reading, Document(name, str(name), Place(0, 0)), name), str(name))
        else:
            raise UsageError(f"a manifest is a path, a glob or a mapping, not {type(source).__name__}")
    if reading.problems:
        raise InputError(reading.problems)
    return tuple(made)


def read_manifests(sources: Any, base: str | os.PathLike[str] = "") -> list[Resource]:
    """Like `load_manifests`, the resources alone."""
    return [manifest.resource for manifest in load_manifests(sources, base)]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
