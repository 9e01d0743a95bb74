"""The end of the way: a workload answers."""

from __future__ import annotations

from kumasim.domain.resource import Resource
from kumasim.domain.traffic.cluster import is_ready, workload_of
from kumasim.domain.traffic.journey import Journey
from kumasim.domain.traffic.outcome import Outcome, Outcomes
from kumasim.domain.tree import FrozenMap


def answers(journey: Journey, pod: Resource, service: str | None) -> Outcomes:
    """The answer of a pod: every Ready one answers 200 on any port that a request reaches; others refuse.

    Args:
        journey: with the request as the pod sees it, in the pod's zone.
        pod: who is asked.
        service: the Service chosen as destination, None when the pod was addressed itself.
    """
    if not is_ready(pod):
        return journey.told("workload", f"Pod {pod.name} is not ready", "connection refused").ends("refused")
    store = journey.world.store(journey.zone)
    return (
        _answered(journey, pod.namespace, service, workload_of(store, pod), pod.name),
    )  # fmt: skip


def stands_in(journey: Journey, namespace: str, service: str | None, workload: str | None) -> Outcomes:
    """The answer of a workload that is no pod: a Universal Dataplane, an external service."""
    return (_answered(journey, namespace or None, service, workload, None),)


def _answered(
    journey: Journey, namespace: str | None, service: str | None, workload: str | None, pod: str | None
) -> Outcome:
    message = journey.message
    journey = journey.told("workload", f"{pod or workload or service or 'the workload'} answers", stage="answer")
    seen = FrozenMap(
        {
            "host": message.host, "path": message.full_path, "method": message.method, "headers": message.headers,
            "sni": message.sni or None,
        }
    )  # fmt: skip
    backend = FrozenMap({name.lower(): str(text) for name, text in message.backend_headers.items()})
    return Outcome(
        status=200, zone=journey.zone, namespace=namespace, service=service, workload=workload, pod=pod, seen=seen,
        headers=journey.changed(backend), mirrors=journey.mirrors, via=journey.via,
        rule=_deciding(journey), steps=journey.steps,
    )  # fmt: skip


def _deciding(journey: Journey) -> str:
    """The last step that names an object of the user's, else the last step."""
    named = [step for step in journey.steps if step.source and step.stage != "permission"]
    last = named or [step for step in journey.steps if step.stage not in ("answer", "pod", "permission")]
    return str(last[-1]) if last else ""
