"""Gateway: its listeners are judged, it becomes a MeshGateway and a MeshGatewayInstance, and its status says so.

The order of work is listeners (with the Secrets they need), MeshGateway, MeshGatewayInstance, status; whatever is
refused on the way ends it, so that the status is not updated at all (GW-28).

Source: GW-21 to GW-83, GW-181 to GW-184.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, controller_of, itself
from kumasim.domain.reconcilers.comparison import status_write
from kumasim.domain.reconcilers.gateway.generated import gateway_config, instance_writes, mesh_gateway
from kumasim.domain.reconcilers.gateway.listeners import ListenerResult, evaluate, programmed
from kumasim.domain.reconcilers.gateway.status import gateway_status
from kumasim.domain.reconcilers.gateway_api import (
    CLASSES_BY_CONFIG,
    GATEWAYS_BY_CLASS,
    GATEWAYS_BY_SECRET,
    GROUP,
    KUMA_GROUP,
    ROUTES_BY_GATEWAY,
    GatewaySpec,
    RouteSpec,
    is_accepted,
    kuma_class,
)
from kumasim.domain.reconcilers.gateway_class import parameters
from kumasim.domain.reconcilers.mesh_of import mesh_by_annotation
from kumasim.domain.reconcilers.on_global import on_global
from kumasim.domain.reconcilers.only_read import only_read
from kumasim.domain.reconcilers.owned_by_label import (
    GATEWAYS_BY_LABEL,
    MESH_GATEWAYS_BY_OWNER,
    owned_writes,
    owner_by_label,
)
from kumasim.domain.reconcilers.ownership import AlreadyOwned
from kumasim.domain.reconcilers.reference_grants import granted_to
from kumasim.domain.resource import Key, Resource
from kumasim.domain.writes import Write


def reconcile(view: View, key: Key) -> Plan:
    """Bring everything that belongs to a Gateway up to date.

    Nothing at all happens while its class is missing, not Kuma's, or not Accepted: what was generated before stays
    (GW-22, GW-23). A Gateway that is gone takes its MeshGateway with it (GW-21).
    """
    gateway = view.store.get(key)
    if gateway is None:
        return Plan(owned_writes(view, MESH_GATEWAYS_BY_OWNER, key, {}))
    gateway_class = kuma_class(view, gateway.view(GatewaySpec).class_name)
    if gateway_class is None or not is_accepted(gateway_class):
        return NOTHING
    namespace = view.get("Namespace", "", gateway.namespace)
    if namespace is None:
        return Plan(error=f'unable to get Namespace of MeshGateway: Namespace "{gateway.namespace}" not found')
    return _carry_out(view, gateway, gateway_class, mesh_by_annotation(gateway, namespace))


def _carry_out(view: View, gateway: Resource, gateway_class: Resource, mesh: str) -> Plan:
    told = on_global(view, gateway)
    config = gateway_config(parameters(view, gateway_class)[0])
    listeners = gateway.view(GatewaySpec).listeners
    results = evaluate(view, gateway.namespace, mesh, listeners, config.cross_mesh)
    writes, error = _secrets(results)
    if error:
        return Plan(writes, f"error generating MeshGateway.kuma.io: {error}", diagnostics=told)
    instance = None
    if programmed(results):  # without a usable listener the previous MeshGateway keeps serving (GW-66) [U]
        instance = view.get("MeshGatewayInstance", gateway.namespace, gateway.name, KUMA_GROUP)
        suffix = view.around.profile.gateway_service_suffix
        wanted = mesh_gateway(gateway, mesh, programmed(results), suffix)
        writes += owned_writes(view, MESH_GATEWAYS_BY_OWNER, gateway.key, {wanted.name: wanted})
        try:
            writes += instance_writes(gateway, mesh, instance, config)
        except AlreadyOwned as owned:
            return Plan(writes, f"unable to reconcile MeshGatewayInstance: {owned}", diagnostics=told)
    return Plan(writes + status_write(gateway, gateway_status(view, gateway, instance, results)), diagnostics=told)


def _secrets(results: Iterable[ListenerResult]) -> tuple[tuple[Write, ...], str]:
    """The copies to make, each once though several listeners may use it, and the first error among them."""
    writes: dict[Key, Write] = {}
    for result in results:
        writes.update({write.key: write for write in result.writes if write.key not in writes})
        if result.error:
            return tuple(writes.values()), result.error
    return tuple(writes.values()), ""


def _of_class(gateway_class: Resource, view: View) -> Iterable[Key]:
    """A class that is made or accepted later wakes its Gateways; their routes are not frozen with it (GW-212, GW-213)."""
    return tuple(found.key for found in view.find(GATEWAYS_BY_CLASS.name, gateway_class.name))


def _of_config(config: Resource, view: View) -> Iterable[Key]:
    for gateway_class in view.find(CLASSES_BY_CONFIG.name, config.name):
        yield from _of_class(gateway_class, view)


def _of_route(route: Resource, _: View) -> Iterable[Key]:
    """A route's status wakes its Gateways, whose status wakes their routes, which then rest. Source: GW-211."""
    return tuple(Key(GROUP, "Gateway", namespace, name) for namespace, name in route.view(RouteSpec).gateways)


def _of_secret(secret: Resource, view: View) -> Iterable[Key]:
    return tuple(found.key for found in view.find(GATEWAYS_BY_SECRET.name, (secret.namespace, secret.name)))


GATEWAY = Reconciler(
    name="gateway",
    wakes={
        (GROUP, "Gateway"): itself,
        (GROUP, "GatewayClass"): _of_class,
        (GROUP, "HTTPRoute"): _of_route,
        (GROUP, "ReferenceGrant"): granted_to("Gateway"),
        (KUMA_GROUP, "MeshGatewayConfig"): _of_config,
        (KUMA_GROUP, "MeshGatewayInstance"): controller_of("Gateway"),
        (KUMA_GROUP, "MeshGateway"): owner_by_label(GATEWAYS_BY_LABEL),
        ("", "Secret"): _of_secret,
        **only_read(("", "Namespace"), (KUMA_GROUP, "Mesh")),
    },
    reconcile=reconcile,
    indexes=(
        GATEWAYS_BY_CLASS,
        GATEWAYS_BY_SECRET,
        CLASSES_BY_CONFIG,
        ROUTES_BY_GATEWAY,
        GATEWAYS_BY_LABEL,
        MESH_GATEWAYS_BY_OWNER,
    ),
    source="GW-21 to GW-83",
)
"""The Gateway controller."""
