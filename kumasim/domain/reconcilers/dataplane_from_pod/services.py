"""Which Services select a Pod, and which Pods a Service selects.

Source: B-15 to B-18.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kumasim.domain.reconcilers.annotations import truthy
from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.selectors import matches_set
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Index
from kumasim.domain.tree import FrozenMap, dig

IGNORE = "kuma.io/ignore"
IGNORED_LABELS = "KUMA_RUNTIME_KUBERNETES_INJECTOR_IGNORED_SERVICE_SELECTOR_LABELS"
SERVICE_NAME_LABEL = "kubernetes.io/service-name"
DISCOVERY = "discovery.k8s.io"

Place = tuple[str, str, str]
"""Namespace, label, value."""


def selector_of(service: Resource) -> FrozenMap:
    """The selector of a Service, empty when it has none."""
    found: FrozenMap = dig(service.spec, "selector", default=FrozenMap())
    return found


def _pod_places(pod: Resource) -> Iterable[Place]:
    return [(pod.namespace, key, str(value)) for key, value in pod.meta.labels.items()]


def _selector_places(service: Resource) -> Iterable[Place]:
    return [(service.namespace, key, str(value)) for key, value in selector_of(service).items()]


def _without_selector(service: Resource) -> Iterable[str]:
    return () if selector_of(service) else (service.namespace,)


def _endpoint_uids(endpoint_slice: Resource) -> Iterable[str]:
    return sorted({uid for uid in (dig(each, "targetRef", "uid") for each in _endpoints(endpoint_slice)) if uid})


def _slice_service(endpoint_slice: Resource) -> Iterable[tuple[str, str]]:
    name = endpoint_slice.meta.labels.get(SERVICE_NAME_LABEL)
    return () if name is None else ((endpoint_slice.namespace, str(name)),)


PODS_BY_LABEL = Index("pod-by-label", "Pod", _pod_places)
SERVICES_BY_SELECTOR = Index("service-by-selector", "Service", _selector_places)
SERVICES_WITHOUT_SELECTOR = Index("service-without-selector", "Service", _without_selector)
SLICES_BY_TARGET = Index("endpointslice-by-target", "EndpointSlice", _endpoint_uids)
SLICES_BY_SERVICE = Index("endpointslice-by-service", "EndpointSlice", _slice_service)

SERVICE_INDEXES = (
    PODS_BY_LABEL, SERVICES_BY_SELECTOR, SERVICES_WITHOUT_SELECTOR, SLICES_BY_TARGET, SLICES_BY_SERVICE,
)  # fmt: skip


def matching_services(view: View, pod: Resource) -> tuple[Resource, ...]:
    """The Services of the pod's namespace that it belongs to, sorted by name, so that zones agree on the order.

    A Service with a selector must select the pod, labels that the control plane ignores left aside; one without must
    have the pod among its EndpointSlices. Those with a truthy `kuma.io/ignore` are skipped.

    Source: B-15 to B-18.
    """
    ignored = _ignored_labels(view)
    found = {service.name: service for service in _candidates(view, pod, ignored)}
    return tuple(
        found[name]
        for name in sorted(found)
        if not truthy(found[name].meta.annotations, IGNORE)
        and matches_set(_kept(selector_of(found[name]), ignored), pod.meta.labels)
    )


def pods_of_service(service: Resource, view: View) -> Iterable[Key]:
    """The pods that a change of a Service concerns. Source: B-17, B-18."""
    selector = selector_of(service)
    if selector:
        return tuple(pod.key for pod in _selected(view, service.namespace, selector))
    slices = view.find(SLICES_BY_SERVICE.name, (service.namespace, service.name))
    return tuple(key for each in slices for key in _targets(each))


def pods_of_slice(endpoint_slice: Resource, view: View) -> Iterable[Key]:
    """The pods that a change of an EndpointSlice concerns: those of a Service without selector. Source: B-18."""
    for namespace, name in _slice_service(endpoint_slice):
        service = view.get("Service", namespace, name)
        if service is not None and not selector_of(service):
            yield from _targets(endpoint_slice)


def _candidates(view: View, pod: Resource, ignored: tuple[str, ...]) -> Iterable[Resource]:
    if ignored:  # a selector of nothing but ignored labels selects every pod, and is in no index
        yield from (service for service in view.list("Service", pod.namespace) if selector_of(service))
    else:
        for place in _pod_places(pod):
            yield from view.find(SERVICES_BY_SELECTOR.name, place)
    slices = view.find(SLICES_BY_TARGET.name, pod.meta.uid) if pod.meta.uid else ()
    backing = {name for each in slices for name in _slice_service(each)}
    for namespace, name in sorted(backing):
        service = view.get("Service", namespace, name)
        if service is not None and namespace == pod.namespace and not selector_of(service):
            yield service


def _selected(view: View, namespace: str, selector: Mapping[str, str]) -> Iterable[Resource]:
    key = min(selector)
    candidates = view.find(PODS_BY_LABEL.name, (namespace, key, str(selector[key])))
    return (pod for pod in candidates if matches_set(selector, pod.meta.labels))


def _kept(selector: FrozenMap, ignored: tuple[str, ...]) -> Mapping[str, str]:
    return {key: value for key, value in selector.items() if key not in ignored} if ignored else selector


def _ignored_labels(view: View) -> tuple[str, ...]:
    written = view.around.config.get(IGNORED_LABELS, "")
    return tuple(label.strip() for label in written.split(",") if label.strip())


def _endpoints(endpoint_slice: Resource) -> tuple[FrozenMap, ...]:
    found: tuple[FrozenMap, ...] = dig(endpoint_slice.body, "endpoints", default=())
    return found


def _targets(endpoint_slice: Resource) -> Iterable[Key]:
    for endpoint in _endpoints(endpoint_slice):
        if dig(endpoint, "targetRef", "kind") == "Pod":
            namespace = dig(endpoint, "targetRef", "namespace", default=endpoint_slice.namespace)
            yield Key("", "Pod", namespace, dig(endpoint, "targetRef", "name", default=""))
