"""Why a Dataplane takes requests or does not: its inbounds, and whether its proxy has a configuration.

Source: B-24 to B-36, D-42b.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kumasim.domain.kinds.dataplane import Dataplane, Inbound
from kumasim.domain.kubernetes.selectors import has_all
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import dig
from kumasim.projections.explain.failures import failing
from kumasim.projections.explain.making import merged, repair
from kumasim.projections.explain.scene import Cause, Explained, Line, Repair, Scene, line_of


def dataplane(scene: Scene, found: Resource) -> Iterable[Explained]:
    """Whether the proxy has a configuration, and the state of each inbound."""
    read = found.view(Dataplane)
    lines = tuple(_origins(scene, found))
    yield _configured(scene, found, lines)
    for inbound in read.inbounds:
        yield _inbound(scene, found, inbound, lines)
    if read.gateway is None:
        yield _selected(scene, found, lines)
    yield from failing(scene, "dataplane-from-pod", Key("", "Pod", found.namespace, found.name))


def _configured(scene: Scene, found: Resource, lines: tuple[Line, ...]) -> Explained:
    proxy = scene.states.get(f"{scene.store}/dp/{found.name}.{found.namespace}")
    has = proxy is not None and proxy.config is not None
    cause = Cause(
        "a proxy serves what it last received from its control plane", "D-42b", lines,
        missing=() if has else ("the proxy has received no configuration",),
        effect="" if has else "connections to it are refused",
    )  # fmt: skip
    return Explained("proxy", "Configured", "True" if has else "False", "Received" if has else "NotReceived", "", cause)


def _inbound(scene: Scene, found: Resource, inbound: Inbound, lines: tuple[Line, ...]) -> Explained:
    pod = scene.held(Key("", "Pod", found.namespace, found.name))
    ready = inbound.healthy
    waiting = [] if ready else [f"container {name} is not ready" for name in _unready(pod)]
    service = scene.held(Key("", "Service", found.namespace, inbound.service.partition("_")[0]))
    cause = Cause(
        "an inbound is an endpoint while the pod's containers, the sidecar among them, are ready", "B-30 to B-34",
        lines=(*lines, *(() if service is None else (line_of(service),))),
        missing=tuple(waiting),
        effect="requests may be sent here" if ready else "no request is sent here",
    )  # fmt: skip
    about = f"inbound {inbound.port} ({inbound.service})"
    return Explained(about, "Ready", "True" if ready else "False", inbound.state, "", cause)


def _unready(pod: Resource | None) -> Iterable[str]:
    statuses = dig(None if pod is None else pod.status, "containerStatuses", default=())
    return (str(one.get("name")) for one in statuses if not one.get("ready"))


def _selected(scene: Scene, found: Resource, lines: tuple[Line, ...]) -> Explained:
    """Whether a Service stands before the workload. Source: B-24."""
    pod = scene.held(Key("", "Pod", found.namespace, found.name))
    labels = {} if pod is None else dict(pod.meta.labels)
    services = scene.stores[scene.store].list("", "Service", found.namespace)
    selecting = [one for one in services if _takes(dig(one.spec, "selector", default={}), labels)]
    cause = Cause(
        "inbounds that others can address come from the Services that select the pod", "B-24",
        (*lines, *map(line_of, selecting)),
        () if selecting else (f"no Service of namespace {found.namespace} selects the pod",),
        effect="" if selecting else "nobody in the mesh can address this workload",
        repairs=() if selecting else tuple(_selectors(scene, labels, services)),
    )  # fmt: skip
    return Explained(
        "", "Selected", "True" if selecting else "False", "Service" if selecting else "NoService", "", cause
    )


def _takes(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """A Service without selector takes nothing."""
    return bool(selector) and has_all(labels, selector)


def _selectors(scene: Scene, labels: dict[str, str], services: tuple[Resource, ...]) -> Iterable[Repair]:
    """A Service of which the selector nearly fits may have been meant for this pod."""
    for one in services:
        selector = dict(dig(one.spec, "selector", default={}))
        shared = {key: labels[key] for key in selector if key in labels}
        if shared and shared != selector:
            patch = merged(one, {"spec": {"selector": {**dict.fromkeys(selector), **shared}}})
            yield repair(f"let Service {one.name} select the pod's labels", scene.store, patch)


def _origins(scene: Scene, found: Resource) -> Iterable[Line]:
    """The pod, and whoever made it, as far as users wrote them."""
    held = scene.held(Key("", "Pod", found.namespace, found.name)) or found
    while True:
        if held.origin is not None:
            yield line_of(held)
        owner = next((one for one in held.meta.owners if one.controller), None)
        if owner is None:
            return
        group = owner.api_version.rpartition("/")[0]
        above = scene.held(Key(group, owner.kind, found.namespace, owner.name))
        if above is None:
            return
        held = above
