"""The user: whoever applies manifests. Their requests and the answers are facts like all others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.decider import Delivery, Effect, PeerGone, Send
from kumasim.domain.persistent import Map
from kumasim.domain.roles.parts import Part, PartedRole
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, ApiResponse, Failure, Write

ACCOUNT = "kubernetes-admin"
"""The account that people use, as the API server sees it."""
UNIVERSAL_ACCOUNT = "mesh-system:admin"
"""The same, as a Universal control plane sees it."""

UNREACHABLE = Failure(503, "ServiceUnavailable", "the API server did not answer: connection refused")


@value
class Ask:
    """Message: what somebody outside wants the user to request.

    Args:
        id: the name under which the answer is kept.
        server: the actor that is asked ("zone-1/cluster").
        write: what is asked.
    """

    id: int
    server: str
    write: Write


@value
class RequestMade:
    """Event: the user asked an API server to change something."""

    id: int
    server: str
    write: Write

    @property
    def subject(self) -> str:
        return str(self.write.key)


@value
class AnswerReceived:
    """Event: the API server answered."""

    answer: ApiResponse

    @property
    def subject(self) -> str:
        return "refused" if self.answer.failure else "done"


@value
class UserState:
    """What the user waits for and what they were told.

    Args:
        open: requests without an answer, by id: the server that was asked.
        answers: the answers, by id.
    """

    open: Map[int, str] = attrs.field(factory=Map)
    answers: Map[int, ApiResponse] = attrs.field(factory=Map)


def _ask(state: UserState, delivery: Delivery) -> Iterable[Any]:
    wanted: Ask = delivery.body
    return [RequestMade(wanted.id, wanted.server, wanted.write)]


def _answered(state: UserState, delivery: Delivery) -> Iterable[Any]:
    return [AnswerReceived(delivery.body)] if delivery.body.id in state.open else []


def _gone(state: UserState, delivery: Delivery) -> Iterable[Any]:
    return [
        AnswerReceived(ApiResponse(id_, failure=UNREACHABLE))
        for id_, server in state.open.items()
        if server == delivery.body.peer
    ]


def _request(state: UserState, event: RequestMade) -> Iterable[Effect]:
    account = UNIVERSAL_ACCOUNT if event.server.endswith("/store") else ACCOUNT
    return [Send(event.server, ApiRequest(event.id, event.write, account), topic=f"user {event.write.key}")]


def _made(state: UserState, event: RequestMade) -> UserState:
    return changed(state, open=state.open.set(event.id, event.server))


def _done(state: UserState, event: AnswerReceived) -> UserState:
    id_ = event.answer.id
    return changed(state, open=state.open.drop(id_), answers=state.answers.set(id_, event.answer))


def user() -> PartedRole[UserState]:
    """The role of whoever applies manifests."""
    asking = Part(
        name="asking",
        decides={Ask: _ask, ApiResponse: _answered, PeerGone: _gone},
        evolves={RequestMade: _made, AnswerReceived: _done},
        reacts={RequestMade: _request},
    )
    return PartedRole(lambda _: UserState(), [asking])
