"""Node: a machine that Pods run on.

Source: Kubernetes core/v1.
"""

from __future__ import annotations

from kumasim.domain.kinds.kind import AGE, Column, Kind
from kumasim.domain.kinds.schema import Obj

KIND = Kind(
    group="",
    kind="Node",
    plural="nodes",
    versions=("v1",),
    short_names=("no",),
    namespaced=False,
    schema=Obj({"spec": Obj({}, extra=True)}),
    has_status=True,
    columns=(Column("Status", "status.conditions[?type=='Ready'].status | [0]"), AGE),
    source="Kubernetes core/v1",
)
