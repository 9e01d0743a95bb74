"""Repairs in the form in which they are tried and shown: objects to apply, patches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.reconcilers.gateway_api import GROUP, ObjectRef
from kumasim.domain.resource import Resource, resource
from kumasim.domain.tree import dig, freeze, thaw
from kumasim.domain.writes import Write
from kumasim.projections.explain.scene import Repair

Pair = tuple[Write, Any]
"""A write, and what a user would do by hand."""


def applied(tree: Mapping[str, Any]) -> Pair:
    """An object to apply."""
    made = resource(tree)
    return Write("apply", made.key, made), tree


def patched(target: Resource, *operations: Mapping[str, Any]) -> Pair:
    """A JSON patch (RFC 6902) of an object."""
    shown = {"patch": str(target.key), "json": [dict(one) for one in operations]}
    return Write("json", target.key, patch=freeze(list(operations))), shown


def merged(target: Resource, patch: Mapping[str, Any]) -> Pair:
    """A merge patch (RFC 7386) of an object."""
    return Write("merge", target.key, patch=freeze(patch)), {"patch": str(target.key), "merge": thaw(patch)}


def repair(title: str, store: str, *pairs: Pair) -> Repair:
    """A repair out of such pairs."""
    return Repair(title, store, tuple(write for write, _ in pairs), tuple(shown for _, shown in pairs))


def together(*repairs: Repair) -> Repair:
    """Several repairs of one store as one."""
    return Repair(
        "; ".join(dict.fromkeys(one.title for one in repairs)),
        repairs[0].store,
        tuple(write for one in repairs for write in one.writes),
        tuple(shown for one in repairs for shown in one.shown),
    )


def grant(from_kind: str, from_namespace: str, to: ObjectRef) -> Pair:
    """The ReferenceGrant that permits a reference. Source: GW-120."""
    return applied({
        "apiVersion": f"{GROUP}/v1beta1",
        "kind": "ReferenceGrant",
        "metadata": {"name": f"from-{from_namespace}-to-{to.name}"[:63].rstrip("-."), "namespace": to.namespace},
        "spec": {
            "from": [{"group": GROUP, "kind": from_kind, "namespace": from_namespace}],
            "to": [{"group": to.group, "kind": to.kind, "name": to.name}],
        },
    })  # fmt: skip


_SERVICE_FIELDS = ("type", "selector", "externalName", "ports")
_PORT_FIELDS = ("name", "protocol", "appProtocol", "port", "targetPort")


def service_like(found: Resource) -> Pair:
    """A Service as another cluster has it, without what that cluster gave it."""
    spec = {field: thaw(found.spec[field]) for field in _SERVICE_FIELDS if field in found.spec}
    spec["ports"] = [
        {field: port[field] for field in _PORT_FIELDS if field in port} for port in dig(found.spec, "ports", default=())
    ]
    meta = {"name": found.name, "namespace": found.namespace, "labels": thaw(found.meta.labels)}
    return applied({"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec})


def service_named(namespace: str, name: str, port: int) -> Pair:
    """A Service of a name, as it might be."""
    return applied({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"app": name}, "ports": [{"port": port, "appProtocol": "http"}]},
    })  # fmt: skip
