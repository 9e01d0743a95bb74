"""MeshServices from Kubernetes Services, where the control plane is told to make them.

The Service's name, cluster IP and Kubernetes DNS name stay; what is added is a destination that the whole mesh can see.

Left out: that each reconcile appends a headless Service's addresses to the stored ones again (C-23 [U]), because equal
addresses make one outbound; and the clean-up by pod name that never finds anything (C-24), for the same reason.

Source: C-1 to C-25.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from kumasim.domain.policy.identity import KUMA, ZONE_TAG
from kumasim.domain.reconcilers.annotations import truthy
from kumasim.domain.reconcilers.base import NOTHING, Diagnostic, Plan, Reconciler, Surroundings, View, Wakes, itself
from kumasim.domain.reconcilers.comparison import same, status_write
from kumasim.domain.reconcilers.dataplane_from_pod.services import SLICES_BY_SERVICE
from kumasim.domain.reconcilers.mesh_of import mesh_by_label_or_annotation
from kumasim.domain.reconcilers.mesh_service.eligibility import GENERATED, LEFT_ALONE, disagreement, verdict
from kumasim.domain.reconcilers.mesh_service.objects import Generated, generated, key_of
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Index
from kumasim.domain.tree import FrozenMap
from kumasim.domain.writes import Write, create, delete, update, update_status

SWITCH = "KUMA_EXPERIMENTAL_GENERATE_MESH_SERVICES"
"""Whether the controller runs. Source: C-2."""

_KEPT = ("kuma.io/origin", ZONE_TAG, "k8s.kuma.io/namespace")
"""Labels that the defaulting webhook adds (C-13) and this controller leaves where they are."""


def runs(around: Surroundings) -> bool:
    """Whether a control plane makes MeshServices. Source: C-2."""
    return truthy(around.config, SWITCH)


def reconcile(view: View, key: Key) -> Plan:
    """Make, keep up to date or remove the MeshServices of a Service."""
    service = view.store.get(key)
    namespace = None if service is None else view.get("Namespace", "", service.namespace)
    if service is None or namespace is None or service.meta.deleted_ns >= 0:
        return NOTHING
    told = disagreement(service, namespace)
    decided = verdict(view, service, namespace)
    if decided == LEFT_ALONE:
        return Plan(diagnostics=told)
    if decided != GENERATED:
        return attrs.evolve(_removed(view, service), diagnostics=told)
    writes: list[Write] = []
    for wanted in generated(view, service, mesh_by_label_or_annotation(service, namespace)):
        held = view.store.get(wanted.resource.key)
        if held is not None and wanted.owner.uid not in {owner.uid for owner in held.meta.owners}:
            return _taken(service, held, told)
        writes += _written(wanted, held)
    return Plan(tuple(writes), diagnostics=told)


def _removed(view: View, service: Resource) -> Plan:
    """The MeshService that has the Service's name goes, whoever made it. Source: C-5, C-8."""
    held = view.store.get(key_of(service))
    return NOTHING if held is None else Plan((delete(held.key, held.meta.uid),))


def _taken(service: Resource, held: Resource, told: tuple[Diagnostic, ...]) -> Plan:
    """Somebody else's MeshService has the name: a warning, and another try later. Source: C-20."""
    text = f"MeshService {held.namespace}/{held.name} exists and is not owned by Service {service.name}"
    return Plan(error=text, diagnostics=(*told, Diagnostic("KS0720", text, str(service.key))))


def _written(wanted: Generated, held: Resource | None) -> Iterable[Write]:
    addresses = {"vips": tuple(FrozenMap({"ip": address}) for address in wanted.vips)}
    if held is None:
        yield create(wanted.resource)
        yield update_status(wanted.resource.key, addresses)
        return
    kept = {label: held.meta.labels[label] for label in _KEPT if label in held.meta.labels}
    labels = FrozenMap({**kept, **wanted.resource.meta.labels})
    spec = wanted.resource.spec
    if "identities" in held.spec:
        spec = spec.with_(identities=held.spec["identities"])
    if labels != held.meta.labels or not same(spec, held.spec):
        yield update(attrs.evolve(held.with_meta(labels=labels), body=held.body.with_(spec=spec)))
    yield from status_write(held, addresses)


def _of_slice(endpoint_slice: Resource, view: View) -> Iterable[Key]:
    """A headless Service has one MeshService for each endpoint. Source: C-21."""
    name = endpoint_slice.meta.labels.get("kubernetes.io/service-name")
    found = None if name is None else view.get("Service", endpoint_slice.namespace, str(name))
    return (found.key,) if found is not None and found.spec.get("clusterIP") == "None" else ()


def _in_namespace(namespace: Resource, view: View) -> Iterable[Key]:
    return [service.key for service in view.list("Service", namespace.name)]


def _everywhere(_: Resource, view: View) -> Iterable[Key]:
    return [service.key for service in view.list("Service")]


def _owner(mesh_service: Resource, view: View) -> Iterable[Key]:
    """The Service of a MeshService, by the owner or by the name that it takes up (C-20)."""
    for owner in mesh_service.meta.owners:
        if owner.kind == "Service":
            yield Key("", "Service", mesh_service.namespace, owner.name)
    by_name = Key("", "Service", mesh_service.namespace, mesh_service.name)
    if by_name in view.store:
        yield by_name


def _behind_pods(pod: Resource, view: View) -> Iterable[Key]:
    """Headless Services whose slices name a pod that was not seen yet when the slice came."""
    for each in view.find("meshservice-slice-by-pod", (pod.namespace, pod.name)):
        yield from _of_slice(each, view)


def _pods_of(endpoint_slice: Resource) -> Iterable[tuple[str, str]]:
    targets = [endpoint.get("targetRef") or {} for endpoint in endpoint_slice.body.get("endpoints") or ()]
    return sorted({(endpoint_slice.namespace, str(one.get("name"))) for one in targets if one.get("kind") == "Pod"})


_WAKES: dict[tuple[str, str], Wakes] = {
    ("", "Service"): itself,
    ("", "Namespace"): _in_namespace,
    ("", "Pod"): _behind_pods,
    ("discovery.k8s.io", "EndpointSlice"): _of_slice,
    (KUMA, "Mesh"): _everywhere,
    (KUMA, "MeshService"): _owner,
}

MESH_SERVICE = Reconciler(
    name="mesh-service",
    wakes=_WAKES,
    reconcile=reconcile,
    indexes=(SLICES_BY_SERVICE, Index("meshservice-slice-by-pod", "EndpointSlice", _pods_of)),
    source="C-1 to C-25",
)
"""The MeshService controller."""
