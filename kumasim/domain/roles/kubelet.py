"""The part that runs proxies: a running pod with a proxy container has a dataplane actor of its own.

Everything else in a pod needs no actor: a workload answers when asked. The proxy tells when it serves, and that makes
its container ready.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.decider import Delivery, Effect, Now, PeerGone, Spawn, Stop
from kumasim.domain.resource import Key, Resource
from kumasim.domain.roles.changes import Changed
from kumasim.domain.roles.dataplane import ProxyIdentity, ProxyReady
from kumasim.domain.roles.parts import Part
from kumasim.domain.tree import FrozenMap, dig
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, update_status

ACCOUNT = "system:node"
KUMA = "kuma.io"
PROXIES = (
    ("ingress", "ZoneIngress", "kuma.io/ingress"),
    ("egress", "ZoneEgress", "kuma.io/egress"),
    ("kuma-gateway", "Dataplane", ""),
    ("kuma-sidecar", "Dataplane", ""),
)
"""Proxy containers: name, the kind that describes them, the annotation that the pod must have enabled."""


@value
class ProxyStarted:
    """Event: a pod's proxy begins to run."""

    pod: Key
    actor: str
    container: str
    dataplane: Key

    @property
    def subject(self) -> str:
        return str(self.pod)


@value
class ProxyStopped:
    """Event: a pod is gone, and its proxy with it."""

    pod: Key
    actor: str

    @property
    def subject(self) -> str:
        return str(self.pod)


@value
class ProxyReported:
    """Event: a pod's proxy began or ceased to serve."""

    pod: Key
    container: str
    ready: bool

    @property
    def subject(self) -> str:
        return str(self.pod)


def proxy_of(pod: Resource) -> tuple[str, Key] | None:
    """The proxy container of a pod and the object that describes the proxy; None if it has none."""
    containers = {container.get("name") for container in dig(pod.spec, "containers", default=())}
    containers |= {container.get("name") for container in dig(pod.spec, "initContainers", default=())}
    for container, kind, annotation in PROXIES:
        if container in containers and (not annotation or pod.meta.annotations.get(annotation) == "enabled"):
            return container, Key(KUMA, kind, pod.namespace, pod.name)
    return None


def _on_changed(state: Any, delivery: Delivery) -> Iterable[Any]:
    for change in delivery.body.changes:
        key = change.one.key
        if (key.group, key.kind) != ("", "Pod"):
            continue
        actor = state.proxies.get(key)
        if change.after is None:
            if actor is not None:
                yield ProxyStopped(key, actor)
        elif actor is None and dig(change.after.status, "phase") == "Running":
            found = proxy_of(change.after)
            if found is not None:
                yield ProxyStarted(key, f"{state.zone}/dp/{key.name}.{key.namespace}", *found)


def _on_ready(state: Any, delivery: Delivery) -> Iterable[Any]:
    report: ProxyReady = delivery.body
    if report.pod in state.proxies and not _is_ready(state, report.pod, report.container):
        yield ProxyReported(report.pod, report.container, True)


def _on_gone(state: Any, delivery: Delivery) -> Iterable[Any]:
    for key, actor in state.proxies.items():
        if actor == delivery.body.peer:
            container = state.containers[key]
            if _is_ready(state, key, container):
                yield ProxyReported(key, container, False)


def _is_ready(state: Any, key: Key, container: str) -> bool:
    pod = state.store.get(key)
    statuses = dig(pod.status, "containerStatuses", default=()) if pod is not None else ()
    return any(status.get("name") == container and status.get("ready") for status in statuses)


def _spawn(state: Any, event: ProxyStarted) -> Iterable[Effect]:
    identity = ProxyIdentity(event.dataplane, state.control_plane, state.name, event.pod, event.container)
    return [Spawn(event.actor, "dataplane", identity)]


def _stop(state: Any, event: ProxyStopped) -> Iterable[Effect]:
    return [Stop(event.actor)]


def _write_status(state: Any, event: ProxyReported) -> Iterable[Effect]:
    pod = state.store.get(event.pod)
    if pod is None:
        return
    statuses = [
        FrozenMap({**status, "ready": event.ready}) if status.get("name") == event.container else status
        for status in dig(pod.status, "containerStatuses", default=())
    ]
    write = update_status(event.pod, {"containerStatuses": statuses})
    yield Now(ApiRequest(None, write, ACCOUNT))


def _started(state: Any, event: ProxyStarted) -> Any:
    return changed(
        state,
        proxies=state.proxies.set(event.pod, event.actor),
        containers=state.containers.set(event.pod, event.container),
    )


def _stopped(state: Any, event: ProxyStopped) -> Any:
    return changed(state, proxies=state.proxies.drop(event.pod), containers=state.containers.drop(event.pod))


def kubelet() -> Part:
    """The part that runs proxies."""
    return Part(
        name="kubelet",
        decides={Changed: _on_changed, ProxyReady: _on_ready, PeerGone: _on_gone},
        evolves={ProxyStarted: _started, ProxyStopped: _stopped},
        reacts={ProxyStarted: _spawn, ProxyStopped: _stop, ProxyReported: _write_status},
    )
