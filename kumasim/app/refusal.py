"""A store's refusal as the exception that Python users see."""

from __future__ import annotations

from kumasim.domain.tree import thaw
from kumasim.domain.writes import ApiResponse
from kumasim.errors import Refused


def refusals(answer: ApiResponse) -> list[Refused]:
    """The refusal in an answer; none if what was asked was done."""
    failure = answer.failure
    if failure is None:
        return []
    return [Refused(failure.code, failure.reason, failure.message, [thaw(cause) for cause in failure.causes])]
