"""What an API server answers when it refuses, in Kubernetes' own words.

Source: k8s.io/apimachinery pkg/api/errors and util/validation/field.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import attrs

from kumasim.domain.kubernetes.scope import kind_name, resource_name
from kumasim.domain.resource import Key
from kumasim.domain.tree import FrozenMap
from kumasim.domain.writes import Failure

MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


class Refused(Exception):
    """A write cannot be done. Never leaves this package: `perform` answers with the failure it carries."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


@attrs.frozen
class Fault:
    """One invalid field.

    Args:
        field: its path, "spec.ports[0].nodePort".
        detail: what is wrong, as Kubernetes words it, "Required value".
        reason: the cause's reason, "FieldValueInvalid".
    """

    field: str
    detail: str
    reason: str = "FieldValueInvalid"

    def __str__(self) -> str:
        return f"{self.field}: {self.detail}"


def invalid_value(field: str, value: str, detail: str) -> Fault:
    """A field whose value, as Kubernetes prints it, is wrong."""
    return Fault(field, f"Invalid value: {value}: {detail}")


def required(field: str, detail: str = "") -> Fault:
    """A field that has to be there."""
    return Fault(field, f"Required value: {detail}" if detail else "Required value", "FieldValueRequired")


def forbidden_field(field: str, detail: str) -> Fault:
    """A field that must not be set or changed like that."""
    return Fault(field, f"Forbidden: {detail}", "FieldValueForbidden")


def quoted(text: str) -> str:
    """A string as Go prints it in messages."""
    return json.dumps(text, ensure_ascii=False)


def named(key: Key) -> str:
    """An object as messages name it: `deployments.apps "web"`."""
    return f"{resource_name(key.group, key.kind)} {quoted(key.name)}"


def not_found(key: Key) -> Failure:
    """404: there is no such object."""
    return Failure(404, "NotFound", f"{named(key)} not found")


def no_such_path() -> Failure:
    """404: the kind has no such subresource."""
    return Failure(404, "NotFound", "the server could not find the requested resource")


def already_exists(key: Key) -> Failure:
    """409: there is one already."""
    return Failure(409, "AlreadyExists", f"{named(key)} already exists")


def conflict(key: Key, detail: str = MODIFIED) -> Failure:
    """409: somebody else was faster."""
    return Failure(409, "Conflict", f"Operation cannot be fulfilled on {named(key)}: {detail}")


def precondition(key: Key, wanted: str, found: str) -> Failure:
    """409: the object under that name is not the one that was meant."""
    return conflict(key, f"Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}")


def terminating(key: Key) -> Failure:
    """403: nothing is created in a namespace that is going away."""
    where = key.namespace
    why = f"unable to create new content in namespace {where} because it is being terminated"
    cause = FrozenMap(
        reason="NamespaceTerminating", message=f"namespace {where} is being terminated", field="metadata.namespace"
    )
    return Failure(403, "Forbidden", f"{named(key)} is forbidden: {why}", (cause,))


def bad_request(message: str) -> Failure:
    """400: the request makes no sense."""
    return Failure(400, "BadRequest", message)


def unprocessable(detail: str) -> Failure:
    """422: a patch cannot be carried out."""
    cause = FrozenMap(reason="UnexpectedServerResponse", message=detail)
    return Failure(422, "Invalid", "the server rejected our request due to an error in our request", (cause,))


def internal(detail: str) -> Failure:
    """500: the server could not do it."""
    return Failure(500, "InternalError", f"Internal error occurred: {detail}")


def invalid(key: Key, faults: Iterable[Fault]) -> Failure:
    """422: fields of the object are wrong; one fault stands alone, several in brackets."""
    found = tuple(faults)
    texts = [str(fault) for fault in found]
    told = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    causes = tuple(FrozenMap(reason=fault.reason, message=fault.detail, field=fault.field) for fault in found)
    who = f"{kind_name(key.group, key.kind)} {quoted(key.name)}"
    return Failure(422, "Invalid", f"{who} is invalid: {told}", causes)


def printed(value: Any) -> str:
    """A tree as Kubernetes prints a value in a message: strings quoted, mappings and lists as JSON."""
    return quoted(value) if isinstance(value, str) else json.dumps(value, sort_keys=True)
