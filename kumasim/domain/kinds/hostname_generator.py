"""HostnameGenerator: how destinations get hostnames.

Source: C-45; CRD hostnamegenerators.kuma.io of 2.8.
"""

from __future__ import annotations

from kumasim.domain.kinds.kind import AGE, Column, Kind, SyncTraits
from kumasim.domain.kinds.names import TEXTS
from kumasim.domain.kinds.schema import Obj, Text

SELECTORS = ("meshService", "meshExternalService")
"""What a generator may be for; it is for one of them (C-45)."""


_LABELS = Obj({"matchLabels": TEXTS})

SPEC = Obj({"selector": Obj(dict.fromkeys(SELECTORS, _LABELS)), "template": Text()})

KIND = Kind(
    group="kuma.io",
    kind="HostnameGenerator",
    plural="hostnamegenerators",
    versions=("v1alpha1",),
    schema=Obj({"spec": SPEC}),
    sync=SyncTraits("global", z2g=True, g2a=True, plugin_originated=True, system_namespace_only=True),
    columns=(Column("Template", "spec.template"), AGE),
    source="KDS section B; C-45; CRD hostnamegenerators.kuma.io",
)
