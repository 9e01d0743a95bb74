"""Two that want one name: an object written twice for a store, or one that a controller has to make under a taken name.

Source: A-14, A-34 (Service and Deployment are called as their MeshGatewayInstance), GW-58 to GW-61 (a MeshGateway
`name.namespace` and a MeshGatewayInstance `name` for each Gateway).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kumasim.domain.reconcilers.gateway_api import GROUP, KUMA_GROUP, GatewaySpec, kuma_class
from kumasim.domain.reconcilers.names import mesh_gateway_name
from kumasim.domain.resource import Key, Resource
from kumasim.projections.findings.base import Converged, Finding, Written, found

CODE = "KS0204"


def name_collision(world: Converged) -> Iterable[Finding]:
    """Finds both sorts, each at the line of the object that stands in the way."""
    yield from _twice(world)
    for written, gateway in world.of_kind(GROUP, "Gateway"):
        if kuma_class(world.view(written.store), gateway.view(GatewaySpec).class_name) is not None:
            wanted = [
                Key(KUMA_GROUP, "MeshGateway", "", mesh_gateway_name(gateway.namespace, gateway.name)),
                Key(KUMA_GROUP, "MeshGatewayInstance", gateway.namespace, gateway.name),
                *_of_instance(gateway),
            ]
            yield from _taken(world, written, wanted)
    for written, instance in world.of_kind(KUMA_GROUP, "MeshGatewayInstance"):
        yield from _taken(world, written, _of_instance(instance))


def _twice(world: Converged) -> Iterator[Finding]:
    first: dict[tuple[str, Key], Written] = {}
    for written in world.written:
        before = first.setdefault((written.store, written.key), written)
        if before is written:
            continue
        if before.resource == written.resource:
            continue  # the same object in two files is no harm
        cause = f"{written.key} is written twice for {written.store}, first at {before.place(())}; the last one counts"
        yield found(CODE, written, cause, "keep one of them, or rename one")


def _of_instance(owner: Resource) -> list[Key]:
    return [Key("", "Service", owner.namespace, owner.name), Key("apps", "Deployment", owner.namespace, owner.name)]


def _taken(world: Converged, owner: Written, wanted: Iterable[Key]) -> Iterator[Finding]:
    for key in wanted:
        rival = world.written_as(owner.store, key)
        if rival is not None:
            cause = (
                f"{owner.key} at {owner.place(())} wants to make a {key.kind} of this name, so that both write the same "
                f"object"
            )
            yield found(CODE, rival, cause, f"rename this {key.kind}, or the {owner.key.kind}")
