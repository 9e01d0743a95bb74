"""Why a MeshGatewayInstance is ready or not.

Source: A-1 to A-53.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from kumasim.domain.reconcilers.gateway_api import KUMA_API_VERSION, KUMA_GROUP
from kumasim.domain.reconcilers.gateway_matching import selectors
from kumasim.domain.reconcilers.mesh_gateway_instance import instance_tags
from kumasim.domain.reconcilers.mesh_of import mesh_by_label_or_annotation
from kumasim.domain.reconcilers.names import SERVICE_TAG
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import dig
from kumasim.projections.explain.conditions import conditions_of
from kumasim.projections.explain.failures import failing
from kumasim.projections.explain.making import applied, merged, repair
from kumasim.projections.explain.rules import rule
from kumasim.projections.explain.scene import Cause, Explained, Line, Repair, Scene, line_of


def mesh_gateway_instance(scene: Scene, found: Resource) -> Iterable[Explained]:
    """The Ready condition, and what keeps the controller from its work."""
    for about, one in conditions_of(found):
        type_, status, reason = str(one.get("type")), str(one.get("status")), str(one.get("reason"))
        yield Explained(about, type_, status, reason, str(one.get("message", "")), _cause(scene, found, type_, reason))
    yield from failing(scene, "mesh-gateway-instance", found.key)


def _cause(scene: Scene, found: Resource, type_: str, reason: str) -> Cause:
    known = attrs.evolve(rule("MeshGatewayInstance", type_, reason), lines=(line_of(found), *_made(scene, found)))
    if reason == "NoGatewayMatched":
        tag, mesh = instance_tags(found)[SERVICE_TAG], _mesh(scene, found)
        return attrs.evolve(
            known,
            missing=(f"no MeshGateway of mesh {mesh} in {scene.store} selects kuma.io/service: {tag}",),
            elsewhere=tuple(_selecting(scene, tag)),
            repairs=tuple(_gateways(scene, found, tag, mesh)),
        )
    if reason == "LoadBalancerAddressNotReady":
        patch = merged(found, {"spec": {"serviceType": "ClusterIP"}})
        title = "make the Service a ClusterIP; it is then reached from inside the cluster alone"
        return attrs.evolve(
            known, missing=(f"the Service {found.namespace}/{found.name} has no address yet",),
            repairs=(repair(title, scene.store, patch),),
        )  # fmt: skip
    return known


def _mesh(scene: Scene, found: Resource) -> str:
    namespace = scene.held(Key("", "Namespace", "", found.namespace))
    return mesh_by_label_or_annotation(found, namespace or found)


def _made(scene: Scene, found: Resource) -> Iterable[Line]:
    for key in (
        Key("", "Service", found.namespace, found.name),
        Key("apps", "Deployment", found.namespace, found.name),
    ):
        held = scene.held(key)
        if held is not None:
            yield line_of(held)


def _selecting(scene: Scene, tag: str) -> Iterable[Line]:
    for name, store in sorted(scene.stores.items()):
        for one in store.list(KUMA_GROUP, "MeshGateway"):
            if any(selector.get(SERVICE_TAG) == tag for selector in selectors(one)):
                mesh = dig(one.body, "mesh", default="default")
                yield Line(f"{name}/{one.key} (mesh {mesh})", one.origin)


def _gateways(scene: Scene, found: Resource, tag: str, mesh: str) -> Iterable[Repair]:
    tree = {
        "apiVersion": KUMA_API_VERSION,
        "kind": "MeshGateway",
        "metadata": {"name": found.name},
        "mesh": mesh,
        "spec": {
            "selectors": [{"match": {SERVICE_TAG: tag}}],
            "conf": {"listeners": [{"port": 8080, "protocol": "HTTP"}]},
        },
    }
    stores = ("global", scene.store) if "global" in scene.stores and scene.store != "global" else (scene.store,)
    for store in stores:
        yield repair(f"create a MeshGateway on {store} that selects kuma.io/service: {tag}", store, applied(tree))
