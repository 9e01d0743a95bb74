"""How a request ends: outcomes with exact shares, and why."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, cast

import attrs

from kumasim.domain.resource import Origin
from kumasim.domain.tree import EMPTY, FrozenMap
from kumasim.domain.vocabulary import value

REFUSED, RESET, NO_DNS, TIMEOUT = "refused", "reset", "no-dns", "timeout"
"""Endings without an HTTP answer."""


@value
class TraceStep:
    """What one hop did with a request, and why.

    Args:
        hop: "dns", "service", "gateway", "sidecar", "zone-ingress", "zone-egress", "workload".
        zone: where.
        did: one sentence.
        rule: what decided, with its source.
        source: the object behind it, `Kind/namespace/name`.
        origin: where the user wrote that.
        stage: what part of the way it is: "address", "service", "pod", "listener", "virtual host", "route", "split",
            "cluster", "endpoint", "permission", "answer"; "" for others.
        details: further sentences: the routes that lost and why, the endpoints with weight and locality.
    """

    hop: str
    zone: str
    did: str
    rule: str = ""
    source: str = ""
    origin: Origin | None = attrs.field(default=None, eq=False)
    stage: str = ""
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        behind = f" [{self.source}{f' at {self.origin}' if self.origin else ''}]" if self.source else ""
        return f"{self.did}{behind}{f' ({self.rule})' if self.rule else ''}"


@value
class Outcome:
    """One way in which requests end.

    Args:
        parts: the share as numerator and denominator.
        status: HTTP status, or "refused", "reset", "no-dns", "timeout".
        zone, namespace, service, workload, pod: who answered; None where a proxy did.
        seen: the request as the workload saw it: host, path, method, headers, sni.
        headers: response headers as the caller sees them.
        location: target of a redirect.
        mirrors: copies: namespace, service, pod, percent.
        via: the proxies passed: hop and zone.
        rule: what decided, with the object and place behind it.
        steps: every hop's reason.
    """

    parts: tuple[int, int] = (1, 1)
    status: int | str = 200
    zone: str | None = None
    namespace: str | None = None
    service: str | None = None
    workload: str | None = None
    pod: str | None = None
    seen: FrozenMap | None = None
    headers: FrozenMap = EMPTY
    location: str | None = None
    mirrors: tuple[FrozenMap, ...] = ()
    via: tuple[FrozenMap, ...] = ()
    rule: str = ""
    steps: tuple[TraceStep, ...] = attrs.field(default=(), eq=False)

    @property
    def share(self) -> Fraction:
        """The fraction of such requests that end so."""
        return Fraction(*self.parts)


Outcomes = tuple[Outcome, ...]


def scaled(outcomes: Iterable[Outcome], share: Fraction) -> Outcomes:
    """Outcomes of which all shares are multiplied."""
    return tuple(_with_share(one, one.share * share) for one in outcomes)


def joined(outcomes: Iterable[Outcome]) -> Outcomes:
    """Outcomes of which equal ones are added up, in the order of first appearance."""
    totals: dict[Any, Fraction] = {}
    first: dict[Any, Outcome] = {}
    for one in outcomes:
        plain = _with_share(one, Fraction(1))
        totals[plain] = totals.get(plain, Fraction(0)) + one.share
        first.setdefault(plain, one)
    return tuple(_with_share(first[plain], share) for plain, share in totals.items() if share)


def _with_share(outcome: Outcome, share: Fraction) -> Outcome:
    return cast(Outcome, attrs.evolve(cast(Any, outcome), parts=(share.numerator, share.denominator)))
