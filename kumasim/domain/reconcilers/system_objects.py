"""Keys and settings that a control plane makes for itself when it starts.

A global, or a zone without one, makes the cluster's id and the key that signs zone tokens; zones read the id as soon as
it has come to them (KDS-195), and get the key's public half (KDS-28). Every control plane has a certificate authority
for the admin ports of its Envoys, which goes nowhere.

Source: KDS-28, KDS-134, KDS-195.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable

from kumasim.domain.kubernetes.names import uid_of
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View
from kumasim.domain.reconcilers.mesh_defaults import system_namespace
from kumasim.domain.reconcilers.only_read import only_read
from kumasim.domain.resource import Key, Metadata, Resource
from kumasim.domain.sync.filters import CLUSTER_ID, SIGNING_KEY
from kumasim.domain.sync.storage import GLOBAL_SECRET
from kumasim.domain.tree import FrozenMap
from kumasim.domain.writes import create

ENVOY_ADMIN_CA = "envoy-admin-ca"


def create_shared(view: View, key: Key) -> Plan:
    """Create the cluster's id and the zone tokens' signing key if they are missing."""
    namespace = view.around.system_namespace
    if view.store.get(key) is None:
        return NOTHING
    made = uid_of(view.around.zone or "global", Key("", "ConfigMap", namespace, CLUSTER_ID), 0)
    config = FrozenMap({"data": FrozenMap({"config": made})})
    wanted = (
        Resource("v1", "ConfigMap", Metadata(CLUSTER_ID, namespace), config),
        _secret(view, f"{SIGNING_KEY}-1"),
    )
    return _missing(view, wanted)


def create_own(view: View, key: Key) -> Plan:
    """Create the certificate authority of the Envoys' admin ports if it is missing."""
    return NOTHING if view.store.get(key) is None else _missing(view, (_secret(view, ENVOY_ADMIN_CA),))


def _missing(view: View, wanted: Iterable[Resource]) -> Plan:
    writes = tuple(create(one) for one in wanted if one.key not in view.store)
    return Plan(writes) if writes else NOTHING


def _secret(view: View, name: str) -> Resource:
    """A GlobalSecret; what is in it stands for a key."""
    key = Key("", "Secret", view.around.system_namespace, name)
    content = b64encode(uid_of(view.around.zone or "global", key, 0).encode()).decode()
    body = FrozenMap({"type": GLOBAL_SECRET, "data": FrozenMap({"value": content})})
    return Resource("v1", "Secret", Metadata(name, key.namespace), body)


SHARED_OBJECTS = Reconciler(
    name="shared-system-objects",
    wakes={("", "Namespace"): system_namespace, **only_read(("", "ConfigMap"), ("", "Secret"))},
    reconcile=create_shared,
    source="KDS-134, KDS-195",
)
"""What makes the objects that a global shares with its zones."""

OWN_OBJECTS = Reconciler(
    name="own-system-objects",
    wakes={("", "Namespace"): system_namespace, **only_read(("", "Secret"))},
    reconcile=create_own,
    source="KDS-134",
)
"""What makes the objects that every control plane has for itself."""
