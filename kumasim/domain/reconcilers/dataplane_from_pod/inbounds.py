"""The inbounds of a pod: one for each port of each Service that selects it.

Source: B-19 to B-34.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.dataplane_from_pod.pod import SIDECAR, ContainerPort, PodView
from kumasim.domain.reconcilers.dataplane_from_pod.services import selector_of
from kumasim.domain.reconcilers.dataplane_from_pod.tags import pod_tags, service_tags
from kumasim.domain.reconcilers.selectors import matches_set
from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap, dig

SERVICELESS_PORT = 49151
"""A port nobody can listen on: it says that the pod belongs to no Service (B-23)."""


def inbounds(view: View, pod: Resource, services: Iterable[Resource]) -> tuple[FrozenMap, ...]:
    """The inbounds of a pod, never none: a pod without Services gets one that nobody can call.

    Source: B-19, B-20, B-21, B-23; they have no name in 2.8 (B-29).
    """
    found = [
        inbound
        for service in services
        if service.spec.get("type") != "ExternalName"
        for inbound in _of_service(view, pod, service)
    ]
    return tuple(found) or (_serviceless(view, pod),)


def _of_service(view: View, pod: Resource, service: Resource) -> Iterable[FrozenMap]:
    for port in dig(service.spec, "ports", default=()):
        if (port.get("protocol") or "TCP") != "TCP":
            continue
        number, declared = _container_port(pod, port)
        if number is None:
            continue
        state = _state(pod, service, declared)
        yield _inbound(number, service_tags(view, pod, service, port), state)


def _container_port(pod: Resource, port: FrozenMap) -> tuple[int | None, ContainerPort | None]:
    """Where a Service port leads: a number always leads there, a name only where a container declares it.

    Source: B-22.
    """
    target = port.get("targetPort")
    target = port.get("port") if target in (None, 0, "") else target
    for declared in pod.view(PodView).ports:
        named = declared.name if isinstance(target, str) else declared.number
        if named == target and declared.protocol == "TCP":
            return declared.number, declared
    return (None if isinstance(target, str) else target), None


def _state(pod: Resource, service: Resource, declared: ContainerPort | None) -> str:
    """Ready unless container, sidecar or pod say otherwise; Ignored if the full selector does not match.

    A port that no container declares does not depend on any container (B-31).

    Source: B-30 to B-32.
    """
    if not matches_set(selector_of(service), pod.meta.labels):
        return "Ignored"
    seen = pod.view(PodView)
    serving = declared is None or seen.is_ready(declared.container)
    return "Ready" if serving and seen.sidecar_ready and not seen.deleting else "NotReady"


def _serviceless(view: View, pod: Resource) -> FrozenMap:
    """Ready while every container is. Source: B-23, B-27."""
    seen = pod.view(PodView)
    ready = seen.sidecar_ready and all(seen.is_ready(each) for each in seen.containers if each != SIDECAR)
    tags = pod_tags(view, pod, workload_name(view, pod))
    return _inbound(SERVICELESS_PORT, tags, "Ready" if ready else "NotReady")


def workload_name(view: View, pod: Resource) -> str:
    """Who a pod belongs to: its Deployment or CronJob, else its direct owner, else itself.

    A ReplicaSet that is not observed gives the Deployment's name by leaving the pod-template-hash out of its own.

    Source: B-23.
    """
    for owner in pod.meta.owners:
        group = owner.api_version.rpartition("/")[0]
        if owner.kind not in _BEHIND:
            return owner.name
        between = view.get(owner.kind, pod.namespace, owner.name, group)
        if between is None:
            return owner.name.removesuffix(f"-{pod.meta.labels.get('pod-template-hash', '')}")
        if not between.meta.owners:
            return between.name
        for behind in between.meta.owners:
            if behind.kind == _BEHIND[owner.kind]:
                return behind.name
    return pod.name


_BEHIND = {"ReplicaSet": "Deployment", "Job": "CronJob"}


def _inbound(port: int, tags: FrozenMap, state: str) -> FrozenMap:
    """`health` repeats the state for control planes of 2.5 and older. Source: B-33."""
    return FrozenMap({
        "port": port,
        "tags": tags,
        "state": state,
        "health": FrozenMap({"ready": state == "Ready"}),
    })  # fmt: skip
