"""How Kuma's REST API says no: an HTTP status, its phrase, and what is wrong with which field."""

from __future__ import annotations

from http import HTTPStatus

from kumasim.domain.admission.rule import Fault
from kumasim.domain.resource import Key
from kumasim.domain.writes import Failure

INVALID = "Resource is not valid"


def refused(code: int, message: str, *faults: Fault, rule: str = "") -> Failure:
    """A refusal; its reason is the HTTP status's phrase.

    Args:
        code: the HTTP status.
        message: what Kuma says.
        faults: the fields that are wrong.
        rule: what refused, with its source.
    """
    told = f"{message}: {'; '.join(f'{fault.field}: {fault.message}' for fault in faults)}" if faults else message
    return Failure(code, HTTPStatus(code).phrase, told, tuple(fault.cause for fault in faults), rule)


def invalid(*faults: Fault) -> Failure:
    """400: fields of the resource are wrong."""
    return refused(400, INVALID, *faults)


def not_found(key: Key) -> Failure:
    """404: there is no such resource."""
    mesh = f' mesh="{key.namespace}"' if key.namespace else ""
    return refused(404, f'Resource not found: type="{key.kind}" name="{key.name}"{mesh}')


def conflict(key: Key, why: str) -> Failure:
    """409: the resource is not what the writer takes it for."""
    return refused(409, f'Resource conflict: type="{key.kind}" name="{key.name}": {why}')


def as_rest(failure: Failure) -> Failure:
    """A refusal of a rule that Kubernetes and Universal share, in the words of the REST API: what is invalid is 400."""
    code = 400 if failure.code == 422 else failure.code
    message = f"{INVALID}: {failure.message}" if failure.code == 422 else failure.message
    return Failure(code, HTTPStatus(code).phrase, message, failure.causes, failure.rule)
