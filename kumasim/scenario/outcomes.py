"""Compares the exact outcomes of a request with those that are expected.

Outcomes that differ only in fields which the expectation does not name are added up before shares are compared. An
outcome that could be taken for several expected ones is given to that one by which all shares come out right, if there
is such a way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs

from kumasim.scenario.match import Mismatch, matches, mismatches, shown
from kumasim.scenario.model import ExpectedOutcome, Tree
from kumasim.scenario.shares import format_share

Outcome = Mapping[str, Any]
"""An actual outcome: a mapping with a `Fraction` under `share`."""


@attrs.frozen
class _Group:
    """Outcomes that match the same expected ones, taken together."""

    fits: tuple[int, ...]
    share: Fraction
    outcomes: tuple[Outcome, ...]


def match_outcomes(expected: Sequence[ExpectedOutcome], actual: Sequence[Outcome]) -> list[Mismatch]:
    """Where the distribution of a request differs from the expected one; empty if it is exactly that.

    Args:
        expected: shares and partial trees; equal trees count as one with the sum of their shares.
        actual: every outcome with its share.
    """
    wanted = _distinct(expected)
    groups = _groups(wanted, actual)
    strangers = [_stranger(outcome, wanted) for group in groups if not group.fits for outcome in group.outcomes]
    known = [group for group in groups if group.fits]
    if not strangers and _assign([item.share for item in wanted], known):
        return []
    found = [item for item in strangers if item is not None]
    return found + _short(wanted, known)


def match_response(expected: Tree, actual: Sequence[Outcome]) -> list[Mismatch]:
    """Where some outcome of a request differs from the one that each should be; empty if all match."""
    for outcome in actual:
        found = mismatches(expected, _without_share(outcome))
        if found:
            share = outcome["share"]
            if share == 1:
                return found
            return [
                attrs.evolve(item, message=f"{item.message} (in {format_share(share)} of requests)") for item in found
            ]
    return [] if actual else [Mismatch((), expected.value, None, "the request has no outcome", expected.at())]


def _distinct(expected: Sequence[ExpectedOutcome]) -> list[ExpectedOutcome]:
    distinct: list[ExpectedOutcome] = []
    for item in expected:
        for index, other in enumerate(distinct):
            if other.tree.value == item.tree.value and shown(other.tree.value) == shown(item.tree.value):
                distinct[index] = attrs.evolve(other, share=other.share + item.share)
                break
        else:
            distinct.append(item)
    return distinct


def _groups(wanted: Sequence[ExpectedOutcome], actual: Sequence[Outcome]) -> list[_Group]:
    by_fit: dict[tuple[int, ...], list[Outcome]] = {}
    for outcome in actual:
        bare = _without_share(outcome)
        fits = tuple(index for index, item in enumerate(wanted) if matches(item.tree.value, bare))
        by_fit.setdefault(fits, []).append(outcome)
    return [
        _Group(fits, _total(found), tuple(found)) for fits, found in sorted(by_fit.items(), key=lambda item: item[0])
    ]


def _total(outcomes: Sequence[Outcome]) -> Fraction:
    return sum((outcome["share"] for outcome in outcomes), Fraction(0))


def _assign(open_shares: list[Fraction], groups: Sequence[_Group]) -> bool:
    """Whether every group can be given to one expected outcome so that all shares are met."""
    if not groups:
        return all(share == 0 for share in open_shares)
    first, rest = groups[0], groups[1:]
    for index in first.fits:
        if open_shares[index] >= first.share:
            left = list(open_shares)
            left[index] -= first.share
            if _assign(left, rest):
                return True
    return False


def _stranger(outcome: Outcome, wanted: Sequence[ExpectedOutcome]) -> Mismatch | None:
    """Tells of an outcome that nobody expects, and by what it misses the one nearest to it."""
    if not outcome["share"]:
        return None
    bare = _without_share(outcome)
    attempts = [(mismatches(item.tree, bare), _leaves(item.tree.value)) for item in wanted]
    close, _ = max(attempts, key=lambda attempt: attempt[1] - len(attempt[0]))
    why = "; ".join(str(item) for item in close)
    named = {"status", *(name for item in wanted for name in item.tree.value)}
    told = shown({name: item for name, item in bare.items() if name in named})
    message = f"{format_share(outcome['share'])} of requests end in {told}, which is not expected ({why})"
    return Mismatch((), None, dict(outcome), message, close[0].origin)


def _short(wanted: Sequence[ExpectedOutcome], groups: Sequence[_Group]) -> list[Mismatch]:
    """Tells which expected outcomes have another share than they should, giving ambiguous ones to the most specific."""
    held = [Fraction(0)] * len(wanted)
    for group in groups:
        best = max(group.fits, key=lambda index: (_leaves(wanted[index].tree.value), -index))
        held[best] += group.share
    found = []
    for item, share in zip(wanted, held, strict=True):
        if share != item.share:
            has = format_share(share) if share else "none"
            message = f"{shown(item.tree.value)} is expected for {format_share(item.share)} of requests, {has} end so"
            found.append(Mismatch(("share",), item.share, share, message, item.tree.at()))
    return found


def _leaves(tree: Any) -> int:
    if isinstance(tree, Mapping):
        return sum(_leaves(item) for item in tree.values())
    return sum(_leaves(item) for item in tree) if isinstance(tree, list | tuple) else 1


def _without_share(outcome: Outcome) -> dict[str, Any]:
    return {name: item for name, item in outcome.items() if name != "share" and item is not None}
