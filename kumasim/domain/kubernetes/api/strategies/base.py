"""The shape of a strategy."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from kumasim.domain.kubernetes.api.context import ApiContext
from kumasim.domain.kubernetes.api.failures import Fault
from kumasim.domain.resource import Resource


def _as_it_is(wanted: Resource) -> Resource:
    return wanted


def _unprepared(_: Resource | None, wanted: Resource, __: ApiContext) -> Resource:
    return wanted


def _no_fault(_: Resource | None, __: Resource) -> Iterable[Fault]:
    return ()


def _finalizers(stored: Resource) -> tuple[str, ...]:
    return stored.meta.finalizers


@attrs.frozen
class Strategy:
    """What an API server does to objects of one kind.

    Args:
        default: fills in what the client left out; before webhooks see the object.
        prepare: (stored or None, wanted, context) -> wanted; gives out addresses and keeps what clients may not set;
            after mutating webhooks, for every write whatever its subresource. May raise `Refused`.
        check: what is invalid in (stored or None, wanted).
        leave: how the object looks once its deletion was asked for while something holds it.
        holders: what holds a deleted object back.
        keeps_status: whether a creation keeps the status it comes with, although the kind has a status subresource.
        name: whether names are "subdomain" (most), "label" or "dns-1035" labels.
    """

    default: Callable[[Resource], Resource] = _as_it_is
    prepare: Callable[[Resource | None, Resource, ApiContext], Resource] = _unprepared
    check: Callable[[Resource | None, Resource], Iterable[Fault]] = _no_fault
    leave: Callable[[Resource], Resource] = _as_it_is
    holders: Callable[[Resource], tuple[str, ...]] = _finalizers
    keeps_status: bool = False
    name: str = "subdomain"


PLAIN = Strategy()
