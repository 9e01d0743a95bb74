"""A request under way: what it has become, whom it passed, and what will be done to the answer."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from kumasim.domain.proxy.config import HeaderChange
from kumasim.domain.resource import Origin
from kumasim.domain.traffic.filters import change_headers
from kumasim.domain.traffic.outcome import Outcome, Outcomes, TraceStep
from kumasim.domain.traffic.request import Message
from kumasim.domain.traffic.world import TrafficWorld
from kumasim.domain.tree import EMPTY, FrozenMap


@attrs.frozen
class Client:
    """Who a request comes from as the mesh knows him: mesh and certificate tags; no tags is somebody outside it."""

    mesh: str = ""
    tags: tuple[FrozenMap, ...] = ()

    @property
    def meshed(self) -> bool:
        """Whether he has a certificate of a mesh."""
        return self.mesh != ""


OUTSIDER = Client()

Details = tuple[str, ...] | Callable[[], tuple[str, ...]]
"""Further sentences of a step, or what makes them."""


@attrs.frozen
class Journey:
    """One request under way.

    Args:
        world: the world at this instant.
        message: the request as the next hop will see it.
        zone: where it is.
        via: proxies passed.
        steps: what each hop did.
        mirrors: copies made.
        answer: what proxies will do to the answer: the outermost proxy's changes first.
        losers: what is to be told of the routes that were not taken, with the one that was.
        detailed: whether steps tell more than what decided: for `trace`, where that costs nothing that matters.
    """

    world: TrafficWorld
    message: Message
    zone: str = ""
    via: tuple[FrozenMap, ...] = ()
    steps: tuple[TraceStep, ...] = ()
    mirrors: tuple[FrozenMap, ...] = ()
    answer: tuple[HeaderChange, ...] = ()
    losers: tuple[str, ...] = ()
    detailed: bool = False

    def through(self, hop: str, zone: str) -> Journey:
        """The journey after passing a proxy of a zone."""
        return attrs.evolve(self, zone=zone, via=(*self.via, FrozenMap({"hop": hop, "zone": zone})))

    def told(
        self,
        hop: str,
        did: str,
        rule: str = "",
        source: str = "",
        origin: Origin | None = None,
        stage: str = "",
        details: Details = (),
    ) -> Journey:
        """The journey with one more step explained; details that cost something to say are given as a function."""
        step = TraceStep(hop, self.zone, did, rule, source, origin, stage, self._said(details))
        return attrs.evolve(self, steps=(*self.steps, step))

    def _said(self, details: Details) -> tuple[str, ...]:
        if not callable(details):
            return details
        return details() if self.detailed else ()

    def with_message(self, message: Message) -> Journey:
        """The journey with the request changed."""
        return attrs.evolve(self, message=message)

    def ends(self, status: int | str, headers: FrozenMap = EMPTY, location: str | None = None) -> Outcomes:
        """The outcome in which a proxy, or nobody, answers; the last step says why."""
        return (
            Outcome(
                status=status, headers=self.changed(headers) if isinstance(status, int) else EMPTY, location=location,
                mirrors=self.mirrors, via=self.via, rule=str(self.steps[-1]) if self.steps else "", steps=self.steps,
            ),
        )  # fmt: skip

    def changed(self, headers: FrozenMap) -> FrozenMap:
        """Response headers after all proxies on the way back have changed them, the nearest to the workload first."""
        for change in reversed(self.answer):
            headers = change_headers(headers, change)
        return headers
