"""Finds the object that a `resource:` expectation means, or the one that comes nearest to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.scenario.match import Mismatch, mismatches, shown
from kumasim.scenario.model import Tree
from kumasim.scenario.universal import rest_form


@attrs.frozen
class Verdict:
    """Whether some object matches.

    Args:
        found: the first object that matches, None if none does.
        nearest: otherwise the object that comes nearest, None where there is none of its kind.
        mismatches: why that one does not match.
    """

    found: Mapping[str, Any] | None = None
    nearest: Mapping[str, Any] | None = None
    mismatches: tuple[Mismatch, ...] = ()


def select(expected: Tree, candidates: Iterable[Mapping[str, Any]], *, universal: bool = False) -> Verdict:
    """The first of some objects that matches a partial tree.

    Args:
        expected: with `kind` (or `type`), and `metadata` (or `name`, `labels`).
        candidates: plain objects of a store, in the order of their keys; those of other kinds are passed over.
        universal: whether the store is Universal, so that `name`, `labels`, `mesh` and flat fields mean what they mean
            in Kuma's REST API. An expectation that says `type` is taken so anyway.
    """
    best: tuple[tuple[int, int], Mapping[str, Any], list[Mismatch]] | None = None
    for candidate in candidates:
        seen = _seen(candidate, expected.value, universal)
        if seen.get("kind") != _kind(expected.value):
            continue
        missed = mismatches(expected, seen)
        if not missed:
            return Verdict(found=candidate)
        distance = (sum(1 for item in missed if _is_identity(item)), len(missed))
        if best is None or distance < best[0]:
            best = (distance, candidate, missed)
    if best is None:
        return Verdict(mismatches=(_none_there(expected),))
    return Verdict(nearest=best[1], mismatches=tuple(best[2]))


def _seen(candidate: Mapping[str, Any], expected: Mapping[str, Any], universal: bool) -> Mapping[str, Any]:
    """An object as the expectation looks at it: also in its REST form where that is what the expectation is written in."""
    if "kind" not in candidate and "type" in candidate:
        frame = {"name": candidate.get("name"), "labels": candidate.get("labels") or {}}
        return {**candidate, "kind": candidate["type"], "metadata": frame}
    return rest_form(candidate) if universal or ("type" in expected and "kind" not in expected) else candidate


def _kind(expected: Mapping[str, Any]) -> Any:
    return expected.get("kind", expected.get("type"))


_IDENTITY = frozenset(((), ("apiVersion",), ("metadata", "name"), ("metadata", "namespace"), ("name",), ("mesh",)))


def _is_identity(mismatch: Mismatch) -> bool:
    return mismatch.path in _IDENTITY


def _none_there(expected: Tree) -> Mismatch:
    kind = _kind(expected.value)
    return Mismatch((), expected.value, None, f"there is no {kind}", expected.at())


def describe(expected: Mapping[str, Any]) -> str:
    """What a partial tree asks for, in the words of a failure: `HTTPRoute kuma-demo/db`."""
    meta = expected.get("metadata")
    meta = meta if isinstance(meta, Mapping) else expected
    parts = [meta.get("namespace"), meta.get("name")]
    name = "/".join(part for part in parts if isinstance(part, str))
    return f"{_kind(expected)} {name}" if name else f"{_kind(expected)} like {shown(expected)}"
