"""Pod: every pod with a proxy in it is described to the mesh by a Dataplane, ZoneIngress or ZoneEgress.

Source: B-9 to B-43, KDS-185.
"""

from __future__ import annotations

from collections.abc import Callable

from kumasim.domain.reconcilers.annotations import enabled
from kumasim.domain.reconcilers.base import NOTHING, Diagnostic, Plan, Reconciler, View, itself
from kumasim.domain.reconcilers.comparison import same
from kumasim.domain.reconcilers.dataplane_from_pod.dataplane import GATEWAY, builtin_spec, sidecar_spec
from kumasim.domain.reconcilers.dataplane_from_pod.pod import PodView
from kumasim.domain.reconcilers.dataplane_from_pod.services import (
    DISCOVERY,
    SERVICE_INDEXES,
    pods_of_service,
    pods_of_slice,
)
from kumasim.domain.reconcilers.dataplane_from_pod.zone_proxies import egress_spec, ingress_spec
from kumasim.domain.reconcilers.gateway_api import KUMA_API_VERSION, KUMA_GROUP
from kumasim.domain.reconcilers.mesh_of import mesh_by_annotation
from kumasim.domain.reconcilers.objects import with_body
from kumasim.domain.reconcilers.only_read import only_read
from kumasim.domain.reconcilers.ownership import AlreadyOwned, controlled_by
from kumasim.domain.resource import Key, Metadata, Resource
from kumasim.domain.tree import EMPTY, FrozenMap
from kumasim.domain.writes import create, delete, update


def reconcile(view: View, key: Key) -> Plan:
    """Describe a pod by the kind of proxy it runs; a pod without one is none of Kuma's business.

    A pod that is gone takes its description with it, by ownership (B-13).

    Source: B-9, B-10.
    """
    pod = view.store.get(key)
    if pod is None:
        return NOTHING
    try:
        for is_such, describe in _POD_KINDS:
            if is_such(pod):
                return describe(view, pod)
    except (ValueError, AlreadyOwned) as wrong:
        return Plan(error=str(wrong), diagnostics=(_failed(pod, str(wrong)),))
    return NOTHING


def _sidecar(view: View, pod: Resource) -> Plan:
    """Source: B-11, B-12."""
    namespace = view.get("Namespace", "", pod.namespace)
    if namespace is None:
        return Plan(error=f'unable to get Namespace for Pod: Namespace "{pod.namespace}" not found')
    if namespace.meta.deleted_ns >= 0 or (namespace.status or EMPTY).get("phase") == "Terminating":
        return NOTHING
    seen = pod.view(PodView)
    if seen.phase == "Succeeded" or not seen.ip or seen.reason == "Evicted":
        return _removed(view, pod, "Dataplane")
    return _described(view, pod, "Dataplane", sidecar_spec(view, pod), mesh_by_annotation(pod, namespace))


def _builtin_gateway(view: View, pod: Resource) -> Plan:
    """A gateway pod is described while it has an address, ready or not; its mesh is set once and never moved.

    Unreadable tags are an event for the user, not an error that is tried again (B-36).

    Source: B-14, B-35 to B-37.
    """
    if not pod.view(PodView).ip:
        return _removed(view, pod, "Dataplane")
    namespace = view.get("Namespace", "", pod.namespace)
    if namespace is None:
        return Plan(error=f'unable to get Namespace for Pod: Namespace "{pod.namespace}" not found')
    try:
        spec = builtin_spec(view, pod)
    except ValueError as wrong:
        return Plan(diagnostics=(_failed(pod, str(wrong)),))
    observed = _observed(view, pod, "Dataplane")
    mesh = mesh_by_annotation(pod, namespace) if observed is None else str(observed.body.get("mesh"))
    return _described(view, pod, "Dataplane", spec, mesh)


def _zone_proxy(kind: str, spec: Callable[[View, Resource, FrozenMap], FrozenMap]) -> Callable[[View, Resource], Plan]:
    """How to describe the pods of a zone proxy, which may only live in the system namespace."""

    def describe(view: View, pod: Resource) -> Plan:
        if not pod.view(PodView).ip:
            return _removed(view, pod, kind)
        if pod.namespace != view.around.system_namespace:
            name = kind.removeprefix("Zone")
            raise ValueError(f'{name} can only be deployed in system namespace "{view.around.system_namespace}"')
        observed = _observed(view, pod, kind)
        return _described(view, pod, kind, spec(view, pod, EMPTY if observed is None else observed.spec), None)

    return describe


def _described(view: View, pod: Resource, kind: str, spec: FrozenMap, mesh: str | None) -> Plan:
    """Create or update the object of the pod's name, controlled by the pod. Source: B-13."""
    observed = _observed(view, pod, kind)
    fields = {"spec": spec} if mesh is None else {"mesh": mesh, "spec": spec}
    if observed is None:
        made = Resource(KUMA_API_VERSION, kind, Metadata(pod.name, pod.namespace), FrozenMap(fields))
        return Plan((create(controlled_by(pod, made)),))
    owned = controlled_by(pod, observed)
    if owned is observed and all(same(observed.body.get(field), value) for field, value in fields.items()):
        return NOTHING
    return Plan((update(with_body(owned, **fields)),))


def _removed(view: View, pod: Resource, kind: str) -> Plan:
    observed = _observed(view, pod, kind)
    return NOTHING if observed is None else Plan((delete(observed.key, observed.meta.uid),))


def _observed(view: View, pod: Resource, kind: str) -> Resource | None:
    return view.get(kind, pod.namespace, pod.name, KUMA_GROUP)


def _failed(pod: Resource, why: str) -> Diagnostic:
    """The Warning event that Kuma attaches to the pod: FailedToGenerateKumaDataplane."""
    return Diagnostic("KS0701", f"Failed to generate Kuma Dataplane: {why}", str(pod.key))


def _annotated(name: str) -> Callable[[Resource], bool]:
    return lambda pod: enabled(pod.meta.annotations, name)


def _is_builtin(pod: Resource) -> bool:
    return bool(pod.meta.annotations.get(GATEWAY) == "builtin")


_POD_KINDS: tuple[tuple[Callable[[Resource], bool], Callable[[View, Resource], Plan]], ...] = (
    (_annotated("kuma.io/ingress"), _zone_proxy("ZoneIngress", ingress_spec)),
    (_annotated("kuma.io/egress"), _zone_proxy("ZoneEgress", egress_spec)),
    (_is_builtin, _builtin_gateway),
    (_annotated("kuma.io/sidecar-injected"), _sidecar),
)
"""What a pod may be, in the order in which Kuma asks (B-9)."""


DATAPLANE_FROM_POD = Reconciler(
    name="dataplane-from-pod",
    wakes={
        ("", "Pod"): itself,
        ("", "Service"): pods_of_service,
        (DISCOVERY, "EndpointSlice"): pods_of_slice,
        **only_read(
            ("", "Namespace"),
            ("", "Node"),
            ("apps", "ReplicaSet"),
            ("batch", "Job"),
            (KUMA_GROUP, "Dataplane"),
            (KUMA_GROUP, "ZoneIngress"),
            (KUMA_GROUP, "ZoneEgress"),
        ),
    },
    reconcile=reconcile,
    indexes=SERVICE_INDEXES,
    source="B-9 to B-43, KDS-185",
)
"""The Pod controller."""
