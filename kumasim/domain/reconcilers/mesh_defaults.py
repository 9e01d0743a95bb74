"""The Mesh `default`, and the policies that every Mesh begins its life with.

Only a global control plane or a zone without one does this; a federated zone gets both from its global (KDS-134).

Source: H-39, KDS-134.
"""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.reconcilers.annotations import truthy
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, itself
from kumasim.domain.reconcilers.default_policies import POLICIES, ROUTING_RESOURCES, DefaultPolicy
from kumasim.domain.reconcilers.gateway_api import KUMA_API_VERSION, KUMA_GROUP
from kumasim.domain.reconcilers.names import DEFAULT_MESH, MESH_LABEL
from kumasim.domain.reconcilers.only_read import only_read
from kumasim.domain.resource import Key, Metadata, Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig
from kumasim.domain.writes import create, update

GENERATED = "k8s.kuma.io/mesh-defaults-generated"
"""Annotation of a Mesh that has got its policies: those that a user deletes do not come back."""

SKIP_MESH = "KUMA_DEFAULTS_SKIP_MESH_CREATION"
SKIP_ALL = "KUMA_DEFAULTS_SKIP_TENANT_RESOURCES"
CREATE_ROUTING = "KUMA_DEFAULTS_CREATE_MESH_ROUTING_RESOURCES"


def create_default_mesh(view: View, key: Key) -> Plan:
    """Create the Mesh `default` when the control plane starts, unless told not to.

    A control plane's start is when it first sees its own namespace; a Mesh that a user deletes stays deleted until
    then.
    """
    config = view.around.config
    if truthy(config, SKIP_MESH) or truthy(config, SKIP_ALL) or view.store.get(key) is None:
        return NOTHING
    if view.get("Mesh", "", DEFAULT_MESH, KUMA_GROUP) is not None:
        return NOTHING
    mesh = Resource(KUMA_API_VERSION, "Mesh", Metadata(DEFAULT_MESH), FrozenMap({"spec": EMPTY}))
    return Plan((create(mesh),))


def create_default_policies(view: View, key: Key) -> Plan:
    """Create the default policies of a Mesh once, those left out that `skipCreatingInitialPolicies` names.

    They are created in the order of their names; Kuma's order is random.

    Source: H-39.
    """
    mesh = view.store.get(key)
    if mesh is None or mesh.meta.annotations.get(GENERATED) == "true" or mesh.meta.deleted_ns >= 0:
        return NOTHING
    skipped = dig(mesh.spec, "skipCreatingInitialPolicies", default=())
    wanted = POLICIES + (ROUTING_RESOURCES if truthy(view.around.config, CREATE_ROUTING) else ())
    made = [_policy(view, mesh, policy) for policy in wanted if not {"*", policy.kind} & set(skipped)]
    missing = tuple(create(policy) for policy in made if policy.key not in view.store)
    marked = mesh.with_meta(annotations=mesh.meta.annotations.with_(**{GENERATED: "true"}))
    return Plan((*missing, update(marked)))


def _policy(view: View, mesh: Resource, policy: DefaultPolicy) -> Resource:
    name = f"{policy.prefix}-{mesh.name}"
    if not policy.namespaced:
        body = FrozenMap({"mesh": mesh.name, "spec": policy.spec})
        return Resource(KUMA_API_VERSION, policy.kind, Metadata(name), body)
    meta = Metadata(name, view.around.system_namespace, labels=FrozenMap({MESH_LABEL: mesh.name}))
    return Resource(KUMA_API_VERSION, policy.kind, meta, FrozenMap({"spec": policy.spec}))


def system_namespace(namespace: Resource, view: View) -> Iterable[Key]:
    """Wakes the control plane's own Namespace: what is to be done once, when it starts, hangs on that."""
    return (namespace.key,) if namespace.name == view.around.system_namespace else ()


_POLICY_KINDS = sorted({(KUMA_GROUP, policy.kind) for policy in POLICIES + ROUTING_RESOURCES})

DEFAULT_MESH_CREATION = Reconciler(
    name="default-mesh",
    wakes={("", "Namespace"): system_namespace, **only_read((KUMA_GROUP, "Mesh"))},
    reconcile=create_default_mesh,
    source="KDS-134",
)
"""What creates the Mesh `default`."""

MESH_DEFAULTS = Reconciler(
    name="mesh-defaults",
    wakes={(KUMA_GROUP, "Mesh"): itself, **only_read(*_POLICY_KINDS)},
    reconcile=create_default_policies,
    source="H-39",
)
"""The Mesh controller."""
