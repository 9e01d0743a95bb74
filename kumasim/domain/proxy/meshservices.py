"""MeshServices as destinations: their names, and the endpoints that a zone knows for them.

Source: C-25, C-30 to C-37.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.policy import selector
from kumasim.domain.policy.identity import NAMESPACE_TAG, SERVICE_TAG, ZONE_TAG, content, display_name
from kumasim.domain.proxy.config import ProxyEndpoint
from kumasim.domain.proxy.indexes import destination_name, inbounds
from kumasim.domain.proxy.mesh import MeshSettings
from kumasim.domain.proxy.workloads import endpoint_of, healthy
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig
from kumasim.domain.universal.form import is_universal


def is_local(view: View, service: Resource) -> bool:
    """Whether a MeshService belongs to this zone. Source: C-35."""
    return service.meta.labels.get(ZONE_TAG, "") in ("", view.around.zone)


def meshservice_endpoints(view: View, mesh: MeshSettings, name: str) -> tuple[ProxyEndpoint, ...]:
    """The endpoints that local MeshServices give a destination; empty if none is healthy.

    Source: C-25, C-31 to C-34.
    """
    found: list[ProxyEndpoint] = []
    for service in view.find("proxy-meshservice-by-destination", (mesh.name, name)):
        if not is_local(view, service):
            continue
        for port in dig(content(service), "ports", default=()):
            if destination_name(service, dig(port, "port", default=0)) == name:
                found += _selected(view, mesh.name, service, port)
    return tuple(found)


def _selected(view: View, mesh: str, service: Resource, port: Any) -> list[ProxyEndpoint]:
    wanted = dig(content(service), "selector", "dataplaneTags")
    if wanted is None:  # by dataplaneRef: no endpoints in 2.8 (C-25)
        return []
    target = dig(port, "targetPort", default=dig(port, "port"))
    return [
        endpoint_of(dataplane, inbound)
        for dataplane in _candidates(view, mesh, wanted)
        for inbound in inbounds(dataplane)
        if healthy(inbound)
        and selector.matches(wanted, dig(inbound, "tags", default=EMPTY))
        and _at_target(view, dataplane, inbound, target)
    ]


def _at_target(view: View, dataplane: Resource, inbound: Any, target: Any) -> bool:
    """Whether an inbound is a MeshService's target port.

    A name is compared with the inbound's, which on Kubernetes has none in 2.8; in the documented reading it is the
    name of a port of the pod's containers, too. Source: C-33.
    """
    if not isinstance(target, str):
        return bool(target == dig(inbound, "port"))
    if dig(inbound, "name") == target:
        return True
    pod = view.get("Pod", dataplane.namespace, dataplane.name) if view.around.profile.documented else None
    containers: tuple[Any, ...] = () if pod is None else dig(pod.spec, "containers", default=())
    ports = [port for container in containers for port in dig(container, "ports", default=())]
    return any(dig(port, "name") == target and dig(port, "containerPort") == dig(inbound, "port") for port in ports)


def _candidates(view: View, mesh: str, wanted: Any) -> tuple[Resource, ...]:
    """The Dataplanes that may be selected: by a label of the pods if one is asked for, else by namespace."""
    labels = sorted(key for key in wanted if "kuma.io/" not in key and wanted[key] != "*")
    if labels:
        return view.find("proxy-dataplane-by-label", (mesh, labels[0], wanted[labels[0]]))
    namespace = dig(wanted, NAMESPACE_TAG, default="*")
    if namespace == "*":
        return view.find("proxy-sidecar-by-mesh", mesh)
    return view.find("proxy-sidecar-by-namespace", (mesh, namespace))


def meshservice_ingresses(view: View, mesh: MeshSettings, service: str, zone: str) -> tuple[ProxyEndpoint, ...]:
    """The endpoints of another zone's MeshService: all ZoneIngresses of that zone, weight 1 each; none without mTLS.

    In 2.8 nobody looks whether an ingress has a public address, shares one with another, or advertises anything, and
    zone egresses are passed by.

    Args:
        view, mesh: of the zone control plane.
        service: the destination's name in its own zone.
        zone: that zone.

    Source: C-36, KDS-177, KDS-209.
    """
    if not mesh.mtls:
        return ()
    tags = FrozenMap({SERVICE_TAG: service, ZONE_TAG: zone})
    found = []
    for ingress in view.find("proxy-ingress-by-zone", zone):
        networking = dig(content(ingress), "networking", default={})
        address, port = dig(networking, "advertisedAddress", default=""), dig(networking, "advertisedPort", default=0)
        priority = 1 if mesh.locality_aware else 0
        found.append(ProxyEndpoint(address, port, zone, "zone-ingress", tags, priority=priority))
    return tuple(found)


def at_home(service: Resource) -> Resource:
    """A synced MeshService under the name and namespace that it has in its own zone. Source: C-49."""
    name, labelled = display_name(service), service.meta.labels.get(NAMESPACE_TAG)
    if is_universal(service):
        return service.with_meta(name=f"{name}.{labelled}" if labelled else name)
    return service.with_meta(name=name, namespace=service.namespace if labelled is None else labelled)
