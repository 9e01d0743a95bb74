"""The answer of the API server to a manifest that breaks its kind's schema.

Source: Kubernetes apiserver: strict decoding errors are 400 BadRequest, all others 422 Invalid.
"""

from __future__ import annotations

from kumasim.domain.kinds.violation import Violation
from kumasim.domain.writes import Failure


def refusal(group: str, kind: str, name: str, violations: tuple[Violation, ...]) -> Failure:
    """The failure that violations amount to.

    Unknown fields come first in the API server: it does not look further while there is one.

    Args:
        group, kind, name: of the object.
        violations: at least one.
    """
    unserved = [item for item in violations if item.reason == "version"]
    if unserved:
        return Failure(404, "NotFound", unserved[0].message, rule="API discovery")
    unknown = [item for item in violations if item.reason == "unknown"]
    if unknown:
        text = ", ".join(item.message for item in unknown)
        message = f"{kind} cannot be handled: strict decoding error: {text}"
        return Failure(400, "BadRequest", message, tuple(item.cause for item in unknown), "strict field validation")
    told = [str(item) for item in violations]
    text = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
    qualified = f"{kind}.{group}" if group else kind
    message = f'{qualified} "{name}" is invalid: {text}'
    return Failure(422, "Invalid", message, tuple(item.cause for item in violations), "schema validation")
