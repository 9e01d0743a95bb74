"""The part that answers the API server's webhooks: what is changed and what is refused before it is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kumasim.domain.admission import Review, Verdict, review
from kumasim.domain.admission.told import told
from kumasim.domain.decider import Delivery, Effect, Send
from kumasim.domain.reconcilers.base import View
from kumasim.domain.roles.controllers import DiagnosticReported
from kumasim.domain.roles.parts import Part
from kumasim.domain.vocabulary import value


@value
class ReviewRequest:
    """Message: an API server asks about a write.

    Args:
        id: the server's number for it.
        review: the write.
    """

    id: int
    review: Review


@value
class ReviewAnswer:
    """Message: the control plane's verdict on a write."""

    id: int
    verdict: Verdict


@value
class Reviewed:
    """Event: the control plane looked at a write."""

    server: str
    id: int
    subject: str
    verdict: Verdict


def admission(view: Callable[[Any, int], View]) -> Part:
    """The part for a control plane that sees its store through `view` (state, time)."""

    def on_request(state: Any, delivery: Delivery) -> Iterable[Any]:
        asked: ReviewRequest = delivery.body
        concerned = asked.review.new or asked.review.old
        seen = view(state, delivery.at_ns)
        verdict = review(seen, asked.review)
        known = state.controllers.told
        return [
            *(
                DiagnosticReported(one)
                for one in told(seen, asked.review, verdict)
                if (one.code, one.subject) not in known
            ),
            Reviewed(delivery.sender, asked.id, str(concerned.key) if concerned else "", verdict),
        ]

    return Part(name="admission", decides={ReviewRequest: on_request}, reacts={Reviewed: _answer})


def _answer(state: Any, event: Reviewed) -> Iterable[Effect]:
    return [Send(event.server, ReviewAnswer(event.id, event.verdict), topic=f"admission {event.subject}")]
