"""Namespace, Secret, ConfigMap, ServiceAccount: the small kinds of Kubernetes' core.

Source: Kubernetes core/v1; KDS-57 for the Secrets that are Kuma's.
"""

from __future__ import annotations

from kumasim.domain.kinds.fields import INERT, inert
from kumasim.domain.kinds.kind import AGE, Column, Kind, SyncTraits
from kumasim.domain.kinds.names import LABEL, TEXTS
from kumasim.domain.kinds.schema import Bool, ListOf, Obj, Text

NAMESPACE = Kind(
    group="",
    kind="Namespace",
    plural="namespaces",
    versions=("v1",),
    short_names=("ns",),
    namespaced=False,
    name=LABEL,
    schema=Obj({"spec": Obj({"finalizers": ListOf(Text())})}),
    has_status=True,
    columns=(Column("Status", "status.phase"), AGE),
    source="Kubernetes core/v1",
)

SECRET_SYNC = SyncTraits("mesh", g2a=True)
"""How a mesh's Secrets travel; only those of the type `system.kuma.io/secret` do (KDS-57, KDS-107)."""

SECRET = Kind(
    group="",
    kind="Secret",
    plural="secrets",
    versions=("v1",),
    schema=Obj({"type": Text(default="Opaque"), "data": TEXTS, "stringData": TEXTS, "immutable": Bool()}),
    sync=SECRET_SYNC,
    columns=(Column("Type", "type"), Column("Data", "length(keys(data || `{}`))"), AGE),
    source="Kubernetes core/v1",
)

CONFIG_MAP = Kind(
    group="",
    kind="ConfigMap",
    plural="configmaps",
    versions=("v1",),
    short_names=("cm",),
    schema=Obj({"data": TEXTS, "binaryData": TEXTS, "immutable": Bool()}),
    columns=(Column("Data", "length(keys(data || `{}`))"), AGE),
    source="Kubernetes core/v1",
)

SERVICE_ACCOUNT = Kind(
    group="",
    kind="ServiceAccount",
    plural="serviceaccounts",
    versions=("v1",),
    short_names=("sa",),
    schema=Obj({"automountServiceAccountToken": INERT, **inert("secrets", "imagePullSecrets")}),
    columns=(AGE,),
    source="Kubernetes core/v1",
)

KINDS = (NAMESPACE, SECRET, CONFIG_MAP, SERVICE_ACCOUNT)
