"""MeshGatewayInstance: a Service and a Deployment for the MeshGateway that its tags match.

Source: A-1 to A-53; GW-69 [U] (a service tag of its own matches no generated MeshGateway), GW-72, GW-73 [U] (a Service or
Deployment that somebody else made is in the way), GW-74.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kumasim.domain.reconcilers.base import NOTHING, Diagnostic, Plan, Reconciler, View, controller_of, itself
from kumasim.domain.reconcilers.comparison import status_write
from kumasim.domain.reconcilers.gateway_api import KUMA_GROUP
from kumasim.domain.reconcilers.gateway_matching import MESH_GATEWAYS_BY_MESH, select_gateway, selectors
from kumasim.domain.reconcilers.mesh_gateway_instance.deployment import deployment_writes
from kumasim.domain.reconcilers.mesh_gateway_instance.service import service_writes
from kumasim.domain.reconcilers.mesh_gateway_instance.status import instance_status
from kumasim.domain.reconcilers.mesh_of import mesh_by_label_or_annotation
from kumasim.domain.reconcilers.names import SERVICE_TAG, service_tag
from kumasim.domain.reconcilers.only_read import only_read
from kumasim.domain.reconcilers.ownership import AlreadyOwned
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Index
from kumasim.domain.tree import dig
from kumasim.domain.writes import Write, delete


def _controller(resource: Resource) -> Iterable[tuple[str, str]]:
    return [
        (resource.namespace, owner.name)
        for owner in resource.meta.owners
        if owner.controller and owner.kind == "MeshGatewayInstance"
    ]


def _explicit_tag(instance: Resource) -> Iterable[str]:
    tag = dig(instance.spec, "tags", SERVICE_TAG)
    return () if tag is None else (str(tag),)


SERVICES_BY_INSTANCE = Index("service-by-meshgatewayinstance", "Service", _controller)
DEPLOYMENTS_BY_INSTANCE = Index("deployment-by-meshgatewayinstance", "Deployment", _controller)
INSTANCES_BY_TAG = Index("meshgatewayinstance-by-service-tag", "MeshGatewayInstance", _explicit_tag)


def instance_tags(instance: Resource) -> dict[str, str]:
    """The tags of an instance, with the generated service tag unless it brings its own. Source: A-1, A-3."""
    tags: Mapping[str, str] = dig(instance.spec, "tags", default={})
    return {**tags, SERVICE_TAG: tags.get(SERVICE_TAG, service_tag(instance.namespace, instance.name))}


def reconcile(view: View, key: Key) -> Plan:
    """Bring Service, Deployment and status up to date, in this order; what fails on the way ends it (A-15)."""
    instance = view.store.get(key)
    if instance is None:
        return NOTHING  # Service and Deployment go with their owner
    namespace = view.get("Namespace", "", instance.namespace)
    if namespace is None:
        return Plan(error=f'unable to get Namespace of MeshGatewayInstance: "{instance.namespace}" not found')
    services = view.find(SERVICES_BY_INSTANCE.name, (key.namespace, key.name))
    deployments = view.find(DEPLOYMENTS_BY_INSTANCE.name, (key.namespace, key.name))
    if len(services) > 1 or len(deployments) > 1:
        return Plan(error=f"expected a maximum of one item controlled by {key.namespace}/{key.name}")
    mesh = mesh_by_label_or_annotation(instance, namespace)
    try:
        return _carry_out(view, instance, mesh, next(iter(services), None), next(iter(deployments), None))
    except AlreadyOwned as owned:
        return Plan(error=f"unable to set object's controller reference: {owned}")


def _carry_out(
    view: View, instance: Resource, mesh: str, service: Resource | None, deployment: Resource | None
) -> Plan:
    tags = instance_tags(instance)
    gateway = select_gateway(view, mesh, tags)
    status = status_write(instance, instance_status(instance, mesh, gateway, service, deployment, view.now_ns))
    if gateway is None and service is None:
        return Plan(status)  # nothing is made without a MeshGateway
    told = () if gateway is not None else (_gatewayless(instance),)
    if gateway is None and service is not None and view.around.profile.documented:
        return Plan((delete(service.key, service.meta.uid), *status), diagnostics=told)
    writes: tuple[Write, ...] = ()
    if gateway is not None:  # otherwise the Service stays as it is, and only the Deployment goes on
        writes = service_writes(instance, gateway, service)
    return Plan((*writes, *deployment_writes(view, instance, mesh, tags, deployment), *status), diagnostics=told)


def _gatewayless(instance: Resource) -> Diagnostic:
    """What is to be told when no MeshGateway matches any more, whichever reading holds.

    The field's documentation says that the managed Service is deleted; Kuma's code keeps it and goes on with the
    Deployment (A-30 to A-33).
    """
    message = (
        "no MeshGateway matches this instance any more: documented is that its Service is deleted, Kuma 2.8's code "
        "keeps it and reconciles the Deployment (A-30 to A-33)"
    )
    return Diagnostic("KS0601", message, str(instance.key))


def _of_mesh_gateway(gateway: Resource, view: View) -> Iterable[Key]:
    """Instances whose service tag stands literally in a selector: those that bring it, else the one that it names.

    Source: A-11 to A-13.
    """
    for selector in selectors(gateway):
        tag = str(selector.get(SERVICE_TAG, ""))
        explicit = view.find(INSTANCES_BY_TAG.name, tag)
        yield from (instance.key for instance in explicit)
        name, *rest = tag.split("_")
        if not explicit and rest:
            yield Key(KUMA_GROUP, "MeshGatewayInstance", rest[0], name)


MESH_GATEWAY_INSTANCE = Reconciler(
    name="mesh-gateway-instance",
    wakes={
        (KUMA_GROUP, "MeshGatewayInstance"): itself,
        (KUMA_GROUP, "MeshGateway"): _of_mesh_gateway,
        ("", "Service"): controller_of("MeshGatewayInstance"),
        ("apps", "Deployment"): controller_of("MeshGatewayInstance"),
        **only_read(("", "Namespace")),
    },
    reconcile=reconcile,
    indexes=(MESH_GATEWAYS_BY_MESH, SERVICES_BY_INSTANCE, DEPLOYMENTS_BY_INSTANCE, INSTANCES_BY_TAG),
    source="A-1 to A-53",
)
"""The MeshGatewayInstance controller."""
