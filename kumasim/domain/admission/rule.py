"""The shape of an admission rule, and of what it is asked and answers.

A webhook of Kuma's is a list of rules. A rule looks at one write, sees what the control plane has observed, and
answers with a changed object, a failure, or nothing. A table in `review.py` says which rules there are, and in which
order they are asked.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource, group_of
from kumasim.domain.tree import FrozenMap
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import Failure

CREATE, UPDATE, DELETE = "CREATE", "UPDATE", "DELETE"

PRODUCT = "Kuma"
"""How Kuma calls itself in its messages."""


@value
class Review:
    """Message: an API server asks a control plane what it thinks of a write.

    Args:
        operation: "CREATE", "UPDATE" or "DELETE".
        user: the account that writes.
        old: the stored object, None for a CREATE.
        new: the wanted object, None for a DELETE.
    """

    operation: str
    user: str
    old: Resource | None = None
    new: Resource | None = None


@value
class Verdict:
    """Message: what a control plane answers.

    Args:
        resource: the object as webhooks changed it; None for a DELETE, or with a failure.
        failure: why the write is denied.
    """

    resource: Resource | None = None
    failure: Failure | None = None


Outcome = Resource | Failure | None
"""A changed object, a refusal, or None: nothing to say."""


@attrs.frozen
class Rule:
    """One rule of one webhook.

    Args:
        name: of the rule, as its module.
        webhook: as it stands in Kuma's chart.
        kinds: (group, kind) pairs that it is asked about.
        operations: those that it is asked about.
        check: the rule: view, review, the object as it stands after earlier rules.
        source: where it is from.
    """

    name: str
    webhook: str
    kinds: tuple[tuple[str, str], ...]
    operations: tuple[str, ...]
    check: Callable[[View, Review, Resource], Outcome]
    source: str


@attrs.frozen
class Fault:
    """One thing that a validator of Kuma's finds, with the field as Kuma writes it."""

    field: str
    message: str

    @property
    def cause(self) -> FrozenMap:
        """This fault as one of the causes of a Kubernetes `Status`."""
        return FrozenMap({"field": self.field, "message": self.message, "reason": "FieldValueInvalid"})


def denied(message: str, *faults: Fault) -> Failure:
    """403 Forbidden: the write is not allowed."""
    return Failure(403, "Forbidden", message, tuple(fault.cause for fault in faults))


def invalid(faults: tuple[Fault, ...] | list[Fault]) -> Failure | None:
    """422 Invalid with all faults, or None if there are none."""
    if not faults:
        return None
    message = "; ".join(f"{fault.field}: {fault.message}" for fault in faults)
    return Failure(422, "Invalid", message, tuple(fault.cause for fault in faults))


def errored(code: int, message: str) -> Failure:
    """A webhook that could not do its work; Kubernetes gets a code and a message, but no reason."""
    return Failure(code, "", message)


def not_found(kind: str, group: str, name: str) -> str:
    """How a Kubernetes client says that an object is not there."""
    return f'{kind}.{group} "{name}" not found' if group else f'{kind} "{name}" not found'


def key_of(resource: Resource) -> tuple[str, str]:
    """The (group, kind) that rules are found by."""
    return group_of(resource.api_version), resource.kind
